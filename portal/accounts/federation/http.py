"""HTTP calls to the company's own servers: its OpenID Connect provider, and the key sets of its websites."""

import hashlib
import json
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any, Final

import requests
from django.conf import settings
from django.core.cache import caches
from requests.adapters import DEFAULT_CA_BUNDLE_PATH

from portal.accounts.federation.errors import BadAnswer, IdentityNotProved, ProviderUnavailable
from portal.guarded_http import Exchange, GuardedAdapter, TooLongError, current_exchange

_MAX_BYTES: Final = 256 * 1024  # Of an answer, with its headers and framing.
_DEADLINE: Final = 6.0  # Seconds for one whole answer. Within it, each single wait has a limit too:
_CONNECT_TIMEOUT: Final = 2.0
_READ_TIMEOUT: Final = 4.0
# At the same time to one URL, in this process: half of the 32 threads that we recommend, so that a server that hangs
# does not take them all. Not to one host: strangers can cause exchanges of codes, which must not keep us from its keys.
_MAX_CALLS: Final = 16
_FAILURE_PAUSE: Final = 15  # Seconds without a new attempt after a failure: see `pause_after_failure`.
_free_places: dict[str, BoundedSemaphore] = {}  # By URL.
_HEADERS: Final = {
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "User-Agent": "securebox-portal",
}
# By the name of the error's class, because the subclasses of ConnectionError have other reasons.
_REASONS: Final = {
    "ConnectTimeout": "it takes no connection in time",
    "ConnectionError": "its name is not known, or nothing takes a connection there",
    "InvalidURL": "its address is none",
    "ReadTimeout": "it does not answer in time",
    "SSLError": "its certificate is not trusted, or it speaks no TLS",
}


def fetch_json(
    url: str, form: dict[str, str] | None = None, basic_auth: tuple[str, str] | None = None
) -> dict[str, Any]:
    """The JSON object that a GET returns, or a POST where there is a form. Redirects are not followed.

    Raises ProviderUnavailable, BadAnswer, and IdentityNotProved where the provider refuses a code that was posted.
    """
    method = "GET" if form is None else "POST"
    status, body = _exchange(requests.Request(method, url, _HEADERS, data=form, auth=basic_auth))
    return _parse(status, body, posted=form is not None)


@contextmanager
def pause_after_failure(url: str) -> Iterator[None]:
    """Fetch what strangers' requests need: each of them would otherwise wait for a server that is down.

    Raises ProviderUnavailable for 15 seconds after the block has raised ProviderUnavailable or BadAnswer in this
    process.
    """
    cache = caches["process"]
    key = "company-server-failed-" + hashlib.sha256(url.encode()).hexdigest()
    if cache.get(key):
        raise ProviderUnavailable("it could not be asked a moment ago")
    try:
        yield
    except (ProviderUnavailable, BadAnswer):
        cache.set(key, True, _FAILURE_PAUSE)
        raise


def _exchange(request: requests.Request) -> tuple[int, bytes]:
    """The answer's status and body.

    Without a session of requests: one reads the whole body of a redirect before its caller can set a limit, and takes
    proxies and passwords from the environment.
    """
    token = current_exchange.set(Exchange(time.monotonic() + _DEADLINE, _READ_TIMEOUT, _MAX_BYTES))
    try:
        context = ssl.create_default_context(cafile=settings.PORTAL_OIDC_CA_FILE or DEFAULT_CA_BUNDLE_PATH)
        adapter = GuardedAdapter(context, pool_size=1)
        timeouts = (_CONNECT_TIMEOUT, _READ_TIMEOUT)
        with (
            _place(request.url),
            adapter.send(request.prepare(), stream=True, timeout=timeouts) as response,
        ):
            return response.status_code, _read(response)
    except TooLongError:
        raise BadAnswer("its answer is too large") from None
    except (OSError, ValueError) as error:
        # Their text may quote the URL and its parameters, so it is not logged.
        raise ProviderUnavailable(_REASONS.get(type(error).__name__, "the connection to it breaks")) from None
    finally:
        current_exchange.reset(token)


@contextmanager
def _place(url: str) -> Iterator[None]:
    """One of the URL's places for calls. Raises ProviderUnavailable if none is free."""
    free = _free_places.setdefault(url, BoundedSemaphore(_MAX_CALLS))
    if not free.acquire(blocking=False):
        raise ProviderUnavailable("too many calls to it wait for an answer")
    try:
        yield
    finally:
        free.release()


def _read(response: requests.Response) -> bytes:
    """The body. Servers may compress it although they are asked not to: its limit is for what comes out of that."""
    body = bytearray()
    try:
        for chunk in response.iter_content(8192):
            body += chunk
            if len(body) > _MAX_BYTES:
                raise TooLongError
    except OSError:
        raise ProviderUnavailable("its answer breaks off, or takes too long") from None
    return bytes(body)


def _parse(status: int, body: bytes, *, posted: bool) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if status >= 500:
        raise ProviderUnavailable(f"it answered {status}")
    # RFC 6749, section 5.2: this error is about the code; all others are about the portal as a client.
    if posted and isinstance(answer, dict) and answer.get("error") == "invalid_grant":
        raise IdentityNotProved("it does not know the code")
    if status != 200:
        raise BadAnswer(f"it answered {status}")
    if not isinstance(answer, dict):
        raise BadAnswer("its answer is no JSON object")
    return answer
