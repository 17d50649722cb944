"""All secureboxes of a consumer: the home page, which is one inbox of all, and the unread counts for the badges."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_safe

from inbox import overview, unread
from inbox.access import Mailbox, open_mailboxes
from inbox.context_processors import badges
from inbox.conversations.conversation import Conversation
from inbox.conversations.loading import conversations
from inbox.models import Securebox
from inbox.outgoing import queries
from inbox.overview import Reading
from inbox.unread_refresh import Refresh
from inbox.views.arrivals import arrivals
from inbox.views.place import Place
from inbox.views.rows import Row, rows_of
from portal.accounts.models import ConsumerRequest
from portal.accounts.rate_limits import limited
from portal.accounts.sessions import reader


@dataclass(frozen=True)
class BoxRow:
    """A conversation in the list of all secureboxes."""

    securebox: Securebox
    row: Row


@dataclass(frozen=True)
class Unreachable:
    """A securebox that could not be read, and when it was read last, if that is known."""

    securebox: Securebox
    checked_at: datetime | None


@require_safe
def home(request: ConsumerRequest) -> HttpResponse:
    mailboxes = open_mailboxes(request)
    if len(mailboxes) == 1:
        return redirect("inbox", mailboxes[0].securebox.slug)
    return _inbox_of_all(request, mailboxes) if mailboxes else render(request, "inbox/no_departments.html")


@limited("mail_page")
def _inbox_of_all(request: ConsumerRequest, mailboxes: Sequence[Mailbox]) -> HttpResponse:
    asked_at, size = timezone.now(), settings.PORTAL_PAGE_SIZE
    readings = overview.read(mailboxes, size, settings.SECUREMAIL_DEADLINE, unread.of_request(request))
    found = _conversations(readings, asked_at)
    # The unread ones first: none of them is left out for a newer one that was read.
    found.sort(key=lambda one: not one[1].unread_count)
    drafted = queries.answered_by_drafts(request)
    rows = [_row(mailbox, conversation, drafted) for mailbox, conversation in found[:size]]
    left_out = {mailbox for mailbox, _conversation in found[size:]}
    context = {
        "unread_rows": [one for one in rows if one.row.unread],
        "earlier_rows": [one for one in rows if not one.row.unread],
        "unreachable": [_unreachable(one) for one in readings if one.page is None],
        "unusable": sum(one.page.unusable for one in readings if one.page),
        "continued": [one.mailbox.securebox for one in readings if _goes_on(one) or one.mailbox in left_out],
        "writable": [one.mailbox.securebox for one in readings if one.mailbox.securebox.accepts_messages],
        "arrivals": arrivals(
            {one.mailbox.securebox: one.all_unread for one in readings}, asked_at, reverse("home")
        ),
        **badges(mailboxes, {one.mailbox.securebox.slug: one.unread for one in readings}),
    }
    return render(request, "inbox/home.html", context)


def _conversations(readings: Sequence[Reading], now: datetime) -> list[tuple[Mailbox, Conversation]]:
    listed = {one.mailbox: one.page.entries for one in readings if one.page}
    return overview.newest_first(conversations(listed).items(), now)


def _row(mailbox: Mailbox, conversation: Conversation, drafted: Mapping[int, Collection[str]]) -> BoxRow:
    (row,) = rows_of([conversation], mailbox, Place(via="home"), drafted.get(mailbox.securebox.pk, ()))
    return BoxRow(mailbox.securebox, row)


def _unreachable(reading: Reading) -> Unreachable:
    as_of = reading.unread.as_of
    checked_at = datetime.fromtimestamp(as_of, UTC) if as_of else None
    return Unreachable(reading.mailbox.securebox, checked_at)


def _goes_on(reading: Reading) -> bool:
    return reading.page is not None and reading.page.has_next


@login_not_required  # A script would follow a redirect to the sign-in page, and get HTML.
@require_GET
def unread_json(request: ConsumerRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return JsonResponse({"error": "Sign in first."}, status=401)
    mailboxes = open_mailboxes(request, for_poll=True)
    refresh = Refresh(unread.Counts(mailboxes), mailboxes, settings.SECUREMAIL_DEADLINE)
    return JsonResponse(unread.as_json(refresh.wait()) | {"reader": reader.header(request.user)})
