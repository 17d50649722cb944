"""Calls through a proxy: everything in a tunnel, within the same limits, and with the same certainty."""

import base64
import socket
from collections.abc import Callable, Iterator
from unittest.mock import Mock

import pytest

from inbox.securemail import (
    Connection,
    Misconfigured,
    SecureMailClient,
    SecureMailError,
    Unavailable,
)
from inbox.securemail.connection import proxy_of_environment
from tests.securemail.conftest import FAST, KEY, PATIENT, MakeClient
from tests.securemail.operations import CALLS
from tests.support.certificates import Certificate, self_signed
from tests.support.deadlines import hold_deadlines
from tests.support.patience import a_minute_at_most
from tests.support.wire import (
    Wire,
    drip,
    envelope,
    hang,
    hang_up,
    raw,
    reply,
    slow_tunnel,
    tunnel,
)

PAGE = b"<!doctype html><title>canary</title>"
COUNT = reply(envelope(data={"count": 1}))
ENDLESS = {"silence", "slow head", "slow first line"}
UNSENT = pytest.mark.parametrize("operation", ["list", "send", "remove"])
Through = Callable[..., SecureMailClient]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return self_signed(tmp_path_factory.mktemp("tls"), "127.0.0.1")


@pytest.fixture
def api(certificate: Certificate) -> Iterator[Wire]:
    with Wire(certificate.context()) as api:
        api.script(COUNT)
        yield api


@pytest.fixture
def proxy() -> Iterator[Wire]:
    with Wire() as proxy:
        proxy.script(tunnel)
        yield proxy


@pytest.fixture
def tls_proxy(certificate: Certificate) -> Iterator[Wire]:
    with Wire(certificate.context()) as proxy:
        proxy.script(tunnel)
        yield proxy


@pytest.fixture
def through(make_client: MakeClient, api: Wire, certificate: Certificate) -> Through:
    def make(proxy: str, **options: object) -> SecureMailClient:
        return make_client(api.url, **{"ca_file": certificate.chain, "proxy": proxy, **options})

    return make


def failure(client: SecureMailClient, operation: str) -> SecureMailError:
    with a_minute_at_most(), pytest.raises(SecureMailError) as caught:
        CALLS[operation](client)
    return caught.value


def test_calls_go_through_a_tunnel(through: Through, proxy: Wire, api: Wire) -> None:
    client = through(f"http://127.0.0.1:{proxy.port}")
    assert [client.count("a@b.example") for _ in range(2)] == [1, 1]
    assert (proxy.request.method, proxy.request.target) == ("CONNECT", f"127.0.0.1:{api.port}")
    assert KEY not in str(proxy.request) and "a@b.example" not in str(proxy.request)
    assert [request.headers["x-api-key"] for request in api.requests] == [KEY, KEY]


def test_the_proxy_gets_its_user_name_and_password_and_the_api_does_not(
    through: Through, proxy: Wire, api: Wire
) -> None:
    through(f"http://us%3Aer:p%40ss%C3%A9@127.0.0.1:{proxy.port}/").count("a@b.example")
    scheme, credentials = proxy.request.headers["Proxy-Authorization"].split(" ")
    assert (scheme, base64.b64decode(credentials)) == ("Basic", "us:er:p@ssé".encode())
    assert not [name for name in api.request.headers if name.lower().startswith("proxy")]


def test_a_proxy_without_credentials_gets_none(through: Through, proxy: Wire) -> None:
    through(f"http://127.0.0.1:{proxy.port}").count("a@b.example")
    assert "Proxy-Authorization" not in proxy.request.headers


def test_a_proxy_may_itself_speak_tls(through: Through, tls_proxy: Wire, api: Wire) -> None:
    client = through(f"https://user:pass@127.0.0.1:{tls_proxy.port}")
    assert [client.count("a@b.example") for _ in range(2)] == [1, 1]
    assert "Proxy-Authorization" in tls_proxy.request.headers
    assert len(api.requests) == 2


