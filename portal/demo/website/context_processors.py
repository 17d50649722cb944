from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal.demo.website import customers


def site(request: HttpRequest) -> dict[str, Any]:
    """The signed-in customer and the portal's address, for all pages of the website."""
    return {"customer": customers.current_customer(request), "portal_url": settings.PORTAL_URL}
