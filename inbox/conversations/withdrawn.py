"""Which messages a consumer withdrew, wherever they were sent from: the API does not tell later who did what."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from inbox.access import Mailbox
from inbox.entries import Entry
from inbox.models import WithdrawnMessage
from portal.keyed_hashes import keyed_hashes

_BATCH = 1_000  # Rows that are deleted together, so that other writers wait for a short time only.


def note(mailbox: Mailbox, reference: str) -> None:
    """Remember that the consumer withdrew this message."""
    message_hash = _hashes(mailbox, mailbox.message_id(reference))[0]
    WithdrawnMessage.objects.get_or_create(consumer_id=mailbox.consumer_id, message_hash=message_hash)


def among(listed: Mapping[Mailbox, Sequence[Entry]]) -> dict[Mailbox, frozenset[str]]:
    """The ids of the messages that their consumer withdrew, by mailbox. The mailboxes are one consumer's. One query,
    if they withdrew any.
    """
    owners = {mailbox.consumer_id for mailbox in listed if mailbox.records.withdrawn}
    if not owners:
        return dict.fromkeys(listed, frozenset())
    rows = WithdrawnMessage.objects.filter(consumer__in=owners)
    known = set(rows.values_list("message_hash", flat=True))
    return {mailbox: _known(mailbox, entries, known) for mailbox, entries in listed.items()}


def delete_old() -> int:
    """Delete them after PORTAL_ACTIVITY_DAYS, together with what the activity log says of it."""
    before = timezone.now() - timedelta(days=settings.PORTAL_ACTIVITY_DAYS)
    old, deleted = WithdrawnMessage.objects.filter(withdrawn_at__lt=before), 0
    while batch := list(old.order_by("withdrawn_at").values_list("pk", flat=True)[:_BATCH]):
        deleted += WithdrawnMessage.objects.filter(pk__in=batch).delete()[0]
    return deleted


def _known(mailbox: Mailbox, entries: Sequence[Entry], known: set[str]) -> frozenset[str]:
    ids = [entry.message.id for entry in entries if entry.is_own]
    return frozenset(found for found in ids if not known.isdisjoint(_hashes(mailbox, found)))


def _hashes(mailbox: Mailbox, message_id: str) -> list[str]:
    return keyed_hashes("inbox.withdrawn", json.dumps([mailbox.securebox.full_name, message_id]))
