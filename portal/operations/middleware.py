"""Counts every request, and answers Prometheus."""

from collections.abc import Callable
from time import monotonic

from django.http import HttpRequest, HttpResponse

from portal.metrics import request_answered
from portal.operations.metrics_view import is_served, metrics

Next = Callable[[HttpRequest], HttpResponse]


def serve_metrics(get_response: Next) -> Next:
    """Answer `/metrics` before the Host header is checked: Prometheus asks each process by its address.

    Without metrics there is no such page, and the request goes on to the 404 of any other.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path == "/metrics" and is_served():
            return metrics(request)
        return get_response(request)

    return middleware


def measure(get_response: Next) -> Next:
    """Count the request and its time under the name of its view: never under its address, which anyone can invent."""

    def middleware(request: HttpRequest) -> HttpResponse:
        started = monotonic()
        response = get_response(request)
        match = request.resolver_match
        view = match.view_name if match else "(none)"
        request_answered(view, response.status_code, monotonic() - started)
        return response

    return middleware
