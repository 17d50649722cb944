import json
import os
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from inbox.outgoing import personal_data as outgoing
from inbox.outgoing.account_deletion import undelivered
from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.log_ids import log_ids
from portal.accounts.personal_data import erasure, export
from portal.accounts.personal_data.person import Person, find
from portal.accounts.validators import normalise_address


class Command(BaseCommand):
    help = (
        "Everything that is stored about one person: hand it over as JSON (--export), remove it (--erase), or find it"
        " in the log (--log-id). It also"
        " works for people with an invitation only, and after their account was closed. Mail in the contact centre is"
        " neither read nor changed. The activity log records both."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address of the account")
        action = parser.add_mutually_exclusive_group(required=True)
        action.add_argument("--export", action="store_true", help="write it as JSON to standard output")
        action.add_argument(
            "--erase", action="store_true", help="say what would be removed; with --yes, remove it"
        )
        action.add_argument(
            "--log-id", action="store_true", help="say which pseudonym stands for them in the log"
        )
        parser.add_argument(
            "--output", type=Path, help="with --export: write to this new file, for its owner alone"
        )
        parser.add_argument("--yes", action="store_true", help="with --erase: do it. There is no way back")

    def handle(
        self, *, email: str, erase: bool, log_id: bool, output: Path | None, yes: bool, **options: object
    ) -> None:
        try:
            person = find(normalise_address(email))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        if log_id:
            self._write_log_ids(person)
            return
        sections = _sections(person)
        if not any(sections.values()):
            raise CommandError(f"Nothing is stored about {person.address}.")
        if erase:
            self._erase(person, sections, confirmed=yes)
        else:
            self._export(person, sections, output)

    def _write_log_ids(self, person: Person) -> None:
        if person.consumer is None:
            raise CommandError(f"There is no account for {person.address}.")
        current, *former = log_ids(person.consumer)
        self.stdout.write(current)
        for other in former:
            self.stdout.write(f"{other} (with a former SECRET_KEY)")

    def _export(self, person: Person, sections: dict[str, Any], output: Path | None) -> None:
        # Nothing leaves without a line that says so: should this fail, nothing is written out.
        activity.record_operator_action(Event.EXPORTED, person.account, None, detail="person")
        head = {"address": person.address, "portal": settings.PORTAL_NAME, "exported_at": timezone.now()}
        text = json.dumps(head | sections, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        if output is None:
            self.stdout.write(text)
        else:
            _write_private(output, f"{text}\n")
            self.stdout.write(f"Written to {output}, which only you can read.")
        unreadable = sum(message["content"] is None for message in sections["outgoing_messages"])
        if unreadable:
            raise CommandError(
                f"{unreadable} messages cannot be decrypted: the key they were written with is not among"
                " FIELD_ENCRYPTION_KEYS. The rest is complete."
            )

    def _erase(self, person: Person, sections: dict[str, Any], *, confirmed: bool) -> None:
        self.stdout.write(f"Stored about {person.address}:")
        for name, rows in sections.items():
            if rows:
                self.stdout.write(f"  {name}: {len(rows)}")
        under_way = undelivered(person.consumer) if person.consumer else ()
        if states := Counter(message.state for message in under_way):
            found = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
            self.stdout.write(f"Under way: {found}. What has not been delivered by then never will be.")
        if not confirmed:
            raise CommandError("Nothing was erased. Add --yes to erase it: there is no way back.")
        try:
            pseudonym = erasure.erase(person)
        except erasure.OperatorKept:
            raise CommandError(
                "This is an operator's account. Take the rights from it in the admin first."
            ) from None
        self.stdout.write(_what_stays(person, pseudonym))


def _sections(person: Person) -> dict[str, list[dict[str, Any]]]:
    of_account = export.export(person)
    written = outgoing.export(person.consumer) if person.consumer else {"outgoing_messages": []}
    return of_account | written


def _write_private(path: Path, text: str) -> None:
    """Raises CommandError if there is such a file: another user may have it open."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise CommandError(f"{path} cannot be created: {error.strerror}.") from None
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(text)


def _what_stays(person: Person, pseudonym: str) -> str:
    text = (
        f"Erased. In the activity log, the lines of this account are now those of “{pseudonym}”: time, event, mailbox"
        f" and number. They go after PORTAL_ACTIVITY_DAYS ({settings.PORTAL_ACTIVITY_DAYS} days).\n"
        "Mail in the contact centre, backups, and the logs of servers and mail servers are not touched."
    )
    if acts := person.acts().count():
        text += f"\n{acts} lines on what they did as an operator to other accounts stay under their address."
    return text
