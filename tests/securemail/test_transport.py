"""Failures of the connection, and whether they tell for certain that nothing was sent."""

import contextlib
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import Mock

import pytest
import requests

from inbox.securemail import (
    BadAnswer,
    Connection,
    SecureMailClient,
    SecureMailError,
    Timeouts,
    TooLong,
    Unauthorised,
    Unavailable,
)
from inbox.securemail.transport import Call, Transport
from tests.securemail.conftest import MakeClient
from tests.securemail.operations import CALLS, READS, every_operation
from tests.support.patience import a_minute_at_most, await_true
from tests.support.wire import Act, Request, Wire, drip, envelope, hang, hang_up, raw, reply

HEAD = b"HTTP/1.1 200 OK\r\n"
COUNT = reply(envelope(data={"count": 1}))


def echo_the_index(sock: socket.socket, stopped: threading.Event, request: Request) -> bool:
    entry = {"id": f"m{dict(request.query)['index']}"}
    return reply(envelope(data=[entry]))(sock, stopped, request)


def failure(client: SecureMailClient, operation: str) -> SecureMailError:
    with pytest.raises(SecureMailError) as caught:
        CALLS[operation](client)
    return caught.value


@every_operation
def test_a_refused_connection_is_certainly_not_sent(make_client: MakeClient, operation: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = failure(make_client(f"http://127.0.0.1:{port}"), operation)
    assert (type(error), error.certainly_not_sent, error.http_status) == (Unavailable, True, None)


@every_operation
def test_an_unknown_host_is_certainly_not_sent(
    make_client: MakeClient, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_client("https://api.example.com")
    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", Mock(side_effect=socket.gaierror))
        error = failure(client, operation)
    assert (type(error), error.certainly_not_sent) == (Unavailable, True)


@every_operation
def test_a_connect_timeout_is_certainly_not_sent(make_client: MakeClient, operation: str) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, contextlib.ExitStack() as stack:
        for _ in range(2):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        client = make_client(f"http://127.0.0.1:{full.getsockname()[1]}", timeouts=Timeouts(connect=0.1))
        error = failure(client, operation)
    assert (type(error), error.certainly_not_sent) == (Unavailable, True)


@every_operation
@pytest.mark.parametrize(
    "act",
    [
        hang_up,
        raw(HEAD + b"Content-Length: 50\r\n\r\n{"),
        raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{"),
        raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nfive\r\n{"),
        raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1" * 300_000),
    ],
    ids=["end", "end in body", "end in chunk", "bad chunk", "endless chunk length"],
)
def test_after_an_incomplete_response_the_api_may_have_acted(
    client: SecureMailClient, wire: Wire, operation: str, act: Act
) -> None:
    wire.script(act)
    error = failure(client, operation)
    assert (type(error), error.certainly_not_sent) == (Unavailable, False)


@every_operation
def test_after_silence_the_api_may_have_acted(
    impatient_client: SecureMailClient, wire: Wire, operation: str
) -> None:
    wire.script(hang)
    error = failure(impatient_client, operation)
    assert (type(error), error.certainly_not_sent) == (Unavailable, False)


@pytest.mark.parametrize("operation", ["list", "send"])
@pytest.mark.parametrize(
    "act",
    [
        drip(HEAD, b"X-Drop: 1\r\n"),
        drip(HEAD[:-2], b"x"),
        drip(HEAD + b"Content-Length: 1000\r\n\r\n", b" "),
        drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        drip(HEAD + b"\r\n", b" "),
    ],
    ids=["head", "first line", "body", "chunks", "until the end"],
)
def test_a_slow_response_ends_by_the_deadline(
    impatient_client: SecureMailClient, wire: Wire, operation: str, act: Act
) -> None:
    wire.script(act)
    with a_minute_at_most():
        error = failure(impatient_client, operation)
    assert (type(error), error.certainly_not_sent) == (Unavailable, False)


def test_sending_has_a_deadline_of_its_own(make_client: MakeClient, wire: Wire) -> None:
    def slowly(sock: socket.socket, stopped: threading.Event, request: Request) -> bool:
        stopped.wait(0.3)
        return reply(envelope(secureMailId="m1"))(sock, stopped, request)

    wire.script(slowly, hang)
    client = make_client(timeouts=Timeouts(connect=10, read=0.1, deadline=0.1, send_deadline=600))
    assert CALLS["send"](client).id == "m1"
    with a_minute_at_most():
        assert type(failure(client, "list")) is Unavailable


@every_operation
@pytest.mark.parametrize(
    "act",
    [
        raw(HEAD[:9]),
        raw(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
        raw(HEAD + b"X-Header: 1\r\n" * 101 + b"\r\n"),
        raw(HEAD + b"X-Header: " + b"x" * 70_000 + b"\r\n\r\n"),
        raw(HEAD + (b"X-Header: " + b"x" * 9_000 + b"\r\n") * 90),
    ],
    ids=["end in first line", "not HTTP", "many headers", "long header", "long head"],
)
def test_a_response_that_is_not_http_is_a_bad_answer(
    make_client: MakeClient, wire: Wire, operation: str, act: Act
) -> None:
    wire.script(act)
    error = failure(make_client(max_bytes=200_000), operation)
    assert (type(error), error.certainly_not_sent) == (BadAnswer, False)
    assert len(wire.requests) == 1


@every_operation
@pytest.mark.parametrize(
    "act",
    [
        reply(b" " * 300_000),
        raw(HEAD + b"\r\n" + b" " * 300_000),
        raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * 50_000),
        raw(HEAD + b"Content-Length: 99999999999\r\n\r\n" + b" " * 300_000),
    ],
    ids=["length", "until the end", "chunks", "length that lies"],
)
def test_a_huge_response_is_not_read_to_its_end(
    make_client: MakeClient, wire: Wire, operation: str, act: Act
) -> None:
    wire.script(act)
    error = failure(make_client(max_bytes=200_000), operation)
    assert (type(error), error.certainly_not_sent) == (TooLong, False)


def test_a_refusal_counts_even_if_its_body_breaks_off(client: SecureMailClient, wire: Wire) -> None:
    wire.script(raw(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 50\r\n\r\n<"))
    assert type(failure(client, "send")) is Unauthorised


@every_operation
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 300, 304])
def test_a_redirect_is_not_followed(
    client: SecureMailClient, wire: Wire, operation: str, status: int
) -> None:
    with Wire() as stranger:
        wire.script(reply(b"", status, [f"Location: {stranger.url}/securemail"]))
        error = failure(client, operation)
        assert (type(error), error.certainly_not_sent, error.http_status) == (BadAnswer, False, status)
        assert stranger.connections == 0
    assert len(wire.requests) == 1


def test_cookies_are_never_sent_back(client: SecureMailClient, wire: Wire) -> None:
    wire.script(reply(envelope(data={"count": 1}), headers=["Set-Cookie: session=alice; Path=/"]))
    for _ in range(2):
        client.count("alice@example.com")
    assert all("Cookie" not in request.headers for request in wire.requests)


def test_proxies_and_passwords_of_the_environment_are_not_used(
    client: SecureMailClient, wire: Wire, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("default login root password secret")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    wire.script(COUNT)
    with Wire() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        client.count("alice@example.com")
        assert proxy.connections == 0
    assert "Authorization" not in wire.request.headers


@pytest.mark.parametrize("operation", READS)
def test_a_read_is_repeated_after_a_stale_connection(
    client: SecureMailClient, wire: Wire, operation: str
) -> None:
    good = {"list": [], "count": {"count": 1}, "get": {"id": "m1"}, "userdata": {}}[operation]
    wire.script(COUNT, hang_up, reply(envelope(data=good)))
    client.count("bob@example.com")
    CALLS[operation](client)
    assert [request.connection for request in wire.requests] == [1, 1, 2]


@pytest.mark.parametrize("operation", ["send", "remove"])
def test_a_write_is_not_repeated_if_it_may_have_arrived(
    client: SecureMailClient, wire: Wire, operation: str
) -> None:
    wire.script(COUNT, hang_up, reply(envelope(secureMailId="m1")))
    client.count("bob@example.com")
    error = failure(client, operation)
    assert (type(error), error.certainly_not_sent) == (Unavailable, False)
    assert len(wire.requests) == 2


def test_a_closed_connection_is_replaced_before_sending(client: SecureMailClient, wire: Wire) -> None:
    wire.script(reply(envelope(data={"count": 1}), keep=False), reply(envelope(secureMailId="m1")))
    client.count("bob@example.com")
    assert await_true(lambda: wire.closed == 1)
    assert CALLS["send"](client).id == "m1"
    assert [request.connection for request in wire.requests] == [1, 2]


def test_a_read_is_repeated_only_once(client: SecureMailClient, wire: Wire) -> None:
    wire.script(hang_up)
    assert type(failure(client, "list")) is Unavailable
    assert len(wire.requests) == 2


def test_a_timeout_is_not_repeated(impatient_client: SecureMailClient, wire: Wire) -> None:
    wire.script(hang)
    assert type(failure(impatient_client, "list")) is Unavailable
    assert await_true(lambda: wire.requests)  # The server may be later than the client's patience.
    assert len(wire.requests) == 1


def test_each_thread_gets_its_own_responses(make_client: MakeClient, wire: Wire) -> None:
    wire.script(echo_the_index)
    client = make_client()
    with ThreadPoolExecutor(8) as pool:
        listings = pool.map(lambda index: client.list_messages("a@b.example", index=index), range(80))
        assert [listing.messages[0].id for listing in listings] == [f"m{index}" for index in range(80)]
    assert wire.connections <= 8


def test_close_closes_the_connections(client: SecureMailClient, wire: Wire) -> None:
    wire.script(COUNT)
    client.count("a@b.example")
    client.close()
    client.count("a@b.example")
    assert [request.connection for request in wire.requests] == [1, 2]


@pytest.mark.parametrize(
    "url",
    [
        "https://API.Example.com:443/nexus/v3/",
        "https://api.example.com/a~b.c",
        "http://127.0.0.1:8001/nexus/v3",
    ],
)
@pytest.mark.parametrize(
    "call",
    [
        Call("list", "GET", "/securemail", {"address": "a+b~c'd%e@example.com", "index": 0, "count": 51}),
        Call("get", "GET", "/securemail/a-_9", {}),
        Call("remove", "DELETE", "/securemail/a", {"remove": "delete"}),
        Call("send", "POST", "/securemail", {"securebox": "HR1"}, {"data": {"text": "Grüße"}}),
    ],
    ids=lambda call: call.operation,
)
def test_a_request_is_what_requests_makes_of_it(url: str, call: Call) -> None:
    transport = Transport(Connection(url, ("k/1+=",), headers={"X-Tenant": "a b"}), Timeouts(), 1_000, 1)
    request = transport._prepared(call, "k/1+=")
    expected = requests.Request(
        call.method, url.rstrip("/") + call.path, dict(request.headers), params=call.params, json=call.json
    ).prepare()
    assert (request.method, request.url, request.body) == (expected.method, expected.url, expected.body)
    assert list(request.headers.items()) == list(expected.headers.items())
    assert (request.headers["x-api-key"], request.headers["X-Tenant"]) == ("k/1+=", "a b")
