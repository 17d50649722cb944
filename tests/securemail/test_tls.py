"""Which TLS certificates the client trusts. The certificates are made for each test run."""

import socket
import ssl
from collections.abc import Iterator

import pytest

from inbox.securemail import SecureMailError, Unavailable
from tests.securemail.conftest import FAST, MakeClient
from tests.securemail.operations import CALLS
from tests.support.certificates import Certificate, self_signed
from tests.support.wire import Wire, envelope, reply


@pytest.fixture(scope="module")
def local_certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return self_signed(tmp_path_factory.mktemp("tls"), "127.0.0.1")


@pytest.fixture(scope="module")
def other_certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return self_signed(tmp_path_factory.mktemp("tls"), "api.example.com")


@pytest.fixture
def tls_wire(local_certificate: Certificate) -> Iterator[Wire]:
    with Wire(local_certificate.context()) as wire:
        wire.script(reply(envelope(data={"count": 1})))
        yield wire


def test_the_configured_authority_is_trusted(
    make_client: MakeClient, tls_wire: Wire, local_certificate: Certificate
) -> None:
    client = make_client(tls_wire.url, ca_file=local_certificate.chain)
    assert [client.count("a@b.example") for _ in range(2)] == [1, 1]
    assert tls_wire.connections == 1


@pytest.mark.parametrize("operation", ["list", "send", "remove"])
def test_an_unknown_authority_is_refused_before_anything_is_sent(
    make_client: MakeClient, tls_wire: Wire, operation: str
) -> None:
    with pytest.raises(Unavailable) as caught:
        CALLS[operation](make_client(tls_wire.url))
    assert caught.value.certainly_not_sent
    assert "SSLCertVerificationError" in str(caught.value)
    assert (tls_wire.requests, tls_wire.connections) == ([], 1)


def test_another_hosts_certificate_is_refused_before_anything_is_sent(
    make_client: MakeClient, other_certificate: Certificate
) -> None:
    with Wire(other_certificate.context()) as wire:
        with pytest.raises(Unavailable) as caught:
            CALLS["send"](make_client(wire.url, ca_file=other_certificate.chain))
        assert caught.value.certainly_not_sent
        assert wire.requests == []


def test_the_configured_authority_replaces_the_well_known_ones(
    make_client: MakeClient, tls_wire: Wire, other_certificate: Certificate
) -> None:
    with pytest.raises(SecureMailError):
        make_client(tls_wire.url, ca_file=other_certificate.chain).count("a@b.example")
    assert tls_wire.requests == []


def test_a_server_without_tls_is_refused_before_anything_is_sent(make_client: MakeClient, wire: Wire) -> None:
    with pytest.raises(Unavailable) as caught:
        CALLS["send"](make_client(wire.url.replace("http:", "https:"), timeouts=FAST))
    assert caught.value.certainly_not_sent


def test_a_handshake_timeout_is_certainly_not_sent(make_client: MakeClient) -> None:
    """The connection waits in the listener's backlog, so the TLS handshake gets no response."""
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(Unavailable) as caught:
        port = listener.getsockname()[1]
        CALLS["send"](make_client(f"https://127.0.0.1:{port}/nexus/v3", timeouts=FAST))
    assert caught.value.certainly_not_sent


def test_the_ca_file_is_read_once(
    make_client: MakeClient, tls_wire: Wire, local_certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_client(tls_wire.url, ca_file=local_certificate.chain)
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", None)
    tls_wire.script(reply(envelope(data={"count": 1}), headers=["Connection: close"], keep=False))
    assert [client.count("a@b.example") for _ in range(3)] == [1, 1, 1]
    assert tls_wire.connections == 3


def test_a_missing_ca_file_stops_the_start(make_client: MakeClient) -> None:
    with pytest.raises(ValueError, match=r"ca_file must be a file that can be read; '/nowhere\.pem'"):
        make_client(ca_file="/nowhere.pem")
