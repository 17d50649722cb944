"""A box's list: reading through it, and changing several messages at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import get_args
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from inbox import unread
from inbox.access import Entry, Mailbox, Status, Tally, open_mailbox, open_mailboxes
from inbox.outgoing import queries
from inbox.rendering import preview
from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.models import ConsumerRequest

MAX_PAGE = 1_000  # Beyond it nobody reads; the address was made up.
_BADGE_WAIT = 0.5  # Seconds that a list waits for the badges, once the list itself is there.


@dataclass(frozen=True)
class Row:
    """A message as the list shows it."""

    reference: str
    url: str
    who: str
    subject: str
    preview: str
    date: datetime | None
    unread: bool
    sent: bool


@require_safe
def inbox(request: ConsumerRequest, slug: str) -> HttpResponse:
    mailbox = open_mailbox(request.user, slug)
    status, number = _place(request.GET)
    asking = unread.Asking(open_mailboxes(request.user), settings.SECUREMAIL_DEADLINE)
    page = mailbox.page(number, settings.PORTAL_PAGE_SIZE, status)
    asking.counts(_BADGE_WAIT)  # Into the cache, where the head of the page finds them.
    if number > 1 and not page.entries and not page.unusable:
        messages.info(request, _("There is no page %(number)s. This is the first.") % {"number": number})
        return redirect(_list_url(slug, status, 1))
    # "Unread" and "Read" speak of received mail: what upstream calls one's own message by is the agents' matter.
    shown = [entry for entry in page.entries if status == "all" or not entry.is_own]
    context = {
        "securebox": mailbox.securebox,
        "rows": [_row(entry, mailbox, _list_url(slug, "all", 1)) for entry in shown],
        "page": page,
        "status": status,
        "under_way": _under_way(request, mailbox) if (status, number) == ("all", 1) else [],
    }
    return render(request, "inbox/inbox.html", context)


@require_POST
def selected(request: ConsumerRequest, slug: str) -> HttpResponse:
    mailbox = open_mailbox(request.user, slug)
    status, number = _place(request.POST)
    chosen, action = request.POST.getlist("reference"), request.POST.get("action")
    if action not in ("read", "delete") or len(chosen) > settings.PORTAL_PAGE_SIZE:
        raise Http404
    if not chosen:
        messages.warning(request, _("Choose one or more messages first."))
        return redirect(_list_url(slug, status, number))
    if action == "delete" and "confirmed" not in request.POST:
        return _ask_first(request, mailbox, chosen, status, number)
    change = mailbox.mark_selected_read if action == "read" else mailbox.delete_selected
    tally = change(chosen, settings.SECUREMAIL_DEADLINE)
    unread.forget(mailbox)
    if action == "delete" and tally.done:
        # It is done, and cannot be undone: should this fail, it fails loudly.
        box = mailbox.securebox.title
        activity.record(Event.MESSAGE_DELETED, request.user, request, box=box, number=tally.done)
    _report(request, action, tally)
    return redirect(_list_url(slug, status, number))


def _under_way(request: ConsumerRequest, mailbox: Mailbox) -> Sequence[queries.Item]:
    """What was written to this box and is not in its list, or not for certain."""
    shown = [item for item in queries.in_box(request.user, mailbox) if item.is_under_way]
    return queries.with_words(shown) if shown else []


def _place(query: QueryDict) -> tuple[Status, int]:
    """The filter and the page that a request names. Raises Http404 for what does not exist."""
    status, number = query.get("status") or "all", query.get("page") or "1"
    if status not in get_args(Status) or not (number.isascii() and number.isdigit() and len(number) < 5):
        raise Http404
    if not 1 <= int(number) <= MAX_PAGE:
        raise Http404
    return status, int(number)  # type: ignore[return-value]  # Checked against the literals just above.


def _list_url(slug: str, status: Status, number: int) -> str:
    query = {
        key: value for key, value, usual in (("status", status, "all"), ("page", number, 1)) if value != usual
    }
    return reverse("inbox", args=[slug]) + (f"?{urlencode(query)}" if query else "")


def _row(entry: Entry, mailbox: Mailbox, list_url: str) -> Row:
    message = entry.message
    # One's own message is "unread" upstream until an agent opens it. To its writer it is not.
    is_unread = bool(message.unread) and not entry.is_own
    sender = (message.sender and message.sender.name) or mailbox.securebox.title
    return Row(
        reference=entry.reference,
        # Put together once, and not looked up for each row.
        url=f"{list_url}{entry.reference}/{'?new' if is_unread else ''}",
        who=_("You") if entry.is_own else sender,
        subject=message.subject or _("(no subject)"),
        preview=preview(message.text, message.html),
        date=message.date,
        unread=is_unread,
        sent=entry.is_own,
    )


def _ask_first(
    request: ConsumerRequest, mailbox: Mailbox, chosen: list[str], status: Status, number: int
) -> HttpResponse:
    for reference in chosen:
        mailbox.direction_of(reference)
    context = {
        "securebox": mailbox.securebox,
        "chosen": chosen,
        "status": status,
        "number": number,
        "back": _list_url(mailbox.securebox.slug, status, number),
    }
    return render(request, "inbox/confirm_delete.html", context)


def _report(request: ConsumerRequest, action: str, tally: Tally) -> None:
    """Say what happened and what did not, without rounding up."""
    asked = tally.done + tally.failed
    counts = {"done": tally.done, "asked": asked}
    if tally.failed:
        failed = (
            _("%(done)s of %(asked)s marked as read.")
            if action == "read"
            else _("%(done)s of %(asked)s deleted.")
        )
        retry = _("The mail system did not confirm the rest. Please look and try again.")
        messages.error(request, f"{failed % counts} {retry}")
    elif tally.done and action == "read":
        done = ngettext("%(done)s message marked as read.", "%(done)s messages marked as read.", tally.done)
        messages.success(request, done % counts)
    elif tally.done:
        messages.success(
            request, ngettext("%(done)s message deleted.", "%(done)s messages deleted.", tally.done) % counts
        )
    if tally.left:
        left = ngettext(
            "%(left)s message stays as it is: only what you received can be changed here.",
            "%(left)s messages stay as they are: only what you received can be changed here.",
            tally.left,
        )
        messages.info(request, left % {"left": tally.left})
