import sys
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from inbox.outgoing.content import digest
from inbox.outgoing.receipts import DIGEST, BadReceipt, verify


class Command(BaseCommand):
    help = "Check whether a receipt is genuine. The exit status is 1 if it is not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("receipt", help="the consumer's receipt file, or - for standard input")
        parser.add_argument("--text", help="a file with the message's text, to compare with the receipt")

    def handle(self, *, receipt: str, text: str | None, **options: object) -> None:
        try:
            facts = verify(_read(receipt))
        except BadReceipt:
            raise CommandError(
                "This receipt was not made by this portal, or was altered, or the SECRET_KEY that signed it is"
                " no longer in use."
            ) from None
        self.stdout.write("This receipt is genuine.")
        for name, value in facts.items():
            self.stdout.write(f"  {name}: {value}")
        if text is not None:
            self._compare(_read(text), facts[DIGEST])

    def _compare(self, text: str, expected: str) -> None:
        # Most editors add a line break at the end of the file, which the message did not have.
        if expected not in (digest(text), digest(text.rstrip("\n"))):
            raise CommandError("The text is not the one that was sent.")
        self.stdout.write("The text is the one that was sent.")


def _read(name: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{name} cannot be read: {error}") from None
