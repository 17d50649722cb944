from django.conf import settings
from django.http import HttpRequest

from portal.request_context import request_id


def portal(request: HttpRequest) -> dict[str, str]:
    """The portal's name, or what it is called on the website that shows the page; and the request id."""
    frame = getattr(request, "frame", None)
    shown_name = frame.website.shown_name if frame else ""
    return {"portal_name": shown_name or settings.PORTAL_NAME, "request_id": request_id()}
