"""Invitations from a CSV file, in batches, with a reason for each line that is refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from allauth.account.models import EmailAddress
from django.db import IntegrityError
from django.db.models import Exists, OuterRef
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from portal.accounts.models import Consumer, ConsumerRequest
from portal.accounts.signup import invitations
from portal.accounts.signup.csv_file import Line, Problem, Unreadable, open_bytes, open_file, read, shown
from portal.accounts.signup.invitations import State

BATCH: Final = 500  # Lines that are compared with the database, and stored, at once.


@dataclass(frozen=True)
class Review:
    good: list[Line]
    bad: list[Problem]


def review(content: bytes, max_lines: int) -> Review:
    """What an uploaded file holds, without inviting anyone. Raises Unreadable."""
    found = list(islice(read(open_bytes(content)), max_lines + 1))
    if len(found) > max_lines:
        words = _("The file has more than %(most)d lines. Split it, or have it read by “manage.py invite”.")
        raise Unreadable(words % {"most": max_lines})
    return _sorted(_reviewed(found, {}))


def review_in_batches(path: Path) -> Iterator[Review]:
    """The same for a file of any length, of which a batch and the hashes of the addresses are in memory at a time.

    It is read through once before, so that a file that cannot be read is refused before anyone is invited. Raises
    Unreadable and OSError.
    """
    with open_file(path) as file:
        for _entry in read(file):
            pass
    seen: dict[int, int] = {}
    with open_file(path) as file:
        for entries in _batched(read(file)):
            yield _sorted(_reviewed(entries, seen))


def invite_all(lines: list[Line], request: ConsumerRequest | None = None) -> list[Problem]:
    """Store an invitation and its mail for each line, even if others fail. Returns those that failed.

    `manage.py deliver` sends the mails.
    """
    known = set(_known([line.email for line in lines]))
    new = [line for line in lines if line.email not in known]
    try:
        invitations.prepare_new(
            [
                Consumer(email=line.email, first_name=line.first_name, last_name=line.last_name)
                for line in new
            ],
            request,
        )
    except IntegrityError:  # One of them has opened an account since: find out which.
        new = []
    done = {line.email for line in new}
    rest = [line for line in lines if line.email not in done]
    return [problem for line in rest if (problem := _invite(line, request))]


def _invite(line: Line, request: ConsumerRequest | None) -> Problem | None:
    try:
        invitations.prepare(line.email, line.first_name, line.last_name, request)
    except invitations.NotInvited as error:
        return Problem(line.number, shown(line.email), str(error))
    return None


def _reviewed(entries: list[Line | Problem], seen: dict[int, int]) -> Iterator[Line | Problem]:
    """`seen` has the line of each address before, by its hash."""
    known = _known([entry.email for entry in entries if isinstance(entry, Line)])
    for entry in entries:
        if isinstance(entry, Problem):
            yield entry
            continue
        first = seen.setdefault(hash(entry.email), entry.number)
        if first != entry.number:
            reason = _("The same address as in line %(line)d.") % {"line": first}
            yield Problem(entry.number, shown(entry.email), reason)
        else:
            yield _compared(entry, known.get(entry.email))


def _compared(line: Line, consumer: Consumer | None) -> Line | Problem:
    if consumer is None:
        return line
    is_verified: bool = consumer.is_verified  # type: ignore[attr-defined]  # Annotated by `_known`.
    if reason := invitations.reason_against(consumer, is_verified=is_verified):
        return Problem(line.number, shown(line.email), reason)
    earlier = getattr(consumer, "invitation", None)
    if earlier and earlier.expires_at and invitations.state(earlier) in (State.OPEN, State.WAITING):
        until = formats.date_format(timezone.localtime(earlier.expires_at), "DATETIME_FORMAT")
        reason = _("Invited already, until %(until)s.") % {"until": until}
        return Problem(line.number, shown(line.email), reason, is_done=True)
    return line


def _known(addresses: list[str]) -> dict[str, Consumer]:
    """The consumers with these addresses, with one query."""
    verified = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    found = Consumer.objects.filter(email__in=addresses).select_related("invitation")
    return {consumer.email: consumer for consumer in found.annotate(is_verified=Exists(verified))}


def _sorted(entries: Iterator[Line | Problem]) -> Review:
    found = Review([], [])
    for entry in entries:
        if isinstance(entry, Line):
            found.good.append(entry)
        else:
            found.bad.append(entry)
    return found


def _batched(entries: Iterator[Line | Problem]) -> Iterator[list[Line | Problem]]:
    while batch := list(islice(entries, BATCH)):
        yield batch
