import logging
import math
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from inbox.failures import log_failure
from inbox.resilience import pause
from inbox.securemail import NotFound, SecureMailError, Unavailable
from portal.encryption import KeyMissing

logger = logging.getLogger(__name__)


class UpstreamErrorMiddleware:
    """Turns an API failure, or a missing encryption key, that no view has caught into an error page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, KeyMissing):
            logger.error("What a consumer wrote cannot be decrypted: %s", exception)
            return render(request, "errors/decryption_failed.html", status=503)
        if not isinstance(exception, SecureMailError):
            return None
        log_failure(exception)
        if isinstance(exception, NotFound):
            return render(request, "errors/404.html", status=404)
        # Trying again helps in an outage only; every other error is for the operator to fix.
        is_temporary = isinstance(exception, Unavailable)
        wait = math.ceil(min(exception.retry_after or 0, pause.LONGEST)) if is_temporary else 0
        response = render(
            request,
            "errors/upstream.html",
            {"is_temporary": is_temporary, "wait": wait, "wait_minutes": math.ceil(wait / 60)},
            status=503 if is_temporary else 502,
        )
        if wait:
            response.headers["Retry-After"] = str(wait)
        return response
