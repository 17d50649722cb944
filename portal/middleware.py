"""What every answer gets, and what keeps a session alive."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from portal import error_views, logs
from portal.accounts.sessions import lifetime
from portal.health import healthz, readyz

Next = Callable[[HttpRequest], HttpResponse]

POLLED = ".json"  # How the addresses end that scripts ask again and again.
# And those that a company's website asks for behind each of its pages.
_UNATTENDED = (POLLED, "/embed/connect/", "/embed/hand-off/")
_PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def request_id(get_response: Next) -> Next:
    """Name the request for the logs and for the person who sees its error page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        name = logs.start_request()
        response = get_response(request)
        response.headers["X-Request-Id"] = name
        return response

    return middleware


def utf_8(get_response: Next) -> Next:
    """Read every form as UTF-8, whatever charset it claims: in some that Python knows, half a character is one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.encoding:
            request.encoding = "utf-8"
        return get_response(request)

    return middleware


def response_headers(get_response: Next) -> Next:
    """Confidential mail is stored by no browser and no proxy, and a page may use no device."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        return response

    return middleware


def health(get_response: Next) -> Next:
    """Answer a load balancer before anything looks at the Host header, which it fills in as it likes."""
    answers = {"/healthz": healthz, "/readyz": readyz}

    def middleware(request: HttpRequest) -> HttpResponse:
        return answers.get(request.path, get_response)(request)

    return middleware


def is_fetched_in_advance(request: HttpRequest) -> bool:
    """Whether a browser asks for it in case its user will."""
    purposes = (
        request.headers.get(name, "").lower() for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
    )
    return any("prefetch" in purpose or "preview" in purpose for purpose in purposes)


def refused_methods(get_response: Next) -> Next:
    """Django's own answer to a method that an address does not take is an empty page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and not response.content:
            page = error_views.method_not_allowed(request)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response

    return middleware


def leave_ended_cookie(get_response: Next) -> Next:
    """Leave the cookie of a session that is over to the next page that a person asks for, which says that it ended."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method in ("GET", "HEAD") and request.path.endswith(_UNATTENDED):
            taken = response.cookies.get(settings.SESSION_COOKIE_NAME)
            if taken is not None and not taken.value:
                del response.cookies[settings.SESSION_COOKIE_NAME]
        return response

    return middleware


def keep_session_alive(get_response: Next) -> Next:
    """A page that a person asked for extends their session; what browsers and scripts ask by themselves does not."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.COOKIES and not request.path.endswith(_UNATTENDED) and not is_fetched_in_advance(request):
            lifetime.extend(request)
        return get_response(request)

    return middleware
