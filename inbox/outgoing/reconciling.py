"""Looking for a message of which nobody knows whether it arrived.

It is looked for in the consumer's own list of the box, which is never marked read by it. What proves that a listed
message is this one: our operation id, where the API gives it back; our id in its userdata, where the box passes one;
else the same subject and text, within the time in which it was sent, each listed message standing for one of ours.
"""

import logging
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from time import monotonic

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from inbox.access import Entry, Mailbox
from inbox.failures import log_failure
from inbox.models import OutgoingMessage
from inbox.outgoing import schedule, sending
from inbox.outgoing.content import Content, unseal
from inbox.rendering import words_of
from inbox.securemail import SecureMailError, Unavailable
from portal import encryption

logger = logging.getLogger(__name__)

State = OutgoingMessage.State

LISTED = 100  # The newest messages of the box that are looked through.
LOOKED_INTO = 10  # Of those, at most so many are fetched to compare their text.
_LATEST = timedelta(hours=1)  # After the attempt, for an API that takes its time.


def look_for(message: OutgoingMessage, mailbox: Mailbox, seconds: float) -> bool:
    """Look for an unconfirmed message once, for so long, and write down what came of it.

    False where that was not possible.
    """
    try:
        content = unseal(message)
        if content.address != mailbox.address:
            # It went out under an address that is not theirs any more, and whose mail is therefore not theirs to see.
            _unconfirmed(message).update(reason="address", due_at=None)
            return False
        entry = _find(message, content, mailbox, monotonic() + seconds)
    except SecureMailError as error:
        log_failure(error)
        _postpone(message)
        return False
    except encryption.KeyMissing:
        logger.exception("An outgoing message cannot be looked for: FIELD_ENCRYPTION_KEYS lacks its key")
        _postpone(message)
        return False
    if entry is None or not _take(message, entry):
        _note_look(message)
    return True


def _find(message: OutgoingMessage, content: Content, mailbox: Mailbox, until: float) -> Entry | None:
    """Raises Unavailable where upstream is too slow to look through it all until then."""
    listed = mailbox.page(1, LISTED).entries
    named = [entry for entry in listed if entry.message.operation_id == str(message.operation_id)]
    if named:
        return named[0]
    own = _without_others([entry for entry in listed if not entry.is_received], message)
    similar = [entry for entry in own if _could_be(entry, message, content)]
    if found := _by_userdata(
        [*similar, *(entry for entry in own if entry not in similar)], message, mailbox, until
    ):
        return found
    copies = [entry for entry in _in_good_time(similar, until) if _has_text(entry, content, mailbox)]
    return _share(copies, message, content) if copies else None


def _in_good_time(entries: list[Entry], until: float) -> Iterator[Entry]:
    """Some of them, one after the other: each is a call. Raises Unavailable once it is too late."""
    for entry in entries[:LOOKED_INTO]:
        if monotonic() > until:
            raise Unavailable("several", reason="no time left to look for a message")
        yield entry


def _by_userdata(
    entries: list[Entry], message: OutgoingMessage, mailbox: Mailbox, until: float
) -> Entry | None:
    """The one that carries our id, whatever has become of its subject, text and date on the way."""
    key = mailbox.securebox.operation_key
    for entry in _in_good_time(entries if key else [], until):
        try:
            if mailbox.userdata(entry.reference).get(key) == str(message.operation_id):
                return entry
        except Http404:
            continue  # Gone since it was listed.
    return None


def _could_be(entry: Entry, message: OutgoingMessage, content: Content) -> bool:
    mail = entry.message
    return _plain(mail.subject) == _plain(content.subject) and _in_time(mail.date, message)


def _in_time(date: datetime | None, message: OutgoingMessage) -> bool:
    skew = timedelta(seconds=schedule.CLOCK_SKEW)
    began = message.queued_at or message.created_at
    return date is None or began - skew <= date <= (message.claimed_at or began) + skew + _LATEST


def _without_others(entries: list[Entry], message: OutgoingMessage) -> list[Entry]:
    """Those that no other row is known to have become. To be asked after the list was: see `_share`."""
    others = OutgoingMessage.objects.filter(securebox=message.securebox_id).exclude(pk=message.pk)
    ids = [entry.message.id for entry in entries]
    operations = [operation for entry in entries if (operation := _uuid(entry.message.operation_id))]
    known = set(others.filter(secure_mail_id__in=ids).values_list("secure_mail_id", flat=True))
    named = set(others.filter(operation_id__in=operations).values_list("operation_id", flat=True))
    return [
        entry
        for entry in entries
        if entry.message.id not in known and _uuid(entry.message.operation_id) not in named
    ]


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None


def _has_text(entry: Entry, content: Content, mailbox: Mailbox) -> bool:
    """Whether the whole text is the same, but for its white space. A list may hold the beginning of it only."""
    wanted, mail = _plain(content.message()), entry.message
    if _plain(words_of(mail.text, mail.html)) == wanted:
        return True
    try:
        whole = mailbox.open(entry.reference, mark_read=False).message
    except Http404:
        return False
    return _plain(words_of(whole.text, whole.html)) == wanted


def _share(copies: list[Entry], message: OutgoingMessage, content: Content) -> Entry | None:
    """A copy for this message, if there are more than all others with the same text can have left.

    One too few, and it could be another's, whose answer is still to come: then this message stays in doubt, which is
    true. The others are counted after the list was asked for, so whatever is in the list had been claimed before.
    """
    others = 0
    for row in _claimants(message, content):
        in_time = sum(_in_time(entry.message.date, row) for entry in copies)
        unnamed = row.state == State.SENDING or (row.state == State.SENT and not row.secure_mail_id)
        others += min(row.unconfirmed_attempts + unnamed, in_time)
    return copies[-1] if len(copies) > others else None


def _claimants(message: OutgoingMessage, content: Content) -> Iterator[OutgoingMessage]:
    """The other rows that the same text may have been sent for, without our knowing under which id."""
    unknown = Q(unconfirmed_attempts__gt=0) | Q(state=State.SENDING) | Q(state=State.SENT, secure_mail_id="")
    rows = OutgoingMessage.objects.filter(
        unknown, consumer=message.consumer_id, securebox=message.securebox_id
    )
    for row in rows.exclude(pk=message.pk):
        try:
            if unseal(row).mark == content.mark:
                yield row
        except encryption.KeyMissing:
            continue


def _take(message: OutgoingMessage, entry: Entry) -> bool:
    """Whether it could be written down: another process may have given the same copy to another row."""
    try:
        with transaction.atomic():
            sending.settle_found(message, entry.message.id)
    except IntegrityError:
        return False
    return True


def _note_look(message: OutgoingMessage) -> None:
    began = message.unconfirmed_since or timezone.now()
    _unconfirmed(message).update(
        lookup_count=F("lookup_count") + 1, due_at=schedule.next_look(began, message.lookup_count + 1)
    )


def _postpone(message: OutgoingMessage) -> None:
    """Upstream was not there to be asked: that is no look."""
    _unconfirmed(message).update(due_at=schedule.after(schedule.LOOK[1]))


def _unconfirmed(message: OutgoingMessage) -> QuerySet[OutgoingMessage]:
    return OutgoingMessage.objects.filter(
        pk=message.pk, state=State.UNCONFIRMED, lookup_count=message.lookup_count
    )


def _plain(text: str) -> str:
    return " ".join(text.split())
