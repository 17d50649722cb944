"""Searching the messages of one or all secureboxes.

What is looked for comes in a form's body and leaves in the page that answers it: no address, no log line, no session
and no cache holds it. So there is no redirect after the form either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from inbox.access import Mailbox, open_mailboxes
from inbox.models import Securebox
from inbox.search import position, searching
from inbox.search.form import SearchForm
from inbox.search.highlights import Piece, excerpt, marked
from inbox.search.query import Query
from inbox.views.place import Place
from portal.accounts.models import ConsumerRequest
from portal.accounts.rate_limits import refusal

_MAX_SUBJECT, _EXCERPT = 200, 160  # Characters.


@dataclass(frozen=True)
class Row:
    """A message that was found. Its words are in pieces, some of which are what was looked for."""

    url: str
    who: Sequence[Piece]
    subject: Sequence[Piece]
    text: Sequence[Piece]
    date: datetime | None
    unread: bool
    sent: bool
    box: Securebox


@sensitive_post_parameters("words")
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: ConsumerRequest) -> HttpResponse:
    mailboxes = open_mailboxes(request)
    secureboxes = [mailbox.securebox for mailbox in mailboxes]
    if request.method != "POST":
        chosen = {"department": request.GET.get("department", "")}
        return render(request, "inbox/search.html", {"form": SearchForm(secureboxes, initial=chosen)})
    if refused := refusal(request, "search"):
        return refused
    form = SearchForm(secureboxes, request.POST)
    if not form.is_valid():
        return render(request, "inbox/search.html", {"form": form}, status=422)
    slug = form.cleaned_data["department"]
    chosen_boxes = [box for box in mailboxes if slug in ("", box.securebox.slug)]
    return _results(request, form, chosen_boxes)


@sensitive_variables("query", "found", "rows")
def _results(request: ConsumerRequest, form: SearchForm, mailboxes: Sequence[Mailbox]) -> HttpResponse:
    query, signed = form.query, request.POST.get("position", "")
    is_lost = False
    try:
        begin = position.read(signed, request.user.pk, query)
    except position.BadPosition:
        begin, signed, is_lost = position.Position(), "", True
    budget = {"calls": settings.PORTAL_SEARCH_CALLS, "seconds": settings.SECUREMAIL_DEADLINE}
    found = searching.search(mailboxes, query, begin, **budget)
    rows = [_row(hit, query) for hit in searching.newest_first(found)]
    context = {
        "form": form,
        "searched": found,
        "rows": rows,
        "is_further": bool(signed),
        "is_lost": is_lost,
        "is_complete": all(one.is_complete and not one.problem for one in found),
        "may_go_on": any(not one.is_complete and not one.has_changed for one in found),
        "failed": [one.mailbox.securebox for one in found if one.has_failed],
        "unusable": sum(one.unusable for one in found),
        "cut": sum(one.cut for one in found),
        "this_press": signed,
        "next_press": position.sign(searching.position_after(found), request.user.pk, query),
    }
    # As for a list: where no securebox could be searched, the page is an outage, and no result.
    status = 503 if found and all(one.has_failed and not one.number for one in found) else 200
    return render(request, "inbox/search.html", context, status=status)


def _row(hit: searching.Hit, query: Query) -> Row:
    message, box = hit.entry.message, hit.mailbox.securebox
    is_unread = bool(message.unread) and hit.entry.is_received
    sender = (message.sender and message.sender.name) or box.title
    who = _("You") if hit.entry.is_own else sender
    place = Place(via="search")
    url = reverse("message", args=[box.slug, hit.entry.reference])
    return Row(
        url=url + (f"?new{place.more}" if is_unread else place.suffix),
        who=marked(who, () if hit.entry.is_own else query.terms),
        subject=marked(excerpt(hit.subject, query.terms, _MAX_SUBJECT) or _("(no subject)"), query.terms),
        text=marked(excerpt(hit.text, query.terms, _EXCERPT), query.terms),
        date=message.date,
        unread=is_unread,
        sent=hit.entry.is_own,
        box=box,
    )
