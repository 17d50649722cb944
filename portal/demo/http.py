"""HTTP calls to the demo's own servers on this machine. Proxies in the environment are not used."""

import json
import time
from http.client import HTTPConnection, HTTPException
from typing import Any

from django.core.management.base import CommandError

from portal.demo.ports import HOST
from portal.demo.processes import POLL_SECONDS, Children

RESPONSE_SECONDS = 10.0
START_SECONDS = 180.0  # A busy machine may take its time; a server that fails ends at once.


def post(port: int, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Post to a control endpoint of the sandbox and return its JSON. Raises CommandError if it refuses."""
    status, answer = _call(port, "POST", path, json.dumps(body))
    if status != 200:
        raise CommandError(f"The sandbox refused {path}: {answer.decode(errors='replace')}")
    return dict(json.loads(answer))


def wait_for(children: Children, port: int, path: str) -> bytes:
    """The first response with status 200. Raises CommandError if a child ends, or after START_SECONDS."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        children.check_running()
        try:
            status, answer = _call(port, "GET", path)
        except (OSError, HTTPException):
            status = 0
        if status == 200:
            return answer
        time.sleep(POLL_SECONDS)
    raise CommandError(f"http://{HOST}:{port}{path} does not answer after {START_SECONDS:.0f} seconds.")


def _call(port: int, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
    connection = HTTPConnection(HOST, port, timeout=RESPONSE_SECONDS)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