REFUSALS = {
    "407": (reply(PAGE, 407, ['Proxy-Authenticate: Basic realm="canary"']), "ProxyError, HTTP 407"),
    "403": (reply(PAGE, 403), "ProxyError, HTTP 403"),
    "502": (reply(b"", 502), "ProxyError, HTTP 502"),
    "redirect": (reply(b"", 302, ["Location: http://canary.example/"]), "ProxyError, HTTP 302"),
    "silence": (hang, "ProxyError, TimeoutError"),
    "end": (hang_up, "ProxyError"),
    "slow head": (drip(b"HTTP/1.1 200 OK\r\n", b"X: 1\r\n"), "ProxyError, TimeoutError"),
    "slow first line": (drip(b"HTTP/1.1 200 O", b"k"), "ProxyError, TimeoutError"),
    "not HTTP": (raw(b"SSH-2.0-canary\r\n\r\n"), "ProxyError, BadStatusLine"),
    "long head": (raw(b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 50_000), "ProxyError"),
    "page in the tunnel": (
        raw(b"HTTP/1.1 200 OK\r\n\r\n" + PAGE),
        ", through the proxy",
    ),
    "end of the tunnel": (raw(b"HTTP/1.1 200 OK\r\n\r\n"), "through the proxy"),
}


@UNSENT
@pytest.mark.parametrize("refusal", REFUSALS)
def test_without_a_tunnel_nothing_was_sent(
    through: Through,
    proxy: Wire,
    api: Wire,
    monkeypatch: pytest.MonkeyPatch,
    operation: str,
    refusal: str,
) -> None:
    act, reason = REFUSALS[refusal]
    proxy.script(act)
    if refusal in ENDLESS:
        hold_deadlines(monkeypatch)  # Until the proxy was asked: it is the one that has to be too late.
    timeouts = FAST if refusal in ENDLESS else PATIENT
    client = through(f"http://user:canary@127.0.0.1:{proxy.port}", timeouts=timeouts, max_bytes=100_000)
    error = failure(client, operation)
    kind = Misconfigured if refusal in ("407", "403") else Unavailable
    assert (type(error), error.certainly_not_sent) == (kind, True)
    assert reason in str(error)
    assert "canary" not in str(error) and "127.0.0.1" not in str(error)
    assert api.requests == []


def test_a_refused_tunnel_is_not_asked_for_again(through: Through, proxy: Wire) -> None:
    proxy.script(reply(b"", 407))
    failure(through(f"http://127.0.0.1:{proxy.port}"), "list")
    assert len(proxy.requests) == 1


