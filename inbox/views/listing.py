"""The list of a securebox: paging through it, and changing several messages at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from inbox import paging, unread
from inbox.access import Mailbox, open_mailbox, open_mailboxes
from inbox.entries import BulkResult, Entry
from inbox.outgoing import queries
from inbox.rendering import preview
from inbox.views.place import Place, next_of, place_in, place_of, previous_of
from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.models import ConsumerRequest
from portal.accounts.rate_limits import limited

# Seconds that the page waits for the unread counts once it has its list. They are read from the cache by the
# navigation; a count that comes later is shown by the next poll.
_BADGE_WAIT = 0.5


@dataclass(frozen=True)
class Row:
    """A message in the list."""

    reference: str
    url: str
    who: str
    subject: str
    preview: str
    date: datetime | None
    unread: bool
    sent: bool


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
        "page": page,
        "place": place,
        "newer": previous_of(page, asked.status, size),
        "older": next_of(page, asked.status),
        "status": asked.status,
        "under_way": _under_way(request, mailbox) if place == Place() else [],
    }
    return render(request, "inbox/inbox.html", context)


@require_POST
@limited("mail_action")
def selected(request: ConsumerRequest, slug: str) -> HttpResponse:
    mailbox = open_mailbox(request, slug)
    place = place_in(request.POST)
    chosen, action = request.POST.getlist("reference"), request.POST.get("action")
    if action not in ("read", "delete") or len(chosen) > settings.PORTAL_PAGE_SIZE:
        raise Http404
    if not chosen:
        messages.warning(request, _("Choose one or more messages first."))
        return redirect(place.url(slug))
    if action == "delete" and "confirmed" not in request.POST:
        return _ask_first(request, mailbox, chosen, place)
    change = mailbox.mark_selected_read if action == "read" else mailbox.delete_selected
    result = change(chosen, settings.SECUREMAIL_DEADLINE)
    unread.forget(mailbox)
    if action == "delete" and result.changed:
        # Not caught: the messages are deleted already, and a missing line in the log must not go unnoticed.
        box = mailbox.securebox.title
        activity.record(Event.MESSAGE_DELETED, request.user, request, box=box, number=result.changed)
    _report(request, action, result)
    return redirect(place.url(slug))


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
    )


def _ask_first(request: ConsumerRequest, mailbox: Mailbox, chosen: list[str], place: Place) -> HttpResponse:
    for reference in chosen:
        mailbox.direction_of(reference)
    context = {
        "securebox": mailbox.securebox,
        "chosen": chosen,
        "place": place,
        "back": place.url(mailbox.securebox.slug),
    }
    return render(request, "inbox/confirm_delete.html", context)


def _report(request: ConsumerRequest, action: str, result: BulkResult) -> None:
    """Report how many messages were changed, and how many were not."""
    asked = result.changed + result.failed
    counts = {"done": result.changed, "asked": asked}
    if result.failed:
        failed = (
            _("%(done)s of %(asked)s marked as read.")
            if action == "read"
            else _("%(done)s of %(asked)s deleted.")
        )
        retry = _("The mail system did not confirm the rest. Please look and try again.")
        messages.error(request, f"{failed % counts} {retry}")
    elif result.changed and action == "read":
        done = ngettext(
            "%(done)s message marked as read.", "%(done)s messages marked as read.", result.changed
        )
        messages.success(request, done % counts)
    elif result.changed:
        messages.success(
            request,
            ngettext("%(done)s message deleted.", "%(done)s messages deleted.", result.changed) % counts,
        )
    if result.skipped:
        left = ngettext(
            "%(left)s message stays as it is: only what you received can be changed here.",
            "%(left)s messages stay as they are: only what you received can be changed here.",
            result.skipped,
        )
        messages.info(request, left % {"left": result.skipped})
