"""`/metrics`, for Prometheus alone."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.utils.crypto import constant_time_compare

from portal.loopback import is_loopback
from portal.metrics import instruments
from portal.operations.samples import look_up

_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# What proxies add to the requests of others. Behind one on this machine, everybody seems to be this machine.
_PROXY_HEADERS = ("Forwarded", "Via", "X-Real-Ip")
_PROXY_PREFIX = "x-forwarded-"


def is_served() -> bool:
    return bool(settings.METRICS_TOKEN or settings.METRICS_LOOPBACK)


def metrics(request: HttpRequest) -> HttpResponse:
    """For monitoring alone: strangers get 401 and nothing else."""
    if request.method not in ("GET", "HEAD"):
        return _text("Only GET.\n", 405, Allow="GET, HEAD")
    if not _may_see(request):
        return _text("Who asks?\n", 401, **{"WWW-Authenticate": "Bearer"})
    if request.META.get("wsgi.multiprocess") and not instruments.is_shared():
        # Otherwise each scrape would show another process, and the numbers would jump.
        return _text(
            "PROMETHEUS_MULTIPROC_DIR must name a folder: the portal runs as several processes.\n", 503
        )
    try:
        text = instruments.exposition(look_up())
    except OSError:
        return _text("The folder in PROMETHEUS_MULTIPROC_DIR cannot be read.\n", 503)
    return HttpResponse(text, content_type=_CONTENT_TYPE)


def _may_see(request: HttpRequest) -> bool:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if settings.METRICS_TOKEN and scheme.lower() == "bearer":
        return constant_time_compare(token.strip(), settings.METRICS_TOKEN)
    return settings.METRICS_LOOPBACK and _is_direct(request)


def _is_direct(request: HttpRequest) -> bool:
    """Whether it comes from this machine, to this machine's own name, and no proxy has passed it on.

    A proxy that says nothing of itself passes on the name that customers type, or the portal's pages would not work.
    """
    declared = (settings.ALLAUTH_TRUSTED_CLIENT_IP_HEADER or "", settings.PROXY_HEADER)
    if any(name and name in request.headers for name in (*_PROXY_HEADERS, *declared)):
        return False
    if any(name.lower().startswith(_PROXY_PREFIX) for name in request.headers):
        return False
    host, _port = split_domain_port(request.headers.get("Host", ""))
    return is_loopback(request.META.get("REMOTE_ADDR", "")) and is_loopback(host.strip("[]"))


def _text(text: str, status: int, **headers: str) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain", headers=headers)
