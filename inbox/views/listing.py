"""The list of a securebox, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inbox import paging, unread
from inbox.access import Mailbox, open_mailbox, open_mailboxes
from inbox.entries import Entry
from inbox.outgoing import queries
from inbox.rendering import preview
from inbox.views.place import Place, next_of, place_in, place_of, previous_of
from portal.accounts.models import ConsumerRequest
from portal.accounts.rate_limits import limited

# Seconds that the page waits for the unread counts once it has its list. They are read from the cache by the
# navigation; a count that comes later is shown by the next poll.
_BADGE_WAIT = 0.5


@dataclass(frozen=True)
class Row:
    """A message in the list. `received` is its reference if it can be marked or deleted."""

    reference: str
    url: str
    who: str
    subject: str
    preview: str
    date: datetime | None
    unread: bool
    sent: bool
    received: str


@require_safe
@limited("mail_page")
def inbox(request: ConsumerRequest, slug: str) -> HttpResponse:
    mailbox = open_mailbox(request, slug)
    asked, size = place_in(request.GET), settings.PORTAL_PAGE_SIZE
    refresh = unread.UnreadRefresh(open_mailboxes(request), settings.SECUREMAIL_DEADLINE)
    try:
        page = mailbox.page(asked.number, size, asked.status, asked.start)
    except paging.ListChanged:
        messages.info(request, _("Your messages have changed in the meantime. This is the first page."))
        return redirect(Place(asked.status).url(slug))
    refresh.wait(_BADGE_WAIT)
    if page.start.position and not (page.entries or page.unusable or page.has_next):
        text = _("There is no page %(number)s. This is the first.")
        messages.info(request, text % {"number": asked.number})
        return redirect(Place(asked.status).url(slug))
    place = place_of(page, asked.status, size)
    # "Unread" and "Read" are about received messages: the status of a sent one says whether an agent has read it.
    shown = [entry for entry in page.entries if asked.status == "all" or not entry.is_own]
    context = {
        "securebox": mailbox.securebox,
        "rows": [_row(entry, mailbox, Place().url(slug), place) for entry in shown],
        "selectable": any(entry.is_received for entry in shown),
        "page": page,
        "place": place,
        "newer": previous_of(page, asked.status, size),
        "older": next_of(page, asked.status),
        "status": asked.status,
        "under_way": _under_way(request, mailbox) if place == Place() else [],
    }
    return render(request, "inbox/inbox.html", context)


def _under_way(request: ConsumerRequest, mailbox: Mailbox) -> Sequence[queries.OutgoingItem]:
    """What the consumer has sent to this securebox and may not be in its list yet."""
    shown = [item for item in queries.in_box(request, mailbox) if item.is_under_way]
    return queries.with_content(shown) if shown else []


def _row(entry: Entry, mailbox: Mailbox, list_url: str, place: Place) -> Row:
    message = entry.message
    # For the API, a sent message is unread until an agent opens it. For its writer it is not.
    is_unread = bool(message.unread) and not entry.is_own
    sender = (message.sender and message.sender.name) or mailbox.securebox.title
    return Row(
        reference=entry.reference,
        # Not `reverse()`, which would cost more than the rest of the row.
        url=f"{list_url}{entry.reference}/{f'?new{place.more}' if is_unread else place.suffix}",
        who=_("You") if entry.is_own else sender,
        subject=message.subject or _("(no subject)"),
        preview=preview(message.text, message.html),
        date=message.date,
        unread=is_unread,
        sent=entry.is_own,
        received=entry.reference if entry.is_received else "",
    )
