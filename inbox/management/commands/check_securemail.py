"""Talks to the Secure Email API and says what works and how its answers were understood. It only reads."""

import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar, get_args

from django.core.management.base import BaseCommand, CommandError

from inbox.gateway import build_client
from inbox.securemail import (
    BadAnswer,
    Listing,
    Message,
    Misconfigured,
    NotFound,
    Rejected,
    ResponseShape,
    SecureMailClient,
    SecureMailError,
    Status,
    Unauthorised,
    Unavailable,
)
from inbox.securemail.mapping_report import mapping_report

T = TypeVar("T")

ADVICE: dict[type[SecureMailError], str] = {
    Unavailable: "Nothing answered in time. Check SECUREMAIL_API_URL, name resolution and firewalls; where the"
    " certificate is the trouble, SECUREMAIL_CA_FILE.",
    Unauthorised: "The API refuses the key. Check SECUREMAIL_API_KEY, and that it belongs to this contact centre.",
    Misconfigured: "There is no Secure Email API at this address. Check that SECUREMAIL_API_URL ends in /nexus/v3, and"
    " what stands in between.",
    Rejected: "The API refuses the call. Check the address and the securebox's name.",
    NotFound: "The list names a message that cannot be fetched. Check which key is taken for the id.",
    BadAnswer: "What answered is not this API, or has another form. Check that SECUREMAIL_API_URL ends in /nexus/v3"
    " and that nothing in between answers or redirects.",
}


class Command(BaseCommand):
    help = (
        "Check the connection to the Secure Email API, and show how its fields are understood. It only reads."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--address", required=True, help="a consumer who has received and sent mail")
        parser.add_argument(
            "--securebox", default="", help="the API's name of the box; without it, the default box"
        )

    def handle(self, *, address: str, securebox: str, **_: object) -> None:
        shapes: list[ResponseShape] = []
        try:
            client = build_client(on_response=shapes.append)
        except (ValueError, OSError) as error:
            raise CommandError(f"The SECUREMAIL_ settings are wrong: {error}") from None
        with closing(client):
            checkup = Checkup(client, shapes, self.stdout.write)
            try:
                listing = checkup.run(address, securebox)
            except ValueError as error:
                raise CommandError(str(error)) from None
            self._print(mapping_report(client, shapes, listing.messages))
        if checkup.trouble:
            raise CommandError(f"Trouble: {', '.join(checkup.trouble)}.")
        self.stdout.write(self.style.SUCCESS("All steps worked."))

    def _print(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.stdout.write(line)


class Checkup:
    """Runs the steps and prints the result of each. `trouble` names those that failed."""

    def __init__(
        self, client: SecureMailClient, shapes: list[ResponseShape], write: Callable[[str], object]
    ) -> None:
        self.trouble: list[str] = []
        self._is_stopped = False
        self._advised: set[type[SecureMailError]] = set()
        self._client = client
        self._shapes = shapes
        self._write = write

    def run(self, address: str, securebox: str) -> Listing:
        self._write(f"{'STEP':<14}{'TIME':>8}   RESULT")
        client = self._client
        for status in get_args(Status):
            self._step(f"count {status}", partial(client.count, address, securebox, status=status), str)
        listing = self._step("list", partial(client.list_messages, address, securebox), _describe_listing)
        if listing is None:
            return Listing()
        if listing.unusable:
            self.trouble.append("messages without a usable id")
        newest = _newest(listing.messages)
        if newest:
            self._step("get", partial(client.get, newest.id, address=address), lambda _: "the newest message")
            self._step("userdata", partial(client.userdata, newest.id), lambda data: f"{len(data)} values")
        else:
            self._write("There is no message to look at. Choose an address that has received and sent some.")
        return listing

    def _step(self, name: str, call: Callable[[], T], describe: Callable[[T], str]) -> T | None:
        if self._is_stopped:
            return None
        seen = len(self._shapes)
        started = time.monotonic()
        result: T | None = None
        try:
            result = call()
            line = f"works: {describe(result)}"
        except SecureMailError as error:
            self.trouble.append(name)
            # The other steps would fail in the same way, perhaps after a time-out each.
            self._is_stopped = isinstance(error, Unavailable | Misconfigured)
            line = f"FAILED: {type(error).__name__}, {error}"
            line += "".join(f"\n{'':<25}{text}" for text in self._advice(error, self._shapes[seen:]))
        milliseconds = (time.monotonic() - started) * 1000
        self._write(f"{name:<14}{milliseconds:>5.0f} ms   {line}")
        return result

    def _advice(self, error: SecureMailError, shapes: list[ResponseShape]) -> Iterator[str]:
        if type(error) not in self._advised:
            yield ADVICE[type(error)]
        self._advised.add(type(error))
        for shape in shapes:
            if isinstance(error, BadAnswer) and shape.types:
                yield "It held: " + ", ".join(f"{name} ({kind})" for name, kind in shape.types.items())


def _describe_listing(listing: Listing) -> str:
    unusable = f", {listing.unusable} more without a usable id" if listing.unusable else ""
    return f"{len(listing.messages)} messages{unusable}"


def _newest(messages: tuple[Message, ...]) -> Message | None:
    earliest = datetime.min.replace(tzinfo=UTC)
    return max(messages, key=lambda message: message.date or earliest, default=None)
