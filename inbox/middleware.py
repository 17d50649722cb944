from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from inbox.failures import log_failure
from inbox.securemail import BadAnswer, NotFound, Rejected, SecureMailError, Unauthorised, Unavailable

# What the consumer is told by: an outage passes (503); the rest is for the operator to mend (502).
_STATUS: dict[type[SecureMailError], int] = {
    Unavailable: 503,
    NotFound: 404,
    Rejected: 502,
    Unauthorised: 502,
    BadAnswer: 502,
}


class UpstreamErrorMiddleware:
    """Turns an upstream failure that no view had something better to say about into a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, SecureMailError):
            return None
        log_failure(exception)
        status = next((code for kind, code in _STATUS.items() if isinstance(exception, kind)), 502)
        if status == 404:
            return render(request, "errors/404.html", status=404)
        return render(request, "errors/upstream.html", {"passing": status == 503}, status=status)
