"""Start the demo, wait until everything answers, and run it until it is interrupted."""

import json
from collections.abc import Callable

from portal.demo import data_folder, http, letters, portal_data, settings, welcome
from portal.demo.ports import HOST, Ports, require_free
from portal.demo.processes import Children

PrintLine = Callable[[str], object]


def run(ports: Ports, *, reset: bool, print_line: PrintLine) -> None:
    """Run the demo until it is interrupted. Raises CommandError if it cannot start, or if one of its servers ends."""
    require_free(ports)
    with data_folder.locked(), Children() as children:
        if reset:
            data_folder.reset()
        print_line("Starting the demo ...")
        _start_sandbox(children, ports.sandbox)
        portal_data.prepare(ports.site)
        _start_portal(children, ports)
        _start_website(children, ports)
        stored = http.wait_for(children, ports.sandbox, "/control/messages")
        letters.deliver_once(ports.sandbox, sandbox_has_mail=bool(json.loads(stored)["messages"]))
        _start_delivery(children, ports)
        http.wait_for(children, ports.portal, "/healthz")
        http.wait_for(children, ports.site, "/")
        print_line(welcome.text(ports))
        children.watch()


def _start_sandbox(children: Children, port: int) -> None:
    database, key = str(data_folder.SANDBOX_DATABASE), settings.SANDBOX_API_KEY
    options = ["--port", str(port), "--database", database, "--api-key", key, "--auto-reply"]
    variables = {"DJANGO_SETTINGS_MODULE": "portal.sandbox.settings"}
    children.start("sandbox", ["-m", "portal", "sandbox", *options], variables, quiet=True)


def _start_portal(children: Children, ports: Ports) -> None:
    children.start("portal", _server(ports.portal, "portal.wsgi"), _variables("portal.demo.settings", ports))


def _start_website(children: Children, ports: Ports) -> None:
    server = _server(ports.site, "portal.demo.website.wsgi")
    children.start("website", server, _variables("portal.demo.website.settings", ports))


def _start_delivery(children: Children, ports: Ports) -> None:
    options = ["--forever", "--interval", "2"]
    variables = _variables("portal.demo.settings", ports)
    children.start("delivery", ["-m", "portal", "deliver", *options], variables)


def _server(port: int, application: str) -> list[str]:
    bind = f"{HOST}:{port}"
    return ["-m", "gunicorn", "--config", "python:portal.demo.gunicorn_config", "--bind", bind, application]


def _variables(settings_module: str, ports: Ports) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": settings_module,
        "DEMO_FOLDER": str(data_folder.FOLDER),
        "DEMO_PORT": str(ports.portal),
        "DEMO_SANDBOX_PORT": str(ports.sandbox),
        "DEMO_SITE_PORT": str(ports.site),
    }
