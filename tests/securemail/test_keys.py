"""Several keys: which one is used, and that a refused key never costs a message or a copy of one."""

import logging
from types import SimpleNamespace
from typing import Any

import pytest

from inbox.securemail import SecureMailClient, SecureMailError, Timeouts, Unauthorised, Unavailable, transport
from inbox.securemail import keys as keys_module
from inbox.securemail.transport import RawResponse, Transport
from portal import guarded_http
from tests.securemail.conftest import MakeClient
from tests.securemail.operations import CALLS
from tests.support.clock import Clock
from tests.support.wire import Act, Wire, envelope, hang_up, reply

NEW, OLD = "the-newest-key", "the-key-of-before"
GOOD = {"list": [], "count": {"count": 1}, "send": None, "remove": None}
REFUSALS = {
    "401": reply(b"", 401),
    "403": reply({"message": "Forbidden"}, 403),
    "code": reply(envelope("INVALID_CLIENT_TOKEN")),
    "code with 400": reply(envelope("INVALID_CLIENT_TOKEN"), 400),
    "contact centre": reply(envelope("INVALID_CONTACT_CENTER"), 400),
}


@pytest.fixture
def client(make_client: MakeClient) -> SecureMailClient:
    return make_client(keys=(NEW, OLD))


def sent_keys(wire: Wire) -> list[str]:
    return [request.headers["x-api-key"] for request in wire.requests]


def good(operation: str) -> Act:
    return reply(envelope(data=GOOD[operation], secureMailId="m1"))


def failure(client: SecureMailClient, operation: str) -> SecureMailError:
    with pytest.raises(SecureMailError) as caught:
        CALLS[operation](client)
    return caught.value


def test_the_newest_key_is_used(client: SecureMailClient, wire: Wire) -> None:
    wire.script(good("count"))
    for _ in range(2):
        CALLS["count"](client)
    assert sent_keys(wire) == [NEW, NEW]


@pytest.mark.parametrize("operation", ["list", "send", "remove"])
@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_call_refused_for_its_key_is_made_with_the_next(
    client: SecureMailClient, wire: Wire, operation: str, refusal: str
) -> None:
    wire.script(REFUSALS[refusal], good(operation))
    CALLS[operation](client)
    assert sent_keys(wire) == [NEW, OLD]
    first, second = wire.requests
    assert (first.method, first.target, first.body) == (second.method, second.target, second.body)


def test_a_refused_key_comes_last_for_a_while(
    client: SecureMailClient, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.script(REFUSALS["401"], good("count"))
    for _ in range(3):
        CALLS["count"](client)
    now = keys_module.monotonic
    monkeypatch.setattr(keys_module, "monotonic", lambda: now() + keys_module.PAUSE)
    CALLS["count"](client)
    assert sent_keys(wire) == [NEW, OLD, OLD, OLD, NEW]


def test_a_key_that_was_refused_still_helps_when_the_other_is_revoked(
    client: SecureMailClient, wire: Wire
) -> None:
    wire.script(REFUSALS["401"], good("count"), REFUSALS["401"], good("count"))
    for _ in range(2):
        CALLS["count"](client)
    assert sent_keys(wire) == [NEW, OLD, OLD, NEW]


@pytest.mark.parametrize("operation", ["list", "send", "remove"])
def test_each_key_is_tried_once_if_all_are_refused(
    client: SecureMailClient, wire: Wire, operation: str
) -> None:
    wire.script(REFUSALS["403"])
    error = failure(client, operation)
    assert (type(error), error.certainly_not_sent) == (Unauthorised, True)
    assert sent_keys(wire) == [NEW, OLD]


def test_what_all_keys_are_refused_for_is_not_held_against_them(
    client: SecureMailClient, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    """As by a firewall that does not like a text."""
    page = reply(b"<title>Forbidden</title>", 403)
    wire.script(page, page, good("count"))
    failure(client, "send")
    CALLS["count"](client)
    assert sent_keys(wire) == [NEW, OLD, NEW]
    assert "refuses key" not in caplog.text


@pytest.mark.parametrize("answer", [reply(b"", 500), hang_up, reply(b"<title>canary</title>")])
def test_a_send_that_may_have_arrived_is_not_made_with_the_next_key(
    client: SecureMailClient, wire: Wire, answer: Act
) -> None:
    wire.script(answer)
    assert not failure(client, "send").certainly_not_sent
    assert sent_keys(wire) == [NEW]


def test_a_send_that_is_lost_with_the_second_key_may_have_arrived(
    client: SecureMailClient, wire: Wire
) -> None:
    wire.script(REFUSALS["401"], hang_up)
    error = failure(client, "send")
    assert (type(error), error.certainly_not_sent) == (Unavailable, False)


def test_all_keys_share_one_deadline(
    make_client: MakeClient, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the first key is refused, the deadline has passed: the second is not sent at all."""
    clock, ask = Clock(), Transport.call
    for module in (transport, guarded_http):
        monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=clock))

    def ask_for_long(self: Transport, *call: Any) -> RawResponse:
        answer = ask(self, *call)
        clock.now += 60
        return answer

    monkeypatch.setattr(Transport, "call", ask_for_long)
    wire.script(REFUSALS["401"], good("list"))
    client = make_client(keys=(NEW, OLD), timeouts=Timeouts(read=30, deadline=50))
    assert type(failure(client, "list")) is Unavailable
    assert len(wire.requests) == 1


def test_the_log_says_which_key_is_refused_by_its_place(
    client: SecureMailClient, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    wire.script(REFUSALS["401"], good("count"))
    with caplog.at_level(logging.DEBUG, "inbox"):
        CALLS["count"](client)
    assert "the API refuses key 1 of 2, and takes another one" in caplog.messages
    assert NEW not in caplog.text and OLD not in caplog.text