@UNSENT
def test_a_proxy_that_is_not_there_is_named(through: Through, operation: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    error = failure(through(f"http://127.0.0.1:{port}"), operation)
    assert (type(error), error.certainly_not_sent) == (Unavailable, True)
    assert str(error) == f"{operation}: ProxyError, ConnectionRefusedError"


def test_a_proxy_whose_name_is_not_known_is_named(through: Through, monkeypatch: pytest.MonkeyPatch) -> None:
    client = through("http://proxy.canary.example:3128")
    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", Mock(side_effect=socket.gaierror))
        error = failure(client, "send")
    assert str(error) == "send: ProxyError, gaierror" and error.certainly_not_sent


def test_an_https_proxy_with_an_unknown_certificate_is_refused(
    through: Through, api: Wire, tmp_path_factory: pytest.TempPathFactory
) -> None:
    stranger = self_signed(tmp_path_factory.mktemp("tls"), "127.0.0.1")
    with Wire(stranger.context()) as proxy:
        error = failure(through(f"https://user:canary@127.0.0.1:{proxy.port}"), "send")
        assert str(error) == "send: ProxyError, SSLCertVerificationError" and error.certainly_not_sent
        assert proxy.requests == []


def test_another_servers_certificate_is_refused_within_a_tunnel(
    make_client: MakeClient, proxy: Wire, api: Wire
) -> None:
    error = failure(make_client(api.url, proxy=f"http://127.0.0.1:{proxy.port}"), "send")
    assert str(error) == "send: SSLCertVerificationError, through the proxy" and error.certainly_not_sent
    assert api.requests == []


@pytest.mark.parametrize("kind", ["http", "https"])
@pytest.mark.parametrize("operation", ["list", "send"])
def test_a_slow_response_ends_by_the_deadline(
    through: Through,
    proxy: Wire,
    tls_proxy: Wire,
    api: Wire,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    operation: str,
) -> None:
    """All its time is left for two or three handshakes, and a fraction of a second for the response."""
    api.script(drip(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b" "))
    port = (tls_proxy if kind == "https" else proxy).port
    hold_deadlines(monkeypatch, until=lambda: api.requests, ahead=PATIENT.deadline - FAST.deadline)
    error = failure(through(f"{kind}://127.0.0.1:{port}"), operation)
    assert (type(error), error.certainly_not_sent) == (Unavailable, False)


@pytest.mark.parametrize("kind", ["http", "https"])
def test_a_slow_tunnel_ends_by_the_deadline(
    through: Through, proxy: Wire, tls_proxy: Wire, kind: str
) -> None:
    """For TLS within TLS each byte arrives in a record of its own."""
    wire = tls_proxy if kind == "https" else proxy
    wire.script(slow_tunnel(0.1))
    error = failure(through(f"{kind}://127.0.0.1:{wire.port}", timeouts=FAST), "send")
    assert (type(error), error.certainly_not_sent) == (Unavailable, True)


def test_a_huge_response_is_not_read_to_its_end(through: Through, proxy: Wire, api: Wire) -> None:
    api.script(reply(b" " * 300_000))
    client = through(f"http://127.0.0.1:{proxy.port}", max_bytes=100_000)
    assert "too long" in str(failure(client, "list"))


def test_a_read_is_repeated_after_a_stale_tunnel(through: Through, proxy: Wire, api: Wire) -> None:
    api.script(COUNT, hang_up, COUNT)
    client = through(f"http://127.0.0.1:{proxy.port}")
    assert [client.count("a@b.example") for _ in range(2)] == [1, 1]
    assert (len(proxy.requests), len(api.requests)) == (2, 3)


@pytest.mark.parametrize("operation", ["send", "remove"])
def test_a_write_is_not_repeated_after_a_stale_tunnel(
    through: Through, proxy: Wire, api: Wire, operation: str
) -> None:
    api.script(COUNT, hang_up, COUNT)
    client = through(f"http://127.0.0.1:{proxy.port}")
    client.count("a@b.example")
    assert not failure(client, operation).certainly_not_sent
    assert len(api.requests) == 2


def test_what_was_sent_before_a_tunnel_was_refused_still_counts(
    through: Through, proxy: Wire, api: Wire
) -> None:
    proxy.script(tunnel, reply(b"", 503))
    api.script(hang_up)
    assert not failure(through(f"http://127.0.0.1:{proxy.port}"), "list").certainly_not_sent


def test_the_environment_names_the_proxy_only_if_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "proxy.example.com:3128")
    monkeypatch.setenv("no_proxy", "inside.example.com")
    assert proxy_of_environment("https://api.example.com/nexus/v3") == "http://proxy.example.com:3128"
    assert proxy_of_environment("https://inside.example.com/nexus/v3") == ""
    assert Connection("https://api.example.com/nexus/v3", (KEY,)).proxy == ""


@pytest.mark.parametrize(
    "proxy",
    [
        "proxy.example.com:3128",
        "socks5://canary.example.com",
        "http://canary.example.com/path",
        "http://canary.example.com:99999",
        "http://canary.example.com:0",
        "http://can@ary@proxy.example.com",
        "http://canary.example.com:3128?x=1",
        "http://canary\r\nX: 1@proxy.example.com",
        "http://",
    ],
)
def test_a_malformed_proxy_is_refused_and_not_shown(proxy: str) -> None:
    with pytest.raises(ValueError, match="proxy must be an address") as caught:
        Connection("https://api.example.com/nexus/v3", (KEY,), proxy=proxy)
    assert "canary" not in str(caught.value)


def test_no_call_by_plain_http_goes_to_a_proxy() -> None:
    with pytest.raises(ValueError, match="proxy must be empty"):
        Connection("http://127.0.0.1:8001/nexus/v3", (KEY,), proxy="http://proxy.example.com:3128")
