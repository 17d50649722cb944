"""The list of a securebox, as conversations, page by page."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from inbox import paging, unread
from inbox.access import Mailbox, open_mailbox, open_mailboxes
from inbox.conversations.loading import conversations
from inbox.outgoing import queries
from inbox.unread_refresh import Refresh
from inbox.views.arrivals import arrivals
from inbox.views.place import Place, next_of, place_in, place_of, previous_of
from inbox.views.rows import rows_of
from portal.accounts.models import ConsumerRequest
from portal.accounts.rate_limits import limited

# Seconds that the page waits for the other unread counts once it has its list. A count that comes later is shown by the
# next poll.
_BADGE_WAIT = 0.5


@require_safe
@limited("mail_page")
def inbox(request: ConsumerRequest, slug: str) -> HttpResponse:
    mailbox = open_mailbox(request, slug)
    asked, size = place_in(request.GET), settings.PORTAL_PAGE_SIZE
    asked_at = timezone.now()
    others = [other for other in open_mailboxes(request) if other != mailbox]
    counts = unread.of_request(request)
    # One call for each box: where the page does not tell this one's count, the next poll asks for it.
    refresh = Refresh(counts, others, settings.SECUREMAIL_DEADLINE)
    try:
        page = mailbox.page(asked.number, size, asked.status, asked.start)
    except paging.ListChanged:
        messages.info(request, _("Your messages have changed, so this is the first page."))
        return redirect(Place(asked.status).url(slug))
    told = counts.note_page(mailbox, page, asked.status)
    counts.store()
    refresh.wait(_BADGE_WAIT)
    if page.start.position and not (page.entries or page.unusable or page.has_next):
        text = _("There’s no page %(number)s, so this is the first page.")
        messages.info(request, text % {"number": asked.number})
        return redirect(Place(asked.status).url(slug))
    place = place_of(page, asked.status, size)
    newer, older = previous_of(page, asked.status, size), next_of(page, asked.status)
    # "Unread" and "Read" are about received messages: the status of a sent one says whether an agent has read it.
    drafted = queries.answered_by_drafts(request).get(mailbox.securebox.pk, ())
    shown = [entry for entry in page.entries if asked.status == "all" or not entry.is_own]
    context = {
        "securebox": mailbox.securebox,
        "heading": _heading(mailbox, place),
        "rows": rows_of(conversations({mailbox: shown})[mailbox], mailbox, place, drafted),
        "selectable": any(entry.is_received for entry in shown),
        "page": page,
        "number": page.number,
        "place": place,
        "newer": newer.url(slug) if newer else "",
        "older": older.url(slug) if older else "",
        "status": asked.status,
        "under_way": _under_way(request, mailbox) if place == Place() else [],
        "arrivals": arrivals({mailbox.securebox: told.count if told else None}, asked_at, Place().url(slug)),
    }
    return render(request, "inbox/inbox.html", context)


def _under_way(request: ConsumerRequest, mailbox: Mailbox) -> Sequence[queries.OutgoingItem]:
    """What the consumer has sent to this securebox and may not be in its list yet."""
    shown = [item for item in queries.in_box(request, mailbox) if item.is_under_way]
    return queries.with_content(shown) if shown else []


def _heading(mailbox: Mailbox, place: Place) -> str:
    """The page's title: the department, the filter, and the number of the page."""
    title = mailbox.securebox.title
    if place.status == "unread":
        title = _("Unread in %(department)s") % {"department": title}
    elif place.status == "read":
        title = _("Read in %(department)s") % {"department": title}
    if place.number == 1:
        return title
    return _("%(title)s, page %(number)s") % {"title": title, "number": place.number}
