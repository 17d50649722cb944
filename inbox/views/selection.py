"""Changing several messages of a list at once. Deleting asks first, and names what would be deleted."""

from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from inbox import paging, unread
from inbox.access import Mailbox, open_mailbox
from inbox.entries import BulkResult, Entry
from inbox.securemail import Direction
from inbox.views.place import Place, place_in
from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.models import ConsumerRequest
from portal.accounts.rate_limits import limited

MAX_SELECTED = 250  # Messages: a page of fifty conversations.
_NEWEST = 50  # Messages that are looked through for what is not on the page of the list.


class Letter(NamedTuple):
    """A message that would be deleted, as the list shows it."""

    subject: str
    who: str
    date: datetime | None


@require_POST
@limited("mail_action")
def selected(request: ConsumerRequest, slug: str) -> HttpResponse:
    mailbox = open_mailbox(request, slug)
    place = place_in(request.POST)
    chosen, action = chosen_in(request), request.POST.get("action")
    if action not in ("read", "delete") or len(chosen) > MAX_SELECTED:
        raise Http404
    if not chosen:
        messages.warning(request, _("Select one or more messages first."))
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


def chosen_in(request: ConsumerRequest) -> list[str]:
    """The references, each once. The checkbox of a conversation holds those of several messages, with spaces."""
    values = request.POST.getlist("reference")
    return list(dict.fromkeys(reference for value in values for reference in value.split(" ")))


def _ask_first(request: ConsumerRequest, mailbox: Mailbox, chosen: list[str], place: Place) -> HttpResponse:
    if not mailbox.securebox.allows_delete:
        raise Http404
    received = [one for one in chosen if mailbox.direction_of(one) is Direction.OUTBOUND]
    if not received:
        messages.info(request, _("You can’t delete messages that you sent. Nothing was changed."))
        return redirect(place.url(mailbox.securebox.slug))
    letters = _letters(mailbox, received, place)
    context = {
        "securebox": mailbox.securebox,
        "chosen": received,
        "letters": letters,
        "others": len(received) - len(letters),
        "place": place,
        "back": place.url(mailbox.securebox.slug),
    }
    return render(request, "inbox/confirm_delete.html", context)


def _letters(mailbox: Mailbox, chosen: list[str], place: Place) -> list[Letter]:
    """Those of the chosen messages that the list has, where they were chosen or among the newest. One call as a rule.

    They are read from the API: what a browser says of a message proves nothing.
    """
    found = _listed(mailbox, set(chosen), place, settings.PORTAL_PAGE_SIZE)
    if len(found) < len(chosen) and place != Place():
        # Chosen on the page of a conversation: it may reach further than a filter, or a page of the list.
        found = found | _listed(mailbox, set(chosen), Place(), _NEWEST)
    listed = [found[reference] for reference in chosen if reference in found]
    return [
        Letter(
            subject=entry.message.subject or _("(no subject)"),
            who=(entry.message.sender and entry.message.sender.name) or mailbox.securebox.title,
            date=entry.message.date,
        )
        for entry in listed
    ]


def _listed(mailbox: Mailbox, chosen: set[str], place: Place, size: int) -> dict[str, Entry]:
    try:
        page = mailbox.page(place.number, size, place.status, place.start)
    except paging.ListChanged:
        return {}
    return {entry.reference: entry for entry in page.entries if entry.reference in chosen}


def _report(request: ConsumerRequest, action: str, result: BulkResult) -> None:
    """Report how many messages were changed, and how many were not."""
    asked = result.changed + result.failed
    counts = {"done": result.changed, "asked": asked}
    if result.failed:
        failed = (
            _("%(done)s of %(asked)s marked as read. We couldn’t confirm the rest. Check and try again.")
            if action == "read"
            else _("%(done)s of %(asked)s deleted. We couldn’t confirm the rest. Check and try again.")
        )
        messages.error(request, failed % counts)
    elif result.changed and action == "read":
        done = ngettext(
            "%(done)s message marked as read.", "%(done)s messages marked as read.", result.changed
        )
        messages.success(request, done % counts)
    elif result.changed:
        done = ngettext("%(done)s message deleted.", "%(done)s messages deleted.", result.changed)
        messages.success(request, done % counts)
    if result.skipped:
        left = ngettext(
            "%(left)s message wasn’t changed: you can only change messages you received.",
            "%(left)s messages weren’t changed: you can only change messages you received.",
            result.skipped,
        )
        messages.info(request, left % {"left": result.skipped})
