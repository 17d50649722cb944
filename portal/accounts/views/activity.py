"""A consumer's own activity: to be looked through, and to be taken along."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from portal.accounts.audit import activity as log
from portal.accounts.audit import descriptions, exports
from portal.accounts.models import Activity, ConsumerRequest
from portal.accounts.sessions import client_info

_PAGE_SIZE = 25
_MOST_PAGES = 1_000  # Beyond it nobody reads; the download has it all.


@dataclass(frozen=True)
class Line:
    at: datetime
    what: str
    box: str
    device: str
    place: str
    network: str
    same_network: bool  # As whoever looks at it.
    by_operator: bool
    failed: bool


@require_safe
def activity(request: ConsumerRequest) -> HttpResponse:
    kind, number = _asked_for(request)
    lines = _own(request, kind)
    here = client_info.network(request)
    first = (number - 1) * _PAGE_SIZE
    shown = list(lines[first : first + _PAGE_SIZE + 1])
    context = {
        "lines": [_line(line, here) for line in shown[:_PAGE_SIZE]],
        "kind": kind,
        "newer": number - 1,
        "number": number,
        "older": number + 1 if len(shown) > _PAGE_SIZE and number < _MOST_PAGES else None,
        "days": settings.PORTAL_ACTIVITY_DAYS,
    }
    return render(request, "accounts/activity.html", context)


@require_GET
def export(request: ConsumerRequest, form: str) -> HttpResponseBase:
    """All of it, whatever the page is narrowed down to."""
    download = exports.download(exports.consumer_records(_own(request)), form)
    log.record(log.Event.EXPORTED, request.user, request, detail="activity")
    return download


def _own(request: ConsumerRequest, kind: str = "") -> QuerySet[Activity]:
    """By account, not by address: who has an address today need not be who had it before."""
    lines = Activity.objects.filter(consumer=request.user)
    return lines.filter(event__in=descriptions.KINDS[kind]) if kind else lines


def _asked_for(request: ConsumerRequest) -> tuple[str, int]:
    """The kind, empty for all, and the page. Raises Http404 for what does not exist."""
    kind, number = request.GET.get("kind", ""), request.GET.get("page", "1")
    if kind and kind not in descriptions.KINDS:
        raise Http404
    if not (number.isascii() and number.isdigit() and len(number) < 5 and 1 <= int(number) <= _MOST_PAGES):
        raise Http404
    return kind, int(number)


def _line(line: Activity, here: str | None) -> Line:
    # That an operator did it is the consumer's to know; which one, and from where, is not.
    network = "" if line.by else line.network or ""
    return Line(
        at=line.at,
        what=descriptions.describe(line),
        box=line.box,
        device="" if line.by else line.device,
        place=client_info.place(network),
        network=network,
        same_network=network == here,
        by_operator=bool(line.by),
        failed=descriptions.is_failed_sign_in(line),
    )
