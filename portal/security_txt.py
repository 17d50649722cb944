"""Whom to tell about a vulnerability: /.well-known/security.txt (RFC 9116)."""

from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

# The RFC recommends less than a year. The date is computed for each request, so a copy is valid for this long.
_VALID_FOR = timedelta(days=90)


@login_not_required  # People who report vulnerabilities need not have an account.
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Raises Http404 unless PORTAL_SECURITY_CONTACT is set: a file without a contact is not valid."""
    if not settings.PORTAL_SECURITY_CONTACT:
        raise Http404
    until = datetime.combine(timezone.now().date() + _VALID_FOR, time.min, UTC)
    fields = [
        *(("Contact", contact) for contact in settings.PORTAL_SECURITY_CONTACT),
        ("Expires", until.strftime("%Y-%m-%dT%H:%M:%SZ")),
        ("Preferred-Languages", ", ".join(code for code, _name in settings.LANGUAGES)),
        ("Canonical", settings.PORTAL_URL + reverse("security_txt")),
    ]
    text = "".join(f"{name}: {value}\n" for name, value in fields)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
