from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal.demo.website import customers


def site(request: HttpRequest) -> dict[str, Any]:
    """What each page of the website shows of its visitor, and where it finds the portal."""
    return {"customer": customers.signed_in(request), "portal_url": settings.PORTAL_URL}
