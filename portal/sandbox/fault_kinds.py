"""What each kind of fault does to a call. The keys of KINDS are the names that the control endpoint takes."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.utils import timezone

from portal.sandbox import malformed_items, store
from portal.sandbox.call_log import OPERATIONS
from portal.sandbox.envelope import envelope, failure
from portal.sandbox.faults import Fault
from portal.sandbox.gateway import GatewayError
from portal.sandbox.server import drop_connection

MAX_HANG = 60.0  # Seconds.
CHUNK = 64 * 1024  # Bytes.


@dataclass(frozen=True)
class FaultyCall:
    """A call that a fault applies to. `answer` does what was asked, as if there were no fault."""

    fault: Fault
    request: HttpRequest
    answer: Callable[[], HttpResponse]

    def parameter(self, name: str) -> Any:
        return self.fault.parameters[name]


class NoResponse(HttpResponse):
    """What a view returns after the connection was dropped. It is not sent."""


def _drop(call: FaultyCall) -> HttpResponse:
    drop_connection(call.request)
    return NoResponse()


def _status(call: FaultyCall) -> HttpResponse:
    response = failure(call.parameter("status"), call.parameter("code"), "This error was asked for.")
    return _with_retry_after(call, response)


def _gateway(call: FaultyCall) -> HttpResponse:
    response = GatewayError(call.parameter("status"), call.parameter("form")).response()
    return _with_retry_after(call, response)


def _with_retry_after(call: FaultyCall, response: HttpResponse) -> HttpResponse:
    if retry_after := call.parameter("retry_after"):
        response["Retry-After"] = retry_after
    return response


def _failure(call: FaultyCall) -> HttpResponse:
    return failure(200, call.parameter("code"), "This failure was asked for.")


def _delay(call: FaultyCall) -> HttpResponse:
    call.fault.wait(call.parameter("seconds"))
    return call.answer()


def _hang(call: FaultyCall) -> HttpResponse:
    call.fault.wait(MAX_HANG)
    return _drop(call)


def _store_then_error(call: FaultyCall) -> HttpResponse:
    call.answer()
    return failure(500, "FAILURE", "The server failed.")


def _store_then_close(call: FaultyCall) -> HttpResponse:
    call.answer()
    return _drop(call)


def _garbage(_call: FaultyCall) -> HttpResponse:
    return HttpResponse(b'{"data": [{"id": \xff\x00 <<<', content_type="application/json")


def _html(_call: FaultyCall) -> HttpResponse:
    page = "<!doctype html><title>Maintenance</title><h1>We will be back soon</h1>"
    return HttpResponse(page, content_type="text/html; charset=utf-8")


def _huge(call: FaultyCall) -> HttpResponseBase:
    size = call.parameter("bytes")
    response = StreamingHttpResponse(_huge_body(size), content_type="application/json")
    response["Content-Length"] = str(size)
    return response


def _huge_body(size: int) -> Iterator[bytes]:
    """A list response of exactly this many bytes, with one very long subject. A small size cuts it off."""
    whole = json.dumps(envelope("SUCCESS", "OK") | {"data": [{"id": str(uuid4()), "subject": "~"}]}).encode()
    head, tail = whole.split(b"~")
    yield head[:size]
    padding = max(size - len(head) - len(tail), 0)
    for start in range(0, padding, CHUNK):
        yield b"x" * min(CHUNK, padding - start)
    yield tail[: max(size - len(head), 0)]


def _drip(call: FaultyCall) -> HttpResponseBase:
    body = call.answer().content
    response = StreamingHttpResponse(_byte_by_byte(call, body), content_type="application/json")
    response["Content-Length"] = str(len(body))
    return response


def _byte_by_byte(call: FaultyCall, body: bytes) -> Iterator[bytes]:
    for byte in body:
        yield bytes([byte])
        call.fault.wait(call.parameter("interval"))


def _redirect(call: FaultyCall) -> HttpResponse:
    return HttpResponseRedirect(call.parameter("url"))


@transaction.atomic
def _late(call: FaultyCall) -> HttpResponse:
    """In one transaction, so that no other call sees the message before it is hidden."""
    response = call.answer()
    message = store.find(json.loads(response.content).get("secureMailId", ""))
    if message:
        message.visible_at = timezone.now() + timedelta(seconds=call.parameter("seconds"))
        message.save(update_fields=["visible_at"])
    return response


def _with_malformed_items(make: Callable[[], list[Any]]) -> Callable[[FaultyCall], HttpResponse]:
    def act(call: FaultyCall) -> HttpResponse:
        response = call.answer()
        answer = json.loads(response.content)
        if "data" in answer:
            answer["data"] = malformed_items.interleave(answer["data"], make())
            response.content = json.dumps(answer)
        return response

    return act


@dataclass(frozen=True)
class Kind:
    """`defaults` has the parameters of the kind. A given value must have the type of its default."""

    act: Callable[[FaultyCall], HttpResponseBase]
    defaults: dict[str, str | int | float]
    operations: tuple[str, ...] = tuple(OPERATIONS.values())


KINDS = {
    "status": Kind(_status, {"status": 500, "code": "FAILURE", "retry_after": ""}),
    "gateway": Kind(_gateway, {"status": 502, "form": "page", "retry_after": ""}),
    "failure": Kind(_failure, {"code": "FAILURE"}),
    "delay": Kind(_delay, {"seconds": 2.0}),
    "hang": Kind(_hang, {}),
    "close": Kind(_drop, {}),
    "store_then_error": Kind(_store_then_error, {}),
    "store_then_close": Kind(_store_then_close, {}),
    "garbage": Kind(_garbage, {}),
    "html": Kind(_html, {}),
    "huge": Kind(_huge, {"bytes": 50_000_000}),
    "drip": Kind(_drip, {"interval": 0.5}),
    "redirect": Kind(_redirect, {"url": "http://127.0.0.1:9/"}),
    "late": Kind(_late, {"seconds": 5.0}, ("send",)),
    "missing_fields": Kind(_with_malformed_items(malformed_items.items_with_missing_fields), {}, ("list",)),
    "odd": Kind(_with_malformed_items(malformed_items.items_of_wrong_types), {}, ("list",)),
}


def apply_fault(fault: Fault, request: HttpRequest, answer: Callable[[], HttpResponse]) -> HttpResponseBase:
    return KINDS[fault.kind].act(FaultyCall(fault, request, answer))
