"""The client is built from the settings, once for each process."""

import os
from contextlib import closing

import pytest

from inbox.gateway import build_client, get_client
from inbox.securemail import Unavailable
from tests.support.wire import Wire, drip, envelope, reply


@pytest.fixture
def wire(settings) -> Wire:
    with Wire() as wire:
        wire.script(reply(envelope(data={"count": 1})))
        settings.SECUREMAIL_API_URL = wire.url
        yield wire
        get_client().close()


def test_a_process_has_one_client(wire: Wire) -> None:
    assert get_client() is get_client()
    get_client().count("alice@example.com")
    get_client().count("alice@example.com")
    assert wire.connections == 1


def test_a_forked_process_gets_its_own(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    before = get_client()
    with monkeypatch.context() as patch:
        patch.setattr(os, "getpid", lambda: 4711)
        assert get_client() is not before


def test_changed_settings_take_effect(wire: Wire, settings) -> None:
    get_client().count("alice@example.com")
    settings.SECUREMAIL_API_KEY = "another-key"
    get_client().count("alice@example.com")
    assert [request.headers["x-api-key"] for request in wire.requests] == ["key-for-tests", "another-key"]


def test_settings_reach_the_client(wire: Wire, settings) -> None:
    settings.SECUREMAIL_MESSAGE_FIELDS = {"subject": ["topic"]}
    settings.SECUREMAIL_COMPOSE_FIELDS = {"text": "body"}
    assert get_client().dialect.message_fields["subject"] == ("topic",)
    assert get_client().dialect.compose_fields["text"] == "body"


def test_the_deadline_comes_from_the_settings(wire: Wire, settings) -> None:
    wire.script(drip(b"HTTP/1.1 200 OK\r\n\r\n", b" "))
    settings.SECUREMAIL_DEADLINE = 0.1
    with pytest.raises(Unavailable):
        get_client().count("alice@example.com")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("SECUREMAIL_API_URL", "http://api.example.com/nexus/v3"),
        ("SECUREMAIL_API_KEY", ""),
        ("SECUREMAIL_MESSAGE_FIELDS", {"subject": "topic"}),
        ("SECUREMAIL_COMPOSE_FIELDS", {"body": "text"}),
        ("SECUREMAIL_DIALECT", {"zone": "Mars"}),
        ("SECUREMAIL_READ_TIMEOUT", 0),
        ("SECUREMAIL_DEADLINE", float("inf")),
        ("SECUREMAIL_MAX_BYTES", 0),
    ],
)
def test_a_wrong_setting_is_an_error(settings, setting: str, value: object) -> None:
    setattr(settings, setting, value)
    with pytest.raises(ValueError, match=r"must|needs|no field|no time zone"):
        get_client()


def test_a_separate_client_calls_its_observer(wire: Wire) -> None:
    seen = []
    with closing(build_client(seen.append)) as client:
        client.count("alice@example.com")
    assert client is not get_client()
    assert [observation.operation for observation in seen] == ["count"]
