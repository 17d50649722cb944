"""A consumer's own activity, as a page and as a download."""

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
from portal.accounts.rate_limits import limited
from portal.accounts.sessions import client_info

_PAGE_SIZE = 25
_MAX_PAGES = 1_000  # The download has the rest.


@dataclass(frozen=True)
class Line:
    at: datetime
    what: str
    box: str
    device: str
    location: str  # Empty if unknown.
    ip: str  # Empty for what an operator did.
    has_current_ip: bool  # The one from which the page is requested.
    by_operator: bool
    failed: bool


@require_safe
def activity(request: ConsumerRequest) -> HttpResponse:
    kind, number = _filter_and_page(request)
    lines = _own(request, kind)
    current_ip = client_info.client_ip(request)
    first = (number - 1) * _PAGE_SIZE
    shown = list(lines[first : first + _PAGE_SIZE + 1])
    context = {
        "lines": [_line(line, current_ip) for line in shown[:_PAGE_SIZE]],
        "kind": kind,
        "newer": number - 1,
        "number": number,
        "older": number + 1 if len(shown) > _PAGE_SIZE and number < _MAX_PAGES else None,
        "days": settings.PORTAL_ACTIVITY_DAYS,
    }
    return render(request, "accounts/activity.html", context)


@require_GET
@limited("export")
def export(request: ConsumerRequest, form: str) -> HttpResponseBase:
    """Download the whole log, without the page's filter."""
    download = exports.download(exports.consumer_records(_own(request)), form)
    log.record(log.Event.EXPORTED, request.user, request, detail="activity")
    return download


def _own(request: ConsumerRequest, kind: str = "") -> QuerySet[Activity]:
    """Lines of this account. Not of its address: it may have belonged to another account before."""
    lines = Activity.objects.filter(consumer=request.user)
    return lines.filter(event__in=descriptions.KINDS[kind]) if kind else lines


def _filter_and_page(request: ConsumerRequest) -> tuple[str, int]:
    """The kind (empty for all) and the page number from the URL. Raises Http404 for unknown ones."""
    kind, number = request.GET.get("kind", ""), request.GET.get("page", "1")
    if kind and kind not in descriptions.KINDS:
        raise Http404
    if not (number.isascii() and number.isdigit() and len(number) < 5 and 1 <= int(number) <= _MAX_PAGES):
        raise Http404
    return kind, int(number)


def _line(line: Activity, current_ip: str | None) -> Line:
    # Consumers learn that an operator did something, but not which one, and not from where.
    ip = "" if line.by else line.network or ""
    return Line(
        at=line.at,
        what=descriptions.describe(line),
        box=line.box,
        device="" if line.by else line.device,
        location=client_info.location(ip),
        ip=ip,
        has_current_ip=ip == current_ip,
        by_operator=bool(line.by),
        failed=descriptions.is_failed_sign_in(line),
    )
