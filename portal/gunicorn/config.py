"""Gunicorn's settings for production: `gunicorn --config python:portal.gunicorn.config --bind ... portal.wsgi`.

Options on the command line and in GUNICORN_CMD_ARGS win; WEB_CONCURRENCY is the number of worker processes.
"""

from typing import Any

from portal import logs
from portal.gunicorn import logs as gunicorn_logs

worker_class = "portal.gunicorn.worker.Worker"
# Of each worker process. SECUREMAIL_CALLS_PER_BOX is half of it: one securebox that hangs leaves the other half.
threads = 32
# Seconds. A message that is being sent may take SECUREMAIL_SEND_DEADLINE, 15. What supervises gunicorn waits longer.
graceful_timeout = 25
# Seconds. Longer than proxies keep an idle connection, most of them 60: if the portal closed it, a request on its way
# would be lost.
keepalive = 75
control_socket_disable = True  # All gunicorns of this user would share its file.
logger_class = gunicorn_logs.JsonLogger


def on_starting(_arbiter: Any) -> None:
    logs.install()


def post_fork(_arbiter: Any, worker: Any) -> None:
    gunicorn_logs.exit_with_one_line(worker)
