"""Several messages that belong together, read at once for one file."""

from collections.abc import Sequence
from functools import partial

from django.conf import settings
from django.http import Http404
from django.utils import timezone

from inbox.access import Mailbox
from inbox.entries import Entry
from inbox.keeping.archive import Archive
from inbox.keeping.copies import Copy
from inbox.keeping.emails import email_of
from inbox.keeping.names import Names
from inbox.resilience import fanout
from inbox.securemail import SecureMailError

# A file takes as long as so many pages do: a conversation of fifty is fifty calls, three at the same time.
_PAGES = 3


def opened(mailbox: Mailbox, references: Sequence[str]) -> list[Entry]:
    """These messages in this order, without those that are gone. Marks nothing as read. One call for each.

    Raises Http404 if a reference is void, before any call, or if all messages are gone; the API's error if it fails for
    any of them: a file must not look whole if it is not.
    """
    for reference in references:
        mailbox.direction_of(reference)
    calls = [partial(_opened, mailbox, reference) for reference in references]
    outcomes = fanout.ask_all(calls, mailbox.consumer_id, settings.SECUREMAIL_DEADLINE * _PAGES)
    entries = []
    for outcome in outcomes:
        if isinstance(outcome, SecureMailError):
            raise outcome
        if outcome:
            entries.append(outcome)
    if not entries:
        raise Http404
    return entries


def emails_of(copies: Sequence[Copy]) -> bytes:
    """A ZIP with an email for each."""
    archive, names = Archive(timezone.localtime()), Names()
    for copy in copies:
        archive.add(f"{names.name(copy.date, copy.subject)}.eml", email_of(copy))
    archive.close()
    return archive.take()


def _opened(mailbox: Mailbox, reference: str) -> Entry | None:
    try:
        return mailbox.open(reference, mark_read=False)
    except Http404:
        return None
