"""HTTP calls to the Secure Email API. All of them pass through `Transport.call`."""

import http.client
import ipaddress
import math
import re
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlsplit

import requests
import requests.adapters
from urllib3.exceptions import HTTPError

from inbox.securemail.errors import BadAnswer, Unavailable
from portal.guarded_http import Exchange, GuardedAdapter, TooLongError, current_exchange

CHUNK_BYTES = 65_536

BASE_URL = re.compile(
    r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:/[A-Za-z0-9/._~-]*)?"
)


@dataclass(frozen=True)
class Timeouts:
    """Limits in seconds. A call ends by its deadline, whatever the API does; a send has a deadline of its own.

    The system's name resolver is not covered: it has its own timeout. A host with several addresses may take `connect`
    for each of them.
    """

    connect: float = 1.0
    read: float = 3.0
    deadline: float = 4.0
    send_deadline: float = 15.0

    def __post_init__(self) -> None:
        for field in fields(self):
            seconds = getattr(self, field.name)
            if not (math.isfinite(seconds) and seconds > 0):
                raise ValueError(f"timeouts: {field.name} must be a number of seconds above 0.")


@dataclass(frozen=True)
class Call:
    """One request to the API, with parts that the client has validated. `path` is relative to the base URL."""

    operation: str
    method: str
    path: str
    params: Mapping[str, str | int]
    json: Mapping[str, object] | None = None


@dataclass(frozen=True)
class RawResponse:
    """A response before its JSON is parsed. `body` is None if it was not read to its end; `problem` says why."""

    http_status: int
    body: bytes | None
    problem: str = ""


class Transport:
    """Sends calls with the key, over pooled connections. Safe to share between threads.

    Calls raise Unavailable if no complete response arrives in time, and BadAnswer if what arrives is not HTTP. At most
    `max_bytes` of a response are read, its headers and framing included.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        timeouts: Timeouts,
        max_bytes: int,
        ca_file: str | None,
        pool_size: int,
    ) -> None:
        self._base_url = _checked_base_url(base_url)
        self._headers = {
            "x-api-key": _checked_key(api_key),
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": "securebox-portal",
        }
        if max_bytes < 1 or pool_size < 1:
            raise ValueError("max_bytes and pool_size must be at least 1.")
        self._timeouts = timeouts
        self._max_bytes = max_bytes
        context = ssl.create_default_context(cafile=ca_file or requests.adapters.DEFAULT_CA_BUNDLE_PATH)
        self._adapter = GuardedAdapter(context, pool_size)

    def call(self, call: Call) -> RawResponse:
        """Send the call. Repeat it once if the connection failed and the API cannot act on it twice."""
        exchange = self._exchange(call)
        token = current_exchange.set(exchange)
        try:
            outcome = self._attempt(call, exchange)
            if isinstance(outcome, _FailedAttempt) and outcome.repeatable:
                outcome = self._attempt(call, exchange)
        finally:
            current_exchange.reset(token)
        if isinstance(outcome, RawResponse):
            return outcome
        if outcome.unreadable:
            raise BadAnswer(call.operation, reason=outcome.reason)
        raise Unavailable(call.operation, certainly_not_sent=not exchange.sent, reason=outcome.reason)

    def close(self) -> None:
        self._adapter.close()

    def _exchange(self, call: Call) -> Exchange:
        timeouts = self._timeouts
        # Accepting a message may take long, and after a timeout its sender would not know whether it was sent.
        seconds = timeouts.send_deadline if call.method == "POST" else timeouts.deadline
        read_timeout = seconds if call.method == "POST" else timeouts.read
        return Exchange(time.monotonic() + seconds, read_timeout, self._max_bytes)

    def _attempt(self, call: Call, exchange: Exchange) -> "RawResponse | _FailedAttempt":
        request = requests.Request(
            call.method, self._base_url + call.path, headers=self._headers, params=call.params, json=call.json
        ).prepare()
        try:
            timeout = (min(self._timeouts.connect, exchange.socket_timeout()), exchange.socket_timeout())
            response = self._adapter.send(request, stream=True, timeout=timeout)
            return _read(response)
        except TooLongError:
            return _FailedAttempt("too long", unreadable=True)
        except (requests.RequestException, HTTPError, OSError) as error:
            # The error's text holds the URL, which holds the consumer's address. Keep only the name of its class.
            harmless = call.method == "GET" or not exchange.sent
            return _FailedAttempt(
                _name_of_cause(error),
                unreadable=_is_not_http(error),
                repeatable=harmless and _is_connection_failure(error),
            )


@dataclass(frozen=True)
class _FailedAttempt:
    """Why an attempt brought no response."""

    reason: str
    unreadable: bool = False
    repeatable: bool = False


def _read(response: requests.Response) -> RawResponse:
    """Read the body. A compressed one is not decompressed: we did not ask for it, and it may become huge.

    Raises HTTPError or OSError if the body of a success breaks off. A 4xx or 5xx keeps its meaning without its body.
    """
    status = response.status_code
    try:
        if not 200 <= status < 300 and status < 400:
            return RawResponse(status, None, "neither a success nor a refusal")
        if response.headers.get("Content-Encoding", "").strip().lower() not in ("", "identity"):
            return RawResponse(status, None, "encoded")
        return RawResponse(status, b"".join(response.raw.stream(CHUNK_BYTES, decode_content=False)))
    except TooLongError:
        return RawResponse(status, None, "too long")
    except (HTTPError, OSError):
        if status < 400:
            raise
        return RawResponse(status, None, "broken off")
    finally:
        # If the response was not read to its end, this closes the connection, so that it is not used again.
        response.close()


def _is_connection_failure(error: Exception) -> bool:
    """Whether the connection failed before a response began, as one does that was kept open for too long.

    A timeout or a wrong certificate is not such a failure: it would happen again.
    """
    lasting = isinstance(error, requests.Timeout | requests.exceptions.SSLError) or _is_not_http(error)
    return isinstance(error, requests.ConnectionError) and not lasting


def _is_not_http(error: BaseException) -> bool:
    """Whether the other side responded, but not in HTTP. Closing the connection does not count as a response."""
    return any(
        isinstance(cause, http.client.HTTPException)
        and not isinstance(cause, OSError | http.client.IncompleteRead)
        for cause in _chain(error)
    )


def _name_of_cause(error: BaseException) -> str:
    """The class name of the innermost error: it says what happened, without any data of the call."""
    return type(list(_chain(error))[-1]).__name__


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _checked_base_url(base_url: str) -> str:
    """Raises ValueError with a text that leaves out the value: it may hold a password."""
    # Match the whole text first: urlsplit silently drops line breaks and tabs.
    if not BASE_URL.fullmatch(base_url):
        raise ValueError(
            "base_url must be an address such as https://api.example.com/nexus/v3,"
            " without a user name, password, query or fragment."
        )
    url = urlsplit(base_url)
    if url.scheme == "http" and not _is_loop_back(url.hostname or ""):
        raise ValueError("base_url must be https: the key and all mail travel there.")
    return base_url.rstrip("/")


def _is_loop_back(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _checked_key(api_key: str) -> str:
    if not re.fullmatch(r"[\x21-\x7e]+", api_key):
        raise ValueError("api_key must be of visible ASCII characters, without spaces.")
    return api_key
