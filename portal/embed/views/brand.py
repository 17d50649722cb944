"""The style sheet and the logo of a website's frames: the same for every user, as those of the portal are."""

import re
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.views.decorators.http import require_safe

from portal.embed.models import Website

PREFIX: Final = "/embed/brand/"
_FILE: Final = re.compile(rf"\A{PREFIX}(\d{{1,18}})-[0-9a-f]{{12}}\.(css|png)\Z", re.ASCII)
_CACHE_CONTROL: Final = "public, max-age=31536000, immutable"


@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """The file is the present one even if the address has the hash of another: then it is not cached."""
    named = _FILE.match(request.path_info)
    website = Website.objects.filter(pk=named[1]).first() if named else None
    if named is None or website is None:
        return HttpResponseNotFound()
    if named[2] == "css":
        url, response = website.sheet_url, HttpResponse(website.sheet(), "text/css; charset=utf-8")
    else:
        url, response = website.logo_url, HttpResponse(bytes(website.logo or b""), "image/png")
    if not url:
        return HttpResponseNotFound()
    if url == request.path_info:
        response.headers["Cache-Control"] = _CACHE_CONTROL
    return response
