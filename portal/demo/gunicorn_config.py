"""How gunicorn serves the demo's portal. The address is given on its command line."""

worker_class = "gthread"
workers = 1  # Counts of failed sign-ins are kept in the process's memory.
threads = 32
loglevel = "warning"
graceful_timeout = 2  # Seconds. Ctrl-C is not to wait for an upstream that hangs.
control_socket_disable = True  # Its file would be shared with every other gunicorn of this user.
