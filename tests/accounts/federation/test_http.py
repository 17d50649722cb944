"""Calls to the company's servers end in time, and do not fill the memory, whatever is answered."""

import gzip
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from portal.accounts.federation import http
from portal.accounts.federation.errors import BadAnswer, ProviderUnavailable
from tests.support.patience import a_minute_at_most, await_true
from tests.support.wire import Wire, drip, hang, hang_up, raw, reply

HEAD = b"HTTP/1.1 200 OK\r\n"
REDIRECT = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\n"
BOMB = gzip.compress(b'{"a": "' + bytes(2_000_000) + b'"}')


@pytest.fixture
def server() -> Iterator[Wire]:
    with Wire() as server:
        yield server


def fetch(server, form=None):
    return http.fetch_json(server.url, form, ("portal", "secret") if form else None)


@pytest.mark.parametrize("form", [None, {"code": "x"}], ids=["get", "post"])
@pytest.mark.parametrize(
    "act",
    [
        hang,
        drip(HEAD[:-2], b"x"),
        drip(HEAD, b"X-Drop: 1\r\n"),
        drip(HEAD + b"Content-Length: 1000\r\n\r\n", b" "),
        drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1"),
        drip(HEAD + b"\r\n", b" "),
        drip(REDIRECT + b"\r\n", b" "),
    ],
    ids=["silence", "first line", "head", "body", "chunks", "chunk length", "until the end", "redirect"],
)
def test_slow_answer_ends_by_the_deadline(server, monkeypatch, act, form):
    monkeypatch.setattr(http, "_DEADLINE", 0.2)
    server.script(act)
    with a_minute_at_most(), pytest.raises(ProviderUnavailable):
        fetch(server, form)


@pytest.mark.parametrize(
    "act",
    [
        drip(HEAD, b"X-Long: " + b"x" * 60_000 + b"\r\n"),
        drip(HEAD + b"\r\n", bytes(100_000)),
        drip(HEAD + b"Content-Length: 99999999999\r\n\r\n", bytes(100_000)),
        drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n" * 20_000),
        drip(REDIRECT + b"\r\n", bytes(100_000)),
    ],
    ids=["long head", "until the end", "length that lies", "chunks", "redirect"],
)
def test_endless_answer_is_not_read_to_its_end(server, monkeypatch, act):
    monkeypatch.setattr(http, "_DEADLINE", 120.0)
    monkeypatch.setattr(http, "_READ_TIMEOUT", 60.0)
    server.script(act)
    with a_minute_at_most(), pytest.raises(BadAnswer, match="too large"):
        fetch(server)


@pytest.mark.parametrize("head", [HEAD, REDIRECT], ids=["success", "redirect"])
def test_compressed_answer_is_not_unpacked_beyond_the_limit(server, head):
    length = b"Content-Length: %d\r\nContent-Encoding: gzip\r\n\r\n" % len(BOMB)
    server.script(raw(head + length + BOMB))
    with pytest.raises(BadAnswer, match="too large"):
        fetch(server)


def test_compressed_answer_of_ordinary_size_is_read(server):
    server.script(reply(gzip.compress(b'{"keys": []}'), headers=["Content-Encoding: gzip"]))
    assert fetch(server) == {"keys": []}


@pytest.mark.parametrize(
    "act",
    [
        hang_up,
        raw(HEAD + b"Content-Length: 9\r\n\r\n{"),
        raw(b"SSH-2.0-OpenSSH\r\n"),
        drip(HEAD + b"X-Long: ", b"x" * 60_000),
    ],
    ids=["end", "end in body", "not HTTP", "long header"],
)
def test_broken_answer_is_an_outage(server, act):
    server.script(act)
    with pytest.raises(ProviderUnavailable):
        fetch(server)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirect_is_not_followed(server, status):
    with Wire() as stranger:
        server.script(reply({}, status, [f"Location: {stranger.url}"]))
        with pytest.raises(BadAnswer, match=str(status)):
            fetch(server, {"code": "x"})
        assert stranger.connections == 0


def test_password_of_the_environment_is_not_sent(server, monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text("default login root password secret")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert fetch(server) == {}
    assert "Authorization" not in server.request.headers


def test_form_is_posted_with_basic_authentication(server):
    assert fetch(server, {"code": "a b&c"}) == {}
    assert (server.request.method, server.request.body) == ("POST", b"code=a+b%26c")
    assert server.request.headers["Authorization"] == "Basic cG9ydGFsOnNlY3JldA=="


def test_unreadable_ca_file_is_an_outage(server, settings, tmp_path):
    settings.PORTAL_OIDC_CA_FILE = str(tmp_path / "nowhere.pem")
    with pytest.raises(ProviderUnavailable):
        fetch(server)


def test_server_that_hangs_takes_a_limited_number_of_threads(server, monkeypatch):
    monkeypatch.setattr(http, "_MAX_CALLS", 2)
    # A server of an earlier test may have had the same port, and so have left places behind.
    monkeypatch.setattr(http, "_free_places", {})
    monkeypatch.setattr(http, "_DEADLINE", 60.0)
    monkeypatch.setattr(http, "_READ_TIMEOUT", 60.0)
    end = threading.Event()

    def answer_at_the_end(sock, stopped, request):
        await_true(end.is_set)
        return reply({})(sock, stopped, request)

    server.script(answer_at_the_end)
    with ThreadPoolExecutor(2) as threads, Wire() as other:
        waiting = [threads.submit(fetch, server) for _ in range(2)]
        try:
            assert await_true(lambda: len(server.requests) == 2)
            with a_minute_at_most(), pytest.raises(ProviderUnavailable, match="too many"):
                fetch(server)
            assert fetch(other) == {}
        finally:
            end.set()
    assert [call.result() for call in waiting] == [{}, {}]
    assert fetch(server) == {}
