"""HTTP calls to the Secure Email API. All of them pass through `Transport.call`."""

import http.client
import math
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import partial
from typing import TypeVar
from urllib.parse import urlencode

import requests
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError, ProxyError
from urllib3.util import Retry

from inbox.securemail.connection import OWN_HEADERS, Connection
from inbox.securemail.errors import BadAnswer, Misconfigured, Unavailable
from portal.guarded_http import (
    Exchange,
    GuardedAdapter,
    Proxy,
    TooLongError,
    TunnelError,
    current_exchange,
)
from portal.request_context import current as current_request

CHUNK_BYTES = 65_536
TOO_LONG = "too long"  # The problem of a response that has more bytes than are read.
MAX_RETRY_AFTER = 3_600.0  # Seconds. An API that asks for a longer pause is called again after this one.

# The ends of OpenSSL's names for the alerts with which a server refuses a client's certificate, or the lack of one.
_CERTIFICATE_ALERTS = (
    "ALERT_CERTIFICATE_REQUIRED",
    "ALERT_BAD_CERTIFICATE",
    "ALERT_UNSUPPORTED_CERTIFICATE",
    "ALERT_CERTIFICATE_REVOKED",
    "ALERT_CERTIFICATE_EXPIRED",
    "ALERT_CERTIFICATE_UNKNOWN",
    "ALERT_UNKNOWN_CA",
    "ALERT_ACCESS_DENIED",
    "ALERT_HANDSHAKE_FAILURE",
)

E = TypeVar("E", bound=BaseException)


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
    """A response before its JSON is parsed. `body` is None if it was not read to its end; `problem` says why.

    `retry_after` is the header of that name in seconds, MAX_RETRY_AFTER at most; None without one that can be read.
    `date` is the header of that name, by the clock of what answered.
    """

    http_status: int
    body: bytes | None
    problem: str = ""
    retry_after: float | None = None
    date: str = ""


class Transport:
    """Sends calls over pooled connections. Safe to share between threads.

    Calls raise Unavailable if no complete response arrives in time, Misconfigured if a proxy or the API's server does
    not let the portal pass, and BadAnswer if what arrives is not HTTP. At most `max_bytes` of a response are read, its
    headers and framing included.
    """

    def __init__(self, connection: Connection, timeouts: Timeouts, max_bytes: int, pool_size: int) -> None:
        if max_bytes < 1 or pool_size < 1:
            raise ValueError("max_bytes and pool_size must be at least 1.")
        # As requests writes it, since it is not asked again for each call.
        self._base_url = str(requests.Request("GET", connection.url).prepare().url).rstrip("/")
        self._headers = {**OWN_HEADERS, **connection.headers}
        self._key_header = connection.key_header
        self._request_id_header = connection.request_id_header
        self._has_proxy = bool(connection.proxy)
        self._timeouts = timeouts
        self._max_bytes = max_bytes
        self._adapter = GuardedAdapter(connection.tls_context(), pool_size, _proxy(connection))

    def deadline(self, call: Call) -> float:
        """When the call has to be over if it begins now, on the monotonic clock."""
        return time.monotonic() + self._seconds(call)

    def call(self, call: Call, key: str, deadline: float) -> RawResponse:
        """Send the call. Repeat it once if the connection failed and the API cannot act on it twice."""
        read_timeout = self._seconds(call) if call.method == "POST" else self._timeouts.read
        exchange = Exchange(deadline, read_timeout, self._max_bytes)
        token, began = current_exchange.set(exchange), time.monotonic()
        try:
            outcome = self._attempt(call, key, exchange)
            if isinstance(outcome, _FailedAttempt) and outcome.repeatable:
                outcome = self._attempt(call, key, exchange)
        finally:
            current_exchange.reset(token)
            current_request().add_call(time.monotonic() - began)
        if isinstance(outcome, RawResponse):
            return outcome
        if outcome.unreadable:
            raise BadAnswer(call.operation, reason=outcome.reason)
        is_certain = outcome.certificate_refused or not exchange.sent
        is_refused = outcome.certificate_refused or outcome.tunnel_refused
        kind = Misconfigured if is_refused else Unavailable
        raise kind(call.operation, certainly_not_sent=is_certain, reason=outcome.reason)

    def close(self) -> None:
        self._adapter.close()

    def _seconds(self, call: Call) -> float:
        # Accepting a message may take long, and after a timeout its sender would not know whether it was sent.
        return self._timeouts.send_deadline if call.method == "POST" else self._timeouts.deadline

    def _attempt(self, call: Call, key: str, exchange: Exchange) -> "RawResponse | _FailedAttempt":
        try:
            timeout = (min(self._timeouts.connect, exchange.socket_timeout()), exchange.socket_timeout())
            response = self._adapter.send(self._prepared(call, key), stream=True, timeout=timeout)
            return _read(response)
        except TooLongError:
            return _FailedAttempt(TOO_LONG, unreadable=True)
        except (requests.RequestException, HTTPError, OSError) as error:
            # The error's text holds the URL, which holds the consumer's address. Keep only the name of its class.
            harmless = call.method == "GET" or not exchange.sent
            is_on_the_way = self._has_proxy and not exchange.sent and "ProxyError" not in _reason(error)
            return _FailedAttempt(
                _reason(error) + (", through the proxy" if is_on_the_way else ""),
                unreadable=_is_not_http(error),
                repeatable=harmless and _is_connection_failure(error),
                certificate_refused=_is_certificate_refused(error),
                tunnel_refused=_is_tunnel_refused(error),
            )

    def _prepared(self, call: Call, key: str) -> requests.PreparedRequest:
        """What requests would make of the call, without looking again at parts that have been checked."""
        request = requests.PreparedRequest()
        request.method = call.method
        query = f"?{urlencode(call.params)}" if call.params else ""
        request.url = f"{self._base_url}{call.path}{query}"
        request.headers = CaseInsensitiveDict(self._headers)
        request.headers[self._key_header] = key
        if self._request_id_header:
            request.headers[self._request_id_header] = current_request().id
        request.prepare_body(data=None, files=None, json=call.json)
        return request


