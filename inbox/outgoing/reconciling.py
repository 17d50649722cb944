"""Looking up an unconfirmed message upstream.

It is looked up in the consumer's own list of the securebox, which marks nothing as read. A listed message is taken for
the outgoing one if it carries our operation id, where the API returns it; or our id in its userdata, where the
securebox has a key for it; or else if it has the same subject and text, is dated within the time in which the message
was sent, and cannot be the copy of another message with the same words.
"""

import logging
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from time import monotonic

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import Http404

from inbox.access import Mailbox
from inbox.entries import Entry
from inbox.failures import log_failure
from inbox.models import OutgoingMessage
from inbox.outgoing import schedule, sending, transitions
from inbox.outgoing.content import Content, decrypt
from inbox.rendering import words_of
from inbox.securemail import SecureMailError, Unavailable
from portal import encryption

logger = logging.getLogger(__name__)

State = OutgoingMessage.State

MAX_LISTED = 100  # The newest messages of the securebox are searched.
MAX_FETCHED = 10  # Of those, at most this many are fetched to compare their text.
_MAX_DELAY = timedelta(hours=1)  # How long after the attempt the API may date the message.


class _NotSearched(Unavailable):
    """The API answers, but not everything could be searched in the time there was."""


def look_up(message: OutgoingMessage, mailbox: Mailbox, seconds: float) -> bool:
    """Look up an unconfirmed message once, within this time, and record the result.

    Returns False if it could not be looked up.
    """
    try:
        content = decrypt(message)
        if content.address != mailbox.address:
            # The mail of the consumer's former address may be someone else's by now, and is not theirs to see.
            transitions.stop_lookups(message, "address")
            return False
        entry = _find(message, content, mailbox, monotonic() + seconds)
    except _NotSearched as error:
        log_failure(error)
        transitions.postpone_lookup(message)
        return False
    except SecureMailError as error:
        log_failure(error)
        transitions.note_unanswered(message, error.retry_after or 0)
        return False
    except encryption.KeyMissing:
        logger.exception("An outgoing message cannot be looked for: FIELD_ENCRYPTION_KEYS lacks its key")
        transitions.postpone_lookup(message)
        return False
    transitions.resume_lookups(message.securebox_id, just_looked_up=message.pk)
    if entry is None or not _assign(message, entry):
        transitions.record_lookup(message)
    return True


def _find(message: OutgoingMessage, content: Content, mailbox: Mailbox, until: float) -> Entry | None:
    """Raises _NotSearched if the API is too slow to search everything before `until`."""
    listed, is_whole = mailbox.newest(MAX_LISTED, until - monotonic())
    found = _find_among(listed, message, content, mailbox, until)
    if found is None and not is_whole and not _reaches_before(listed, message):
        raise _NotSearched("list", reason="only a part of the list could be read")
    return found


def _find_among(
    listed: Sequence[Entry], message: OutgoingMessage, content: Content, mailbox: Mailbox, until: float
) -> Entry | None:
    same_operation = [entry for entry in listed if entry.message.operation_id == str(message.operation_id)]
    if same_operation:
        return same_operation[0]
    own = _without_assigned([entry for entry in listed if not entry.is_received], message)
    similar = [entry for entry in own if _is_similar(entry, message, content)]
    others = [entry for entry in own if entry not in similar]
    if found := _find_by_userdata([*similar, *others], message, mailbox, until):
        return found
    copies = [entry for entry in _before_deadline(similar, until) if _has_text(entry, content, mailbox)]
    return _unclaimed_copy(copies, message, content) if copies else None


def _reaches_before(listed: Sequence[Entry], message: OutgoingMessage) -> bool:
    """Whether the oldest of these is older than the message can be, so that it is not among those that follow."""
    began = message.queued_at or message.created_at
    oldest = listed[-1].message.date if listed else None
    return oldest is not None and oldest < began - timedelta(seconds=schedule.CLOCK_SKEW)


def _before_deadline(entries: list[Entry], until: float) -> Iterator[Entry]:
    """The first MAX_FETCHED entries, each of which costs a call. Raises _NotSearched once it is too late."""
    for entry in entries[:MAX_FETCHED]:
        if monotonic() > until:
            raise _NotSearched("several", reason="no time left to look for a message")
        yield entry


