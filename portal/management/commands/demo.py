from argparse import ArgumentParser, ArgumentTypeError

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.demo.ports import Ports
from portal.demo.processes import stop_on_signals

SETTINGS = "portal.demo.settings"


class Command(BaseCommand):
    help = (
        "Run the portal, its sandbox and a company's website on this machine, with consumers and mail to try. "
        "Its data is kept in var/demo, or in the folder that DEMO_FOLDER names."
    )
    requires_system_checks = ()  # The server that the demo starts makes them.

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=_port, default=8000, help="the portal's (default: 8000)")
        parser.add_argument("--sandbox-port", type=_port, default=8001, help="the sandbox's (default: 8001)")
        parser.add_argument(
            "--site-port", type=_port, default=8002, help="the company's website's (default: 8002)"
        )
        parser.add_argument("--reset", action="store_true", help="forget what is there, and start afresh")
        parser.add_argument(
            "--code", action="store_true", help="say the operator's code for the second step, and end"
        )

    def handle(
        self, *, port: int, sandbox_port: int, site_port: int, reset: bool, code: bool, **_options: object
    ) -> None:
        # Under any other settings a real portal would get accounts whose passwords everybody knows.
        if settings.SETTINGS_MODULE != SETTINGS:
            raise CommandError(f"The demo runs with {SETTINGS} alone: start it with manage.py.")
        if code:
            from portal.demo import portal_data  # Only now: as below.

            self._say(portal_data.operators_code())
            return
        try:
            stop_on_signals()
            self._run(Ports(portal=port, sandbox=sandbox_port, site=site_port), reset)
        except KeyboardInterrupt:
            self._say("\nThe demo has stopped.")

    def _run(self, ports: Ports, reset: bool) -> None:
        from portal.demo import runner  # Only now: it brings the demo's settings with it.

        runner.run(ports, reset=reset, say=self._say)

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()


def _port(value: str) -> int:
    if value.isdecimal() and 1 <= int(value) <= 65535:
        return int(value)
    raise ArgumentTypeError(f"{value} is no port: they go from 1 to 65535.")
