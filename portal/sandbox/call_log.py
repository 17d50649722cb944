"""The log of API calls, for tests and demonstrations. It is in memory, and drops the oldest calls."""

from collections import deque
from dataclasses import asdict, dataclass, field
from threading import Lock
from typing import Any

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils import timezone

from portal.sandbox import store, strict_json
from portal.sandbox.dialects.active import active
from portal.sandbox.serializers import timestamp
from portal.sandbox.strict_json import Json

CAPACITY = 10_000

# The API's operations by the name of their URL and their HTTP method.
OPERATIONS = {
    ("mails", "GET"): "list",
    ("mails", "POST"): "send",
    ("count", "GET"): "count",
    ("mail", "GET"): "get",
    ("mail", "DELETE"): "remove",
    ("userdata", "GET"): "userdata",
}


@dataclass
class Call:
    """One call. `address` and `securebox` are its parameters, or else belong to the message that it names."""

    operation: str | None
    method: str
    path: str
    query: dict[str, str | list[str]]
    headers: list[str]
    body: Json
    address: str | None = None
    securebox: str | None = None
    secureMailId: str | None = None  # noqa: N815 - the API's own name of it.
    status: int | None = None  # None until a response begins; it stays None if the connection is dropped.
    at: str = field(default_factory=lambda: timestamp(timezone.now()))


class CallLog:
    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=CAPACITY)
        self._lock = Lock()

    def add(self, call: Call) -> None:
        with self._lock:
            self._calls.append(call)

    def as_json(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(call) for call in self._calls]

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()


log = CallLog()


def parse_call(request: HttpRequest) -> Call:
    operation, mail_id = _operation_and_id(request)
    call = Call(
        operation=operation,
        method=request.method or "",
        path=request.path,
        query={name: values[0] if len(values) == 1 else values for name, values in request.GET.lists()},
        headers=request.META["sandbox.header_names"],
        body=_body(request),
        secureMailId=mail_id,
    )
    call.address, call.securebox = _address_and_securebox(request, call)
    return call


def _operation_and_id(request: HttpRequest) -> tuple[str | None, str | None]:
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return None, None
    return OPERATIONS.get((match.url_name or "", request.method or "")), match.kwargs.get("mail_id")


def _body(request: HttpRequest) -> Json:
    try:
        return strict_json.parse(request.body)
    except strict_json.InvalidJsonError:
        return None


def _address_and_securebox(request: HttpRequest, call: Call) -> tuple[str | None, str | None]:
    if call.secureMailId is not None:
        message = store.find(call.secureMailId)
        return (message.contact.address, message.securebox) if message else (None, None)
    securebox = request.GET.get("securebox", "")
    if call.operation != "send":
        return request.GET.get("address"), securebox
    data = call.body.get("data") if isinstance(call.body, dict) else None
    address = active.change_data(data).get("fromAddress") if isinstance(data, dict) else None
    return address if isinstance(address, str) else None, securebox