def _find_by_userdata(
    entries: list[Entry], message: OutgoingMessage, mailbox: Mailbox, until: float
) -> Entry | None:
    """The entry that carries our id, even if its subject, text and date were changed on the way."""
    key = mailbox.securebox.operation_key
    for entry in _before_deadline(entries if key else [], until):
        try:
            if mailbox.userdata(entry.reference).get(key) == str(message.operation_id):
                return entry
        except Http404:
            continue  # Deleted since it was listed.
    return None


def _is_similar(entry: Entry, message: OutgoingMessage, content: Content) -> bool:
    mail = entry.message
    same_subject = _normalized(mail.subject) == _normalized(content.subject)
    return same_subject and _is_in_time(mail.date, message)


def _is_in_time(date: datetime | None, message: OutgoingMessage) -> bool:
    skew = timedelta(seconds=schedule.CLOCK_SKEW)
    began = message.queued_at or message.created_at
    return date is None or began - skew <= date <= (message.claimed_at or began) + skew + _MAX_DELAY


def _without_assigned(entries: list[Entry], message: OutgoingMessage) -> list[Entry]:
    """Leave out the entries that belong to another row. Call it after listing, as `_unclaimed_copy` explains."""
    others = OutgoingMessage.objects.filter(securebox=message.securebox_id).exclude(pk=message.pk)
    ids = [entry.message.id for entry in entries]
    operations = [operation for entry in entries if (operation := _uuid(entry.message.operation_id))]
    known_ids = set(others.filter(secure_mail_id__in=ids).values_list("secure_mail_id", flat=True))
    known_operations = set(others.filter(operation_id__in=operations).values_list("operation_id", flat=True))
    return [
        entry
        for entry in entries
        if entry.message.id not in known_ids and _uuid(entry.message.operation_id) not in known_operations
    ]


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None


def _has_text(entry: Entry, content: Content, mailbox: Mailbox) -> bool:
    """Whether the whole text is the same, apart from white space. A list may contain only its beginning."""
    wanted, mail = _normalized(content.message()), entry.message
    if _normalized(words_of(mail.text, mail.html)) == wanted:
        return True
    try:
        whole = mailbox.open(entry.reference, mark_read=False).message
    except Http404:
        return False
    return _normalized(words_of(whole.text, whole.html)) == wanted


def _unclaimed_copy(copies: list[Entry], message: OutgoingMessage, content: Content) -> Entry | None:
    """A copy for this message, if there are more copies than all other messages with this text can have caused.

    With fewer, the copy may belong to another message that is still waiting for its answer. Then this message stays
    unconfirmed, which is true. The other messages must be counted after the list was fetched: a listed copy was
    claimed before it was sent, so its row is certain to be counted.
    """
    others = 0
    for row in _rows_without_id(message, content):
        in_time = sum(_is_in_time(entry.message.date, row) for entry in copies)
        without_id = row.state == State.SENDING or (row.state == State.SENT and not row.secure_mail_id)
        others += min(row.unconfirmed_attempts + without_id, in_time)
    return copies[-1] if len(copies) > others else None


def _rows_without_id(message: OutgoingMessage, content: Content) -> Iterator[OutgoingMessage]:
    """The other messages with the same text that may have arrived under an id that we don't know."""
    without_id = (
        Q(unconfirmed_attempts__gt=0) | Q(state=State.SENDING) | Q(state=State.SENT, secure_mail_id="")
    )
    rows = OutgoingMessage.objects.filter(
        without_id, consumer=message.consumer_id, securebox=message.securebox_id
    )
    for row in rows.exclude(pk=message.pk):
        try:
            if decrypt(row).mark == content.mark:
                yield row
        except encryption.KeyMissing:
            continue


def _assign(message: OutgoingMessage, entry: Entry) -> bool:
    """Record that the message is this entry. False if another process has just assigned the entry to another row."""
    try:
        with transaction.atomic():
            if transitions.mark_found(message, entry.message.id, entry.message.date):
                sending.log_sent(message)
    except IntegrityError:
        return False
    return True


def _normalized(text: str) -> str:
    return " ".join(text.split())
