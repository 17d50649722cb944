"""The page of the admin that examines the installation."""

import threading

from django.contrib import admin
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.models import ConsumerRequest
from portal.operations.doctor import Report, examine
from portal.operations.guard import operators_page

# One examination at a time in each process, as it occupies a dozen threads. A limit that is counted in the cache would
# refuse the page when it is needed: while Redis is down.
_examining = threading.Lock()


@operators_page
@require_http_methods(["GET", "HEAD", "POST"])
def doctor(request: ConsumerRequest) -> HttpResponse:
    is_asked = request.method == "POST"
    report = _examine_alone() if is_asked else None
    context = {
        **admin.site.each_context(request),
        "title": _("Examine the installation"),
        "report": report,
        "is_busy": is_asked and report is None,
    }
    return TemplateResponse(request, "admin/operations/doctor.html", context)


def _examine_alone() -> Report | None:
    """None while another user's examination is under way."""
    if not _examining.acquire(blocking=False):
        return None
    try:
        return examine()
    finally:
        _examining.release()
