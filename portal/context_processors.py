from django.conf import settings
from django.http import HttpRequest

from portal.request_context import request_id


def portal(request: HttpRequest) -> dict[str, str]:
    """The portal's name and the request id, for all templates."""
    return {"portal_name": settings.PORTAL_NAME, "request_id": request_id()}
