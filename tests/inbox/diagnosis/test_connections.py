"""Which connection is asked, by which way and with which key; and whose trouble it is where there is no way."""

import ssl
from collections.abc import Iterator

import pytest

from inbox.diagnosis import Box, State, diagnose, find_box
from inbox.models import Securebox
from tests.inbox.diagnosis.api import ALICE, Api
from tests.support.certificates import self_signed
from tests.support.wire import Wire, envelope, raw, reply


@pytest.fixture
def other() -> Iterator[Api]:
    """The API of another connection."""
    with Wire() as wire:
        api = Api(wire)
        wire.script(api)
        yield api


@pytest.fixture
def life(settings, other: Api) -> str:
    settings.SECUREMAIL_CONNECTIONS = {"life": {"url": other.wire.url, "keys": ["life-key"]}}
    return "life"


def test_a_box_with_a_connection_of_its_own_is_asked_there(db, api, other, life):
    Securebox.objects.create(slug="claims", name="claims", title="Claims", connection=life)
    report = diagnose(ALICE, find_box("claims"))
    assert (report.failures, api.wire.requests) == (0, [])
    assert {request.headers["x-api-key"] for request in other.wire.requests} == {"life-key"}
    assert report.steps.note == f"Asked at {other.wire.url}, the connection life."


def test_of_two_boxes_with_one_name_the_connection_chooses(db, life):
    Securebox.objects.create(slug="one", name="claims", title="One", aliases="First")
    Securebox.objects.create(slug="two", name="claims", title="Two", aliases="Second", connection=life)
    assert find_box("claims") == Box("claims", ("First",))
    assert find_box("claims@life") == Box("claims", ("Second",), "life")
    assert find_box("new@life") == Box("new", (), "life")


def test_a_connection_that_is_not_described_is_named(api):
    with pytest.raises(ValueError, match="has no connection nowhere"):
        diagnose(ALICE, Box("claims", connection="nowhere"))
    assert api.wire.requests == []


def test_advice_names_the_setting_of_the_connection(api, other, life):
    other.acts["count"] = reply(envelope("INVALID_ENDPOINT"), 404)
    (finding,) = [
        each for each in diagnose(ALICE, Box("claims", connection=life)).findings if each.topic == "API"
    ]
    assert finding.fix.startswith("Check the base path, /nexus/v3, in url of life in SECUREMAIL_CONNECTIONS:")


@pytest.fixture
def keys(settings) -> list[str]:
    settings.SECUREMAIL_API_KEY = ""
    settings.SECUREMAIL_API_KEYS = ["new-key", "old-key"]
    return settings.SECUREMAIL_API_KEYS


def test_the_key_that_is_accepted_is_named_by_its_number(api, found, keys):
    assert "accepts the first of 2 keys" in found("Key", State.OK)
    answer = api._answer

    def only_old(request):
        return answer(request) if request.headers["x-api-key"] == "old-key" else reply(b"", 401)

    api._answer = only_old
    text = found("Key", State.WARNING)
    assert "refuses the first 1 of 2 keys, and accepts number 2" in text
    assert "old-key" not in text


def test_where_all_keys_are_refused_the_setting_is_named(api, found, keys):
    api.acts["count"] = reply(b"", 401)
    assert "Check SECUREMAIL_API_KEYS," in found("API")


@pytest.fixture
def proxy(settings, api: Api) -> Iterator[Wire]:
    with Wire() as wire:
        settings.SECUREMAIL_API_URL = "https://api.canary.example/nexus/v3"
        settings.SECUREMAIL_PROXY = f"http://canary-user:canary-word@127.0.0.1:{wire.port}"
        yield wire


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            b"HTTP/1.1 407 No\r\n\r\n",
            "asks for a user name and a password, or refuses them. See SECUREMAIL_PROXY.",
        ),
        (b"HTTP/1.1 403 No\r\n\r\n", "gives no connection to api.canary.example:443 (HTTP 403)."),
        (b"<html>", "gives no connection to api.canary.example:443 ("),
    ],
)
def test_a_proxy_that_gives_no_connection_is_named_without_its_password(api, proxy, found, answer, words):
    proxy.script(raw(answer))
    text = found("API")
    assert f"the proxy http://127.0.0.1:{proxy.port} {words}" in text and "canary-" not in text


def test_a_proxy_that_is_not_there_is_named(api, proxy, found, settings):
    settings.SECUREMAIL_PROXY = "http://127.0.0.1:1"
    assert "the proxy http://127.0.0.1:1 gives no connection to api.canary.example:443 (" in found("API")


def test_the_way_is_said(api, proxy, report):
    proxy.script(raw(b"HTTP/1.1 403 No\r\n\r\n"))
    way = f"Asked at https://api.canary.example/nexus/v3, through the proxy http://127.0.0.1:{proxy.port}."
    assert report().steps.note == way


def test_a_server_that_wants_a_certificate_is_named(api, found, settings, tmp_path):
    certificate = self_signed(tmp_path, "127.0.0.1")
    context = certificate.context()
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(certificate.chain)
    with Wire(context) as wire:
        settings.SECUREMAIL_API_URL, settings.SECUREMAIL_CA_FILE = wire.url, certificate.chain
        text = found("API")
    assert f"127.0.0.1:{wire.port} refuses the portal's certificate, or wants one" in text
    assert "Check SECUREMAIL_CLIENT_CERTIFICATE." in text
