"""Ways in which the portal's own code may fail, each with everything about the request in its exception."""

import logging
import os
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template import engines

from portal import error_views
from portal.error_reporter import ErrorReport
from portal.logs import logger
from tests.chaos.canaries.words import LETTER


def _everything(request: HttpRequest) -> str:
    return (
        f"{LETTER} {request.user} {request.COOKIES} {request.get_full_path()} {request.POST} {request.META}"
    )


def _exception(kind: type[Exception]) -> Callable[[HttpRequest], HttpResponse]:
    def crash(request: HttpRequest) -> HttpResponse:
        about = _everything(request)
        try:
            {}[about]
        except KeyError as missing:
            missing.add_note(about)
            raise kind(about) from missing

    return crash


def _template(request: HttpRequest) -> HttpResponse:
    page = engines["django"].from_string("{{ nothing.there }}{{ request.user.email }}{{ fail }}")
    return HttpResponse(page.render({"fail": lambda: _exception(ValueError)(request)}, request))


def _database(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s AS quail, nothing", [_everything(request)])
    raise AssertionError


def _number(request: HttpRequest) -> HttpResponse:
    return HttpResponse(int(_everything(request)))


def _loop(request: HttpRequest) -> HttpResponse:
    return _loop(request)


def _line(request: HttpRequest) -> HttpResponse:
    """A line of the portal's that cannot be put together, and one of a library."""
    logger.error("%d", _everything(request))
    logging.getLogger("library").error(_everything(request), extra={"about": _everything(request)})
    return HttpResponse()


def _warning(request: HttpRequest) -> HttpResponse:
    warnings.warn(_everything(request), stacklevel=1)
    return HttpResponse()


def _thread(request: HttpRequest) -> HttpResponse:
    thread = threading.Thread(target=_exception(ValueError), args=[request])
    thread.start()
    thread.join()
    with ThreadPoolExecutor() as pool:
        return pool.submit(_exception(ValueError), request).result()


def _destructor(request: HttpRequest) -> HttpResponse:
    about = _everything(request)

    class Odd:
        def __del__(self) -> None:
            raise ValueError(about)

    Odd()
    return HttpResponse()


def _stream(request: HttpRequest) -> HttpResponseBase:
    def parts() -> Iterator[bytes]:
        yield b"begun"
        _exception(ValueError)(request)

    return StreamingHttpResponse(parts())


# What a view, a template or a middleware may do within a request. The answer is an error page, or an empty page.
CRASHES: dict[str, Callable[[HttpRequest], HttpResponseBase]] = {
    "view": _exception(RuntimeError),
    "missing": _exception(Http404),
    "denied": _exception(PermissionDenied),
    "bad": _exception(BadRequest),
    "suspicious": _exception(SuspiciousOperation),
    "template": _template,
    "database": _database,
    "number": _number,
    "loop": _loop,
    "line": _line,
}
# What only a server survives: pytest, or Django's test client, would take it for a failure of the test.
CRASHES_OF_SERVERS = {
    "error_page": _exception(RuntimeError),
    "warning": _warning,
    "thread": _thread,
    "destructor": _destructor,
    "stream": _stream,
}


def middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """The innermost one: `?crash=view` fails as a view does."""

    def crash(request: HttpRequest) -> HttpResponseBase:
        kind = request.GET.get("crash")
        return (CRASHES | CRASHES_OF_SERVERS)[kind](request) if kind else get_response(request)

    return crash


def report(error: ErrorReport) -> None:
    """What PORTAL_ERROR_REPORTER is given, on disk."""
    with Path(os.environ["CANARY_REPORTS"]).open("a") as file:
        file.write(f"{error!r}\n")


def server_error(request: HttpRequest) -> HttpResponse:
    """The handler of errors, which may fail as well."""
    if request.GET.get("crash") == "error_page":
        raise RuntimeError(_everything(request))
    return error_views.server_error(request)
