"""The faults of a send, by name.

With a name that begins with "stored", the upstream stores a copy, even if its response says otherwise. With the others
it stores no copy, unless the response is a success.
"""

import gzip
import json
from collections.abc import Callable

from tests.chaos.campaign.calls import Call, envelope, head, whole
from tests.chaos.campaign.time_scale import scaled

Act = Callable[[Call], bool]

HUGE = 10_000_000  # Bytes.
BOMB = gzip.compress(b" " * HUGE)
LONGEST_DELAY = scaled(20)  # Seconds until a list shows a message.


def accept(call: Call) -> bool:
    """Without a fault."""
    return call.answer(call.receipt(call.store()))


def _refused(status: int, code: str = "INVALID_PARAMETER") -> Act:
    return lambda call: call.refuse(status, code)


def _broken(status: int, *, stored: bool) -> Act:
    def act(call: Call) -> bool:
        if stored:
            call.store()
        return call.refuse(status, "FAILURE")

    return act


def _page(status: int, *, stored: bool) -> Act:
    def act(call: Call) -> bool:
        if stored:
            call.store()
        return call.page(status)

    return act


def _redirect(*, stored: bool) -> Act:
    def act(call: Call) -> bool:
        if stored:
            call.store()
        call.send(whole(b"", 302, "Location: http://127.0.0.1:9/elsewhere"))
        return True

    return act


def _raw(write: Callable[[bytes], bytes]) -> Act:
    """Store the message, send what `write` makes of the normal body, and close the connection."""

    def act(call: Call) -> bool:
        call.send(write(json.dumps(call.receipt(call.store())).encode()))
        return call.hang_up()

    return act


def _hang(call: Call) -> bool:
    call.pause(call.patience * 2)
    return call.hang_up()


def _store_then_hang(call: Call) -> bool:
    call.store()
    return _hang(call)


def _store_when_nobody_waits(call: Call) -> bool:
    call.pause(call.patience * 1.5)
    call.store()
    return call.hang_up()


def _answer_too_late(call: Call) -> bool:
    copy = call.store()
    call.pause(call.patience * 1.5)
    return call.answer(call.receipt(copy))


def _store_then_close(call: Call) -> bool:
    call.store()
    return call.hang_up()


def _store_then_reset(call: Call) -> bool:
    call.store()
    return call.reset()


def _drip_head(call: Call) -> bool:
    return call.drip(whole(json.dumps(call.receipt(call.store())).encode()))


def _drip_body(call: Call) -> bool:
    body = json.dumps(call.receipt(call.store())).encode()
    call.send(head(len(body)))
    return call.drip(body)


def _hide(call: Call) -> bool:
    return call.answer(call.receipt(call.store(hidden_for=_delay(call))))


def _hide_then_close(call: Call) -> bool:
    call.store(hidden_for=_delay(call))
    return call.hang_up()


def _delay(call: Call) -> float:
    """Up to the longest delay. It is the same each time this message is sent."""
    return LONGEST_DELAY * (sum(call.operation_id.encode()) % 100) / 100


def _without_id(call: Call) -> bool:
    receipt = call.receipt(call.store())
    del receipt["secureMailId"], receipt["selfUri"]
    return call.answer(receipt)


def _without_echo(call: Call) -> bool:
    receipt = call.receipt(call.store())
    del receipt["operationId"]
    return call.answer(receipt)


def _echo_as_object(call: Call) -> bool:
    return call.answer(call.receipt(call.store()) | {"operationId": {"id": call.operation_id}})


def _nan(body: bytes) -> bytes:
    return whole(body[:-1] + b', "score": NaN}')


def _twice(body: bytes) -> bytes:
    return whole(body[:-1] + b', "status": {"code": "FAILURE"}}')


def _answer_twice(call: Call) -> bool:
    answer = whole(json.dumps(call.receipt(call.store())).encode())
    call.send(answer + answer)
    return True


def _broken_off_refusal(call: Call) -> bool:
    call.send(head(500, 400) + json.dumps(envelope("INVALID_PARAMETER", "This was ref")).encode()[:-9])
    return call.hang_up()


SEND_FAULTS: dict[str, Act] = {
    "reset": Call.reset,
    "closed": Call.hang_up,
    "hangs": _hang,
    "says FAILURE": _refused(200, "FAILURE"),
    "refuses 400": _refused(400),
    "refuses 400, broken off": _broken_off_refusal,
    "refuses 401": _refused(401, "INVALID_CLIENT_TOKEN"),
    "refuses 403": _refused(403, "INVALID_CONTACT_CENTER"),
    "refuses 404": _refused(404),
    "refuses 413": _refused(413),
    "refuses 415": _refused(415),
    "refuses 422": _refused(422),
    "refuses 429": _refused(429, "FAILURE"),
    "408": _broken(408, stored=False),
    "409": _broken(409, stored=False),
    "500": _broken(500, stored=False),
    "502 page": _page(502, stored=False),
    "503": _broken(503, stored=False),
    "redirect": _redirect(stored=False),
    "page": _page(200, stored=False),
    "stored, closed": _store_then_close,
    "stored, reset": _store_then_reset,
    "stored, hangs": _store_then_hang,
    "stored, answers too late": _answer_too_late,
    "stored too late": _store_when_nobody_waits,
    "stored, half a head": _raw(lambda body: whole(body)[:30]),
    "stored, half a body": _raw(lambda body: whole(body)[: -len(body) // 2]),
    "stored, length too short": _raw(lambda body: head(len(body) - 40) + body),
    "stored, length too long": _raw(lambda body: head(len(body) + 40) + body),
    "stored, garbage": _raw(lambda _body: b"\x00\xff SSH-2.0 \xfe\r\n\r\n"),
    "stored, not JSON": _raw(lambda _body: whole(b'{"status": {"code": SUCCESS \xff')),
    "stored, NaN": _raw(_nan),
    "stored, a key twice": _raw(_twice),
    "stored, gzip bomb": _raw(lambda _body: whole(BOMB, 200, "Content-Encoding: gzip")),
    "stored, huge": _raw(lambda body: whole(body + b" " * HUGE)),
    "stored, head drips": _drip_head,
    "stored, body drips": _drip_body,
    "stored, page": _page(200, stored=True),
    "stored, redirect": _redirect(stored=True),
    "stored, 408": _broken(408, stored=True),
    "stored, 409": _broken(409, stored=True),
    "stored, 500": _broken(500, stored=True),
    "stored, 502 page": _page(502, stored=True),
    "stored, 503": _broken(503, stored=True),
    "stored, shown later": _hide,
    "stored, shown later, closed": _hide_then_close,
    "stored, no id": _without_id,
    "stored, no operation id": _without_echo,
    "stored, operation id an object": _echo_as_object,
    "stored, answered twice": _answer_twice,
}
