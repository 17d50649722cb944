"""What a connection is made of: how it shows on the wire, and what is refused before any call."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from inbox.securemail import Connection, Misconfigured, SecureMailError
from portal import request_context
from tests.securemail.conftest import KEY, MakeClient
from tests.securemail.operations import CALLS, every_operation
from tests.support.certificates import Certificate, self_signed
from tests.support.wire import Wire, envelope, reply

URL = "https://api.example.com/nexus/v3"
COUNT = reply(envelope(data={"count": 1}))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return self_signed(tmp_path_factory.mktemp("server"), "127.0.0.1")


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return self_signed(tmp_path_factory.mktemp("ours"), "portal")


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return self_signed(tmp_path_factory.mktemp("another"), "portal")


@pytest.fixture
def strict_api(server: Certificate, ours: Certificate) -> Iterator[Wire]:
    """Lets nobody in without our certificate."""
    with Wire(server.context(clients=ours.chain)) as api:
        api.script(COUNT)
        yield api


@every_operation
def test_headers_and_the_keys_own_header_go_with_each_call(
    make_client: MakeClient, wire: Wire, operation: str
) -> None:
    wire.script(reply(envelope("FAILURE"), 400))
    client = make_client(key_header="X-Gateway-Key", headers={"X-Tenant": "life insurance"})
    with pytest.raises(SecureMailError):
        CALLS[operation](client)
    sent = wire.request.headers
    assert (sent["X-Gateway-Key"], sent["X-Tenant"]) == (KEY, "life insurance")
    assert "x-api-key" not in sent and sent["Accept"] == "application/json"


@every_operation
def test_each_call_carries_the_id_of_its_request_under_the_operators_name(
    make_client: MakeClient, wire: Wire, operation: str
) -> None:
    wire.script(reply(envelope("FAILURE"), 400))
    begun = request_context.begin()
    with pytest.raises(SecureMailError):
        CALLS[operation](make_client(request_id_header="X-Correlation-Id"))
    assert wire.request.headers["X-Correlation-Id"] == begun.id and "X-Request-Id" not in wire.request.headers
    assert begun.calls == 1


def test_the_api_need_not_be_told_the_id(make_client: MakeClient, wire: Wire) -> None:
    wire.script(COUNT)
    begun = request_context.begin()
    make_client(request_id_header="").count("a@b.example")
    assert begun.id not in wire.request.headers.values()


@pytest.mark.parametrize("path", ["", "/", "/gateway/mail", "/nexus/v3/"])
def test_the_base_path_is_the_operators(make_client: MakeClient, wire: Wire, path: str) -> None:
    wire.script(COUNT)
    make_client(f"http://127.0.0.1:{wire.port}{path}").count("a@b.example")
    assert wire.request.path == f"{path.rstrip('/')}/securemail/count"


def test_our_certificate_lets_us_in(
    make_client: MakeClient, strict_api: Wire, server: Certificate, ours: Certificate, tmp_path: Path
) -> None:
    both = tmp_path / "both.pem"
    both.write_text(Path(ours.chain).read_text() + Path(ours.key).read_text())
    for files in (
        {"client_certificate": ours.chain, "client_key": ours.key},
        {"client_certificate": str(both)},
    ):
        client = make_client(strict_api.url, ca_file=server.chain, **files)
        assert client.count("a@b.example") == 1


def test_a_key_with_a_password_is_opened(
    make_client: MakeClient, server: Certificate, tmp_path: Path
) -> None:
    locked = self_signed(tmp_path, "portal", password="open sesame")
    with Wire(server.context(clients=locked.chain)) as api:
        api.script(COUNT)
        files = {"client_certificate": locked.chain, "client_key": locked.key}
        client = make_client(api.url, ca_file=server.chain, client_key_password="open sesame", **files)
        assert client.count("a@b.example") == 1


@pytest.mark.parametrize("operation", ["list", "send", "remove"])
@pytest.mark.parametrize("shows_another", [False, True])
def test_a_server_that_refuses_our_certificate_has_not_acted(
    make_client: MakeClient,
    strict_api: Wire,
    server: Certificate,
    another: Certificate,
    operation: str,
    shows_another: bool,
) -> None:
    """In TLS 1.3 its refusal comes after the request has left."""
    files = {"client_certificate": another.chain, "client_key": another.key} if shows_another else {}
    with pytest.raises(Misconfigured, match=r"SSLError, .*ALERT") as caught:
        CALLS[operation](make_client(strict_api.url, ca_file=server.chain, **files))
    assert caught.value.certainly_not_sent
    assert strict_api.requests == []


def test_a_client_certificate_that_cannot_be_used_stops_the_start(
    make_client: MakeClient, ours: Certificate, another: Certificate, tmp_path: Path
) -> None:
    locked = self_signed(tmp_path, "portal", password="canary")
    (tmp_path / "empty.pem").write_text("")
    for certificate, key, password, error in (
        (ours.chain, another.key, "", "client_key must be the key"),
        (ours.chain, "", "", "client_certificate and client_key must be PEM"),
        (locked.chain, locked.key, "", "client_certificate and client_key must be PEM"),
        (locked.chain, locked.key, "the canary of another", "client_certificate and client_key must be PEM"),
        (str(tmp_path / "empty.pem"), ours.key, "", "client_certificate and client_key must be PEM"),
    ):
        with pytest.raises(ValueError, match=error) as caught:
            make_client(URL, client_certificate=certificate, client_key=key, client_key_password=password)
        assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "files",
    [
        {"ca_file": "/nowhere.pem"},
        {"client_certificate": "/nowhere.pem"},
        {"client_certificate": __file__, "client_key": "/nowhere.pem"},
    ],
)
def test_a_missing_file_is_named(make_client: MakeClient, files: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"must be a file that can be read; '/nowhere\.pem'"):
        make_client(URL, **files)


def test_a_file_without_certificates_is_refused(make_client: MakeClient) -> None:
    with pytest.raises(ValueError, match="ca_file must hold certificates"):
        make_client(URL, ca_file=__file__)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"keys": ()}, "keys must not be empty"),
        ({"keys": ("good", "")}, "keys must be"),
        ({"keys": ("good", "canary word")}, "keys must be"),
        ({"key_header": ""}, "key_header must be"),
        ({"key_header": "x canary"}, "key_header must be"),
        ({"key_header": "x-canary\r\nx"}, "key_header must be"),
        ({"key_header": "Host"}, "key_header must be"),
        ({"key_header": "accept"}, "key_header must be"),
        ({"headers": {"X-API-Key": "canary"}}, "headers must have names"),
        ({"headers": {"content-type": "canary"}}, "headers must have names"),
        ({"headers": {"Transfer-Encoding": "canary"}}, "headers must have names"),
        ({"headers": {"Proxy-Authorization": "canary"}}, "headers must have names"),
        ({"headers": {"X-A": "canary", "x-a": "canary"}}, "headers must have names"),
        ({"headers": {"X-canary: y": "1"}}, "headers must have names"),
        ({"headers": {"": "canary"}}, "headers must have names"),
        ({"headers": {"X-A": "canary\r\nX-B: 1"}}, "headers must have values"),
        ({"headers": {"X-A": "canary\n"}}, "headers must have values"),
        ({"headers": {"X-A": ""}}, "headers must have values"),
        ({"headers": {"X-A": "canäry"}}, "headers must have values"),
        ({"request_id_header": "x canary"}, "request_id_header must be"),
        ({"request_id_header": "X-API-Key"}, "request_id_header must be"),
        ({"request_id_header": "Host"}, "request_id_header must be"),
        ({"request_id_header": "X-A", "headers": {"x-a": "canary"}}, "request_id_header must be"),
        ({"client_key": "/canary.pem"}, "client_key must come with"),
        ({"client_key_password": "canary"}, "client_key must come with"),
    ],
)
def test_what_no_call_could_carry_is_refused_and_not_shown(wrong: dict[str, Any], error: str) -> None:
    with pytest.raises(ValueError, match=error) as caught:
        Connection(**{"url": URL, "keys": (KEY,), **wrong})
    assert "canary" not in str(caught.value)


def test_the_repr_of_a_connection_holds_no_secret() -> None:
    connection = Connection(
        URL,
        ("canary",),
        headers={"Authorization": "Bearer canary"},
        client_certificate="/portal.pem",
        client_key_password="canary",
        proxy="http://user:canary@proxy.example.com:3128",
    )
    assert "canary" not in repr(connection)
