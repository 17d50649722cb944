from django.conf import settings
from django.http import HttpRequest

from portal.logs import request_id


def portal(request: HttpRequest) -> dict[str, str]:
    """What every page shows of the portal itself."""
    return {"portal_name": settings.PORTAL_NAME, "request_id": request_id()}
