"""The demo from its first check to its last child."""

import json
from collections.abc import Callable

from portal.demo import folder, http, letters, portal_data, ports, settings, welcome
from portal.demo.processes import Children

Say = Callable[[str], object]


def run(port: int, sandbox_port: int, *, reset: bool, say: Say) -> None:
    """Runs the demo until it is interrupted. Raises CommandError where it cannot start or go on."""
    ports.require_free({"--port": port, "--sandbox-port": sandbox_port})
    with folder.reserved(), Children() as children:
        if reset:
            folder.empty()
        say("Starting the demo ...")
        _start_sandbox(children, sandbox_port)
        portal_data.prepare()
        _start_portal(children, port, sandbox_port)
        stored = http.wait_for(children, sandbox_port, "/control/messages")
        letters.deliver_once(sandbox_port, anything_there=bool(json.loads(stored)["messages"]))
        _start_delivery(children, port, sandbox_port)
        http.wait_for(children, port, "/healthz")
        say(welcome.text(port, sandbox_port))
        children.watch()


def _start_sandbox(children: Children, port: int) -> None:
    database, key = str(folder.SANDBOX_DATABASE), settings.SANDBOX_API_KEY
    options = ["--port", str(port), "--database", database, "--api-key", key, "--auto-reply"]
    variables = {"DJANGO_SETTINGS_MODULE": "portal.sandbox.settings"}
    children.start("sandbox", ["manage.py", "sandbox", *options], variables, quiet=True)


def _start_portal(children: Children, port: int, sandbox_port: int) -> None:
    options = ["--config", "python:portal.demo.server", "--bind", f"{ports.HOST}:{port}"]
    children.start("portal", ["-m", "gunicorn", *options, "portal.wsgi"], _settings(port, sandbox_port))


def _start_delivery(children: Children, port: int, sandbox_port: int) -> None:
    options = ["--forever", "--interval", "2"]
    children.start("delivery", ["manage.py", "deliver", *options], _settings(port, sandbox_port))


def _settings(port: int, sandbox_port: int) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "portal.demo.settings",
        "DEMO_FOLDER": str(folder.FOLDER),
        "DEMO_PORT": str(port),
        "DEMO_SANDBOX_PORT": str(sandbox_port),
    }
