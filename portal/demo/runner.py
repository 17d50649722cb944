"""The demo from its first check to its last child."""

import json
from collections.abc import Callable

from portal.demo import data_folder, http, letters, portal_data, ports, settings, welcome
from portal.demo.ports import Ports
from portal.demo.processes import Children

Say = Callable[[str], object]


def run(given: Ports, *, reset: bool, say: Say) -> None:
    """Runs the demo until it is interrupted. Raises CommandError where it cannot start or go on."""
    ports.require_free(given)
    with data_folder.reserved(), Children() as children:
        if reset:
            data_folder.empty()
        say("Starting the demo ...")
        _start_sandbox(children, given.sandbox)
        portal_data.prepare(given.site)
        _start_portal(children, given)
        _start_website(children, given)
        stored = http.wait_for(children, given.sandbox, "/control/messages")
        letters.deliver_once(given.sandbox, anything_there=bool(json.loads(stored)["messages"]))
        _start_delivery(children, given)
        http.wait_for(children, given.portal, "/healthz")
        http.wait_for(children, given.site, "/")
        say(welcome.text(given))
        children.watch()


def _start_sandbox(children: Children, port: int) -> None:
    database, key = str(data_folder.SANDBOX_DATABASE), settings.SANDBOX_API_KEY
    options = ["--port", str(port), "--database", database, "--api-key", key, "--auto-reply"]
    variables = {"DJANGO_SETTINGS_MODULE": "portal.sandbox.settings"}
    children.start("sandbox", ["manage.py", "sandbox", *options], variables, quiet=True)


def _start_portal(children: Children, given: Ports) -> None:
    children.start("portal", _server(given.portal, "portal.wsgi"), _variables("portal.demo.settings", given))


def _start_website(children: Children, given: Ports) -> None:
    server = _server(given.site, "portal.demo.website.wsgi")
    children.start("website", server, _variables("portal.demo.website.settings", given))


def _start_delivery(children: Children, given: Ports) -> None:
    options = ["--forever", "--interval", "2"]
    variables = _variables("portal.demo.settings", given)
    children.start("delivery", ["manage.py", "deliver", *options], variables)


def _server(port: int, application: str) -> list[str]:
    bind = f"{ports.HOST}:{port}"
    return ["-m", "gunicorn", "--config", "python:portal.demo.gunicorn_config", "--bind", bind, application]


def _variables(settings_module: str, given: Ports) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": settings_module,
        "DEMO_FOLDER": str(data_folder.FOLDER),
        "DEMO_PORT": str(given.portal),
        "DEMO_SANDBOX_PORT": str(given.sandbox),
        "DEMO_SITE_PORT": str(given.site),
    }
