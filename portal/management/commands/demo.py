from argparse import ArgumentParser, ArgumentTypeError

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.demo.ports import Ports
from portal.demo.processes import stop_on_signals

SETTINGS = "portal.demo.settings"


class Command(BaseCommand):
    help = (
        "Run the portal, its sandbox and a company's website on this machine, with consumers and mail to try. "
        "It keeps its data in var/demo, or in the folder named in DEMO_FOLDER."
    )
    requires_system_checks = ()  # The portal's server runs them.

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=_port, default=8000, help="the portal's port (default: 8000)")
        parser.add_argument(
            "--sandbox-port", type=_port, default=8001, help="the sandbox's port (default: 8001)"
        )
        parser.add_argument(
            "--site-port", type=_port, default=8002, help="the port of the company's website (default: 8002)"
        )
        parser.add_argument("--reset", action="store_true", help="delete the demo's data first")
        parser.add_argument(
            "--code",
            action="store_true",
            help="print the operator's code for two-step verification, and exit",
        )

    def handle(
        self, *, port: int, sandbox_port: int, site_port: int, reset: bool, code: bool, **_options: object
    ) -> None:
        # With other settings, accounts with published passwords could get into a real portal.
        if settings.SETTINGS_MODULE != SETTINGS:
            raise CommandError(f"The demo runs with {SETTINGS} alone: start it with manage.py.")
        if code:
            from portal.demo import portal_data  # Imported here for the same reason as in `_run`.

            self._print(portal_data.operator_code())
            return
        try:
            stop_on_signals()
            self._run(Ports(portal=port, sandbox=sandbox_port, site=site_port), reset)
        except KeyboardInterrupt:
            self._print("\nThe demo has stopped.")

    def _run(self, ports: Ports, reset: bool) -> None:
        from portal.demo import runner  # Imported here, since it imports the demo's settings.

        runner.run(ports, reset=reset, print_line=self._print)

    def _print(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _port(value: str) -> int:
    if value.isdecimal() and 1 <= int(value) <= 65535:
        return int(value)
    raise ArgumentTypeError(f"{value} is not a port: ports are from 1 to 65535.")
