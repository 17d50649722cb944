"""One line of the log for each request: what was asked for, what became of it, and how long it took.

Nothing in it was typed by anyone or says what a page shows: addresses of pages stand there as their patterns, and
consumers as pseudonyms, which `portal.accounts.log_ids` makes.
"""

import logging
from typing import Any

from django.conf import settings
from django.http.response import HttpResponseBase

from portal import logs, request_context

logger = logging.getLogger(__name__)

# Asked for every few seconds by machines, and each answer is like the other.
_PROBES = ("/healthz", "/readyz", "/metrics")


def write(request: Any, response: HttpResponseBase, seconds: float) -> None:
    """`seconds` is how long the answer took; of one that is streamed, until it began."""
    if not (settings.PORTAL_REQUEST_LOG and logger.isEnabledFor(logging.INFO)) or is_quiet(request):
        return
    work, match = request_context.current(), request.resolver_match
    facts = {
        "method": request_context.method_name(request.method),
        "route": f"/{match.route}" if match else logs.route(request),
        "view": match.view_name if match else "",
        "status": response.status_code,
        "milliseconds": round(seconds * 1000),
        "bytes": None if response.streaming else len(response.content),  # type: ignore[attr-defined]  # Not streamed.
        "upstream_calls": work.calls,
        "upstream_milliseconds": round(work.call_seconds * 1000),
        "customer": work.customer,
    }
    words = (facts["method"], facts["route"], facts["status"])
    logger.info("%s %s: %d", *words, extra={"facts": facts})


def is_quiet(request: Any) -> bool:
    """Whether it asks for a static file, or is a probe of a load balancer or a monitoring system."""
    return request.path in _PROBES or request.path.startswith(settings.STATIC_URL)