def _proxy(connection: Connection) -> Proxy | None:
    if not connection.proxy:
        return None
    return Proxy(connection.proxy_address, connection.proxy_headers, connection.proxy_tls_context())


@dataclass(frozen=True)
class _FailedAttempt:
    """Why an attempt brought no response."""

    reason: str
    unreadable: bool = False
    repeatable: bool = False
    certificate_refused: bool = False
    tunnel_refused: bool = False


def _read(response: requests.Response) -> RawResponse:
    """Read the body. A compressed one is not decompressed: we did not ask for it, and it may become huge.

    Raises HTTPError or OSError if the body of a success breaks off. A 4xx or 5xx keeps its meaning without its body.
    """
    status = response.status_code
    answer = partial(
        RawResponse,
        status,
        date=response.headers.get("Date", ""),
        retry_after=_retry_after(response.headers.get("Retry-After", "")),
    )
    try:
        if not 200 <= status < 300 and status < 400:
            return answer(None, "neither a success nor a refusal")
        if response.headers.get("Content-Encoding", "").strip().lower() not in ("", "identity"):
            return answer(None, "encoded")
        return answer(b"".join(response.raw.stream(CHUNK_BYTES, decode_content=False)))
    except TooLongError:
        return answer(None, TOO_LONG)
    except (HTTPError, OSError):
        if status < 400:
            raise
        return answer(None, "broken off")
    finally:
        # If the response was not read to its end, this closes the connection, so that it is not used again.
        response.close()


def _retry_after(header: str) -> float | None:
    """Seconds from a number or an HTTP date."""
    try:
        return float(min(Retry().parse_retry_after(header), MAX_RETRY_AFTER))
    except (HTTPError, ValueError, OverflowError):
        return None


def _is_connection_failure(error: Exception) -> bool:
    """Whether the connection failed before a response began, as one does that was kept open for too long.

    A timeout, a wrong certificate or a proxy that refuses is not such a failure: it would happen again.
    """
    is_lasting = isinstance(error, requests.Timeout | requests.exceptions.SSLError) or _is_not_http(error)
    is_of_tunnel = _first(error, TunnelError) is not None
    return isinstance(error, requests.ConnectionError) and not is_lasting and not is_of_tunnel


def _is_not_http(error: BaseException) -> bool:
    """Whether the other side responded, but not in HTTP. Closing the connection does not count as a response."""
    return any(
        isinstance(cause, http.client.HTTPException)
        and not isinstance(cause, OSError | http.client.IncompleteRead)
        for cause in _chain(error)
    )


def _is_certificate_refused(error: BaseException) -> bool:
    """Whether the API's server refused our certificate. In TLS 1.3 it does so after we may have sent the request."""
    refusal = _first(error, ssl.SSLError)
    return refusal is not None and (refusal.reason or "").endswith(_CERTIFICATE_ALERTS)


def _is_tunnel_refused(error: BaseException) -> bool:
    """Whether the proxy does not let the portal through, as it will not until an operator sees to it."""
    refusal = _first(error, TunnelError)
    return refusal is not None and refusal.status in (401, 403, 405, 407)


def _reason(error: BaseException) -> str:
    """The class name of the innermost error, and whose it is. It says what happened, without any data of the call."""
    if tunnel := _first(error, TunnelError):
        return f"ProxyError, {tunnel}"
    name = type(list(_chain(error))[-1]).__name__
    tls = _first(error, ssl.SSLError)
    if tls and tls.reason and not isinstance(tls, ssl.SSLCertVerificationError):
        name = f"{name}, {tls.reason}"  # OpenSSL's name of a problem.
    return f"ProxyError, {name}" if _first(error, ProxyError) else name


def _first(error: BaseException, kind: type[E]) -> E | None:
    return next((cause for cause in _chain(error) if isinstance(cause, kind)), None)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what led to it, except what was raised `from None`."""
    while error is not None:
        yield error
        before = None if error.__suppress_context__ else error.__context__
        # urllib3 creates some errors without raising them: these hold what led to them as an argument.
        wrapped = next((part for part in error.args if isinstance(part, BaseException)), None)
        error = error.__cause__ or before or wrapped
