"""The demo's gunicorn settings. The address to bind is given on the command line."""

worker_class = "gthread"
workers = 1  # The cache with the counts of failed sign-ins is in the process's memory.
threads = 32
loglevel = "warning"
graceful_timeout = 2  # Seconds. Ctrl-C should not wait for a call to the sandbox that hangs.
control_socket_disable = True  # All gunicorns of this user would share its file.
