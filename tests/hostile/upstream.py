"""The upstream of these tests: a raw server, and what may reach it at all."""

import json
import re
from collections.abc import Mapping

from tests.support.wire import Act, Request, envelope, reply

ALICE = "alice@example.com"
RECEIVED, SENT, ACCEPTED = "m-received", "m-sent", "m-accepted"  # The ids of all messages.

_MESSAGES = [
    {
        "id": RECEIVED,
        "subject": "Your claim",
        "direction": "outbound",
        "text": "Dear Alice",
        "status": "unread",
    },
    {"id": SENT, "subject": "My claim", "direction": "inbound", "html": "<p>Dear team</p>", "status": "read"},
]
_ANSWERS: dict[str, dict[str, object]] = {
    "list": envelope(data=_MESSAGES),
    "count": envelope(data={"count": 1}),
    "send": envelope(secureMailId=ACCEPTED, selfUri="/securemail/m-accepted"),
    "userdata": envelope(data={"CaseNumber": "1"}),
    "remove": envelope(),
}
_NAME = {"securebox": "Claims01"}
_NUMBER, _STATUS = r"\d{1,6}", "all|unread|read"
# Each operation of the API's reference: method, path, and the parameters with what they may hold.
OPERATIONS: dict[str, tuple[str, str, Mapping[str, str]]] = {
    "list": (
        "GET",
        "/securemail",
        {"address": ALICE, "status": _STATUS, "index": _NUMBER, "count": _NUMBER, **_NAME},
    ),
    "send": ("POST", "/securemail", _NAME),
    "count": ("GET", "/securemail/count", {"address": ALICE, "status": _STATUS, **_NAME}),
    "get": ("GET", f"/securemail/({RECEIVED}|{SENT}|{ACCEPTED})", {"read": "true"}),
    "remove": ("DELETE", f"/securemail/({RECEIVED}|{SENT}|{ACCEPTED})", {"remove": "read|delete|purge"}),
    "userdata": ("GET", f"/securemail/({RECEIVED}|{SENT}|{ACCEPTED})/userdata", {}),
}
OPTIONAL = {"securebox", "read"}


def operation_of(request: Request) -> str:
    """The operation that this request is, to the letter. Raises AssertionError if it is none of the six."""
    for name, (method, path, parameters) in OPERATIONS.items():
        if request.method == method and re.fullmatch(f"/nexus/v3{path}", request.path):
            sent = dict(request.query)
            assert len(sent) == len(request.query), f"{name}: a parameter twice"
            assert set(parameters) - OPTIONAL <= set(sent) <= set(parameters), f"{name}: {sorted(sent)}"
            assert all(re.fullmatch(parameters[key], value) for key, value in sent.items()), f"{name}: {sent}"
            assert request.headers["x-api-key"] == "key-for-tests" and "Cookie" not in request.headers
            assert not request.body if name != "send" else set(request.json) == {"data", "operationId"}
            return name
    raise AssertionError(f"No operation: {request.method} {request.target}")


def answer_well(sock, stopped, request) -> bool:
    """Answer as the API does."""
    name = operation_of(request)
    message = next((one for one in _MESSAGES if one["id"] == request.path.rpartition("/")[2]), _MESSAGES[0])
    body = envelope(secureMail=message) if name == "get" else _ANSWERS[name]
    act: Act = reply(json.dumps(body).encode())
    return act(sock, stopped, request)
