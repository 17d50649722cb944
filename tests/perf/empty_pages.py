"""The portal's pages, and two that hold nothing: what they cost is what every page costs."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from portal.urls import handler400, handler403, handler404, handler500  # noqa: F401  As in the portal.
from portal.urls import urlpatterns as portal_urls

WITH_SESSION, WITHOUT_SESSION = "/empty/", "/empty/visitor/"


def empty(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path(WITH_SESSION[1:], empty),
    path(WITHOUT_SESSION[1:], login_not_required(empty)),
    *portal_urls,
]
