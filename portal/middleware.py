"""Middleware for all requests, with or without a session. For sessions and sign-in: portal/accounts/middleware.py."""

from collections.abc import Callable
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from portal import error_views, request_context, request_log
from portal.health import healthz, readyz

Next = Callable[[HttpRequest], HttpResponse]

_PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def request_id(get_response: Next) -> Next:
    """Give the request an id, for the logs and for the user who sees its error page; write its line to the log.

    The id is the proxy's, if REQUEST_ID_HEADER names the header that has it. The outermost middleware, so that nothing
    is logged under the id of an earlier request.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get(settings.REQUEST_ID_HEADER, "") if settings.REQUEST_ID_HEADER else ""
        context = request_context.begin(given)
        began = perf_counter()
        response = get_response(request)
        if not request_log.is_quiet(request):
            response.headers["X-Request-Id"] = context.id
        request_log.write(request, response, perf_counter() - began)
        return response

    return middleware


class LimitBodyMiddleware:
    """Refuses a body that is too long, or whose length is not declared, before anything has read of it.

    The limit is DATA_UPLOAD_MAX_MEMORY_SIZE. By itself Django compares only what it keeps of a form with it: an
    uploaded file of any length would be read, and written to the disk.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "Transfer-Encoding" in request.headers:
            return error_views.bad_request(request, status=411)
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not (length.isascii() and length.isdigit()):
            return error_views.bad_request(request)
        # Python converts no number of thousands of digits.
        if len(length) > 18 or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return error_views.content_too_large(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The connection ended within the body: that is no error of the portal's."""
        return error_views.bad_request(request) if isinstance(exception, UnreadablePostError) else None


def force_utf_8(get_response: Next) -> Next:
    """Read every form as UTF-8, and ignore the charset it claims.

    Some charsets that Python knows, such as unicode_escape, decode to halves of characters (lone surrogates), which
    cannot be stored.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.encoding:
            request.encoding = "utf-8"
        return get_response(request)

    return middleware


def response_headers(get_response: Next) -> Next:
    """No browser or proxy may store confidential mail, no page may use a camera, microphone or the like, and no other
    origin's page may load an answer as an image, a script or the like.

    Outside all middleware that answers, so that this holds for every answer. Those that other middleware does not see,
    such as redirects to https or an unknown host, get its headers here.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", settings.SECURE_REFERRER_POLICY)
        if "frame-ancestors 'none'" in response.headers.get("Content-Security-Policy", ""):
            response.headers.setdefault("X-Frame-Options", "DENY")
        return response

    return middleware


def health(get_response: Next) -> Next:
    """Answer load balancers before the Host header is checked: they send any.

    SECURE_REDIRECT_EXEMPT names the same paths.
    """
    answers = {"/healthz": healthz, "/readyz": readyz}

    def middleware(request: HttpRequest) -> HttpResponse:
        return answers.get(request.path, get_response)(request)

    return middleware


def is_prefetch(request: HttpRequest) -> bool:
    """Whether the browser prefetches the page: its user has not opened it yet."""
    purposes = (
        request.headers.get(name, "").lower() for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
    )
    return any("prefetch" in purpose or "preview" in purpose for purpose in purposes)


def method_not_allowed_page(get_response: Next) -> Next:
    """Give a 405 its error page: Django's own is empty."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and not response.content:
            page = error_views.method_not_allowed(request)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response

    return middleware
