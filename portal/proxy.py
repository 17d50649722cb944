"""Whether the proxies in front are those that the settings declare.

A proxy that is not declared makes all browsers look like one: limits on wrong passwords then count everybody together,
and ten mistakes in a minute keep all of them out. The settings alone do not show it, so requests are looked at too.
"""

import enum
import ipaddress
import logging
import time
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

LOG_SECONDS: Final = 3600.0  # Between two lines of one process about the same problem.
MARK_SECONDS: Final = 900  # For so long the doctor knows that a problem was seen.
_RENEW_SECONDS: Final = 300.0  # Between two marks of one process.

_ADDRESS_HEADERS: Final = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


class Problem(enum.Enum):
    """What is wrong, in the words of the log and of the doctor. No header's value is in them: it is an address."""

    UNDECLARED = (
        "requests carry addresses of browsers that are ignored (X-Forwarded-For, Forwarded or X-Real-IP),"
        " because no proxy is declared: limits on sign-ins count everybody together"
    )
    TOO_FEW = (
        "requests come through fewer proxies than TRUSTED_PROXY_COUNT says: nobody can sign in through them,"
        " or all are counted together"
    )
    TOO_MANY = (
        "requests come through more proxies than TRUSTED_PROXY_COUNT says: limits on sign-ins count everybody"
        " behind the first ones together"
    )
    NO_HEADER = (
        "requests come without the header of TRUSTED_CLIENT_IP_HEADER: nobody can sign in through them"
    )
    SCHEME = (
        "requests carry X-Forwarded-Proto, which is ignored, because SECURE_PROXY_HEADER does not name it:"
        " pages may redirect in a circle, and forms be refused"
    )


def is_declared() -> bool:
    """Whether the settings say where a browser's address is found."""
    return bool(settings.ALLAUTH_TRUSTED_PROXY_COUNT or settings.ALLAUTH_TRUSTED_CLIENT_IP_HEADER)


def compare_headers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Middleware: compare the headers of each request with the settings, and note what does not fit."""
    logged: dict[Problem, float] = {}
    marked: dict[Problem, float] = {}

    def middleware(request: HttpRequest) -> HttpResponse:
        for problem in problems(request):
            if _is_due(logged, problem, LOG_SECONDS):
                logger.warning("The proxy: %s", problem.value)
            if _is_due(marked, problem, _RENEW_SECONDS):
                _mark(problem)
        return get_response(request)

    return middleware


def problems(request: HttpRequest) -> list[Problem]:
    """What this request shows to be wrong with the settings."""
    headers = request.headers
    found = []
    if header := settings.ALLAUTH_TRUSTED_CLIENT_IP_HEADER:
        if header not in headers:
            found.append(Problem.NO_HEADER)
    elif count := settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        found += _of_hops(headers.get("X-Forwarded-For", ""), count)
    elif any(name in headers for name in _ADDRESS_HEADERS) and _is_from_proxy(request):
        found.append(Problem.UNDECLARED)
    if (
        "X-Forwarded-Proto" in headers
        and settings.SECURE_PROXY_SSL_HEADER is None
        and _is_from_proxy(request)
    ):
        found.append(Problem.SCHEME)
    return found


def _of_hops(header: str, count: int) -> list[Problem]:
    hops = [hop.strip() for hop in header.split(",") if hop.strip()]
    if len(hops) < count:
        return [Problem.TOO_FEW]
    # Whoever came from the internet to an address of our own network came to another proxy.
    is_proxy_taken_for_browser = (
        len(hops) > count and not _is_global(hops[-count]) and _is_global(hops[-count - 1])
    )
    return [Problem.TOO_MANY] if is_proxy_taken_for_browser else []


def seen() -> list[Problem]:
    """The problems that requests have shown within MARK_SECONDS, as far as the cache is shared and works."""
    return [problem for problem in Problem if cache.get(_key(problem))]


def _is_from_proxy(request: HttpRequest) -> bool:
    """Where no proxy is declared, anybody may send such headers; but only a proxy has an address of our own network.

    It has none behind a UNIX socket.
    """
    return not _is_global(request.META.get("REMOTE_ADDR", ""))


def _is_global(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False


def _is_due(last: dict[Problem, float], problem: Problem, seconds: float) -> bool:
    now = time.monotonic()
    if problem in last and now - last[problem] < seconds:
        return False
    last[problem] = now
    return True


def _mark(problem: Problem) -> None:
    try:
        cache.set(_key(problem), True, MARK_SECONDS)
    except Exception:  # noqa: BLE001  Each cache has errors of its own, and no page depends on this mark.
        logger.info("The proxy: no mark could be left for the doctor")


def _key(problem: Problem) -> str:
    return f"proxy:{problem.name}"
