"""The one way out to the Secure Email API: every call passes through `Transport.call`."""

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

from inbox.securemail.connections import Exchange, GuardedAdapter, TooLongError, current_exchange
from inbox.securemail.errors import BadAnswer, Unavailable

CHUNK_BYTES = 65_536

BASE_URL = re.compile(
    r"https?://(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:/[A-Za-z0-9/._~-]*)?"
)


@dataclass(frozen=True)
class Timeouts:
    """Seconds. A call is over by its deadline, whatever the API does; sending gets one of its own.

    Not covered is the system's name resolver, which keeps its own time. A host with several addresses may
    take `connect` for each of them.
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
    """One request to the API, its parts checked before; `path` is relative to the base URL."""

    operation: str
    method: str
    path: str
    params: Mapping[str, str | int]
    json: Mapping[str, object] | None = None


@dataclass(frozen=True)
class Answer:
    """What came back; `body` is None where it was not read to its end, and `flaw` says why."""

    http_status: int
    body: bytes | None
    flaw: str = ""


class Transport:
    """Sends calls with the key, over pooled connections. Safe to share between threads.

    Raises Unavailable where no whole answer came in time, and BadAnswer where what came was not HTTP. An
    answer, its head and framing included, is read up to `max_bytes`.
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

    def call(self, call: Call) -> Answer:
        """Send it; a second time where the connection failed and nothing can happen twice."""
        exchange = self._exchange(call)
        token = current_exchange.set(exchange)
        try:
            first = self._attempt(call, exchange)
            answer = self._attempt(call, exchange) if isinstance(first, _Lost) and first.repeatable else first
        finally:
            current_exchange.reset(token)
        if isinstance(answer, Answer):
            return answer
        if answer.unreadable:
            raise BadAnswer(call.operation, reason=answer.reason)
        raise Unavailable(call.operation, certainly_not_sent=not exchange.sent, reason=answer.reason)

    def close(self) -> None:
        self._adapter.close()

    def _exchange(self, call: Call) -> Exchange:
        times = self._timeouts
        # A message may take long to be accepted, and giving up early would leave its sender in doubt.
        seconds = times.send_deadline if call.method == "POST" else times.deadline
        read_timeout = seconds if call.method == "POST" else times.read
        return Exchange(time.monotonic() + seconds, read_timeout, self._max_bytes)

    def _attempt(self, call: Call, exchange: Exchange) -> "Answer | _Lost":
        request = requests.Request(
            call.method, self._base_url + call.path, headers=self._headers, params=call.params, json=call.json
        ).prepare()
        try:
            timeout = (min(self._timeouts.connect, exchange.wait()), exchange.wait())
            response = self._adapter.send(request, stream=True, timeout=timeout)
            return _read(response)
        except TooLongError:
            return _Lost("too long", unreadable=True)
        except (requests.RequestException, HTTPError, OSError) as error:
            # Its text holds the URL, and with it the address: only the kind of error goes on.
            again = call.method == "GET" or not exchange.sent
            return _Lost(
                _kind(error), unreadable=_is_not_http(error), repeatable=again and _lost_connection(error)
            )


@dataclass(frozen=True)
class _Lost:
    """Why an attempt brought no answer."""

    reason: str
    unreadable: bool = False
    repeatable: bool = False


def _read(response: requests.Response) -> Answer:
    """The answer with its body, as it came: we ask for none that is encoded, and small ones unpack to huge.

    Raises HTTPError or OSError where a success breaks off; a refusal is one even when its explanation does.
    """
    status = response.status_code
    try:
        if not 200 <= status < 300 and status < 400:
            return Answer(status, None, "neither a success nor a refusal")
        if response.headers.get("Content-Encoding", "").strip().lower() not in ("", "identity"):
            return Answer(status, None, "encoded")
        return Answer(status, b"".join(response.raw.stream(CHUNK_BYTES, decode_content=False)))
    except TooLongError:
        return Answer(status, None, "too long")
    except (HTTPError, OSError):
        if status < 400:
            raise
        return Answer(status, None, "broken off")
    finally:
        # A connection whose answer was not read to its end is not used again.
        response.close()


def _lost_connection(error: Exception) -> bool:
    """Whether the connection failed before an answer began, as one that was kept open too long does.

    Not where time ran out or the other side's certificate is wrong: that would be so again.
    """
    lasting = isinstance(error, requests.Timeout | requests.exceptions.SSLError) or _is_not_http(error)
    return isinstance(error, requests.ConnectionError) and not lasting


def _is_not_http(error: BaseException) -> bool:
    """Whether the other side did answer, but not in HTTP. A closed connection is another matter."""
    return any(
        isinstance(cause, http.client.HTTPException)
        and not isinstance(cause, OSError | http.client.IncompleteRead)
        for cause in _causes(error)
    )


def _kind(error: BaseException) -> str:
    """The name of the innermost error: what happened, without where."""
    return type(list(_causes(error))[-1]).__name__


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _checked_base_url(base_url: str) -> str:
    """Raises ValueError, without the value: it may hold a password."""
    # Checked before it is taken apart: urlsplit drops line breaks and tabs without a word.
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
