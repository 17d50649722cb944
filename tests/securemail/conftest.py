from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import fields
from typing import Any

import pytest

from inbox.securemail import Connection, Message, SecureMailClient, Timeouts
from inbox.securemail.dialect import read
from tests.support.deadlines import hold_deadlines
from tests.support.wire import Wire, envelope, reply

KEY = "the-key-of-everything"
FAST = Timeouts(connect=0.5, read=0.2, deadline=0.3, send_deadline=0.3)
"""For what never comes. An answer of a server on a busy machine may take longer."""
PATIENT = Timeouts(connect=10, read=20, deadline=30, send_deadline=30)
"""For all other tests, which must not fail on a busy machine."""

MakeClient = Callable[..., SecureMailClient]


@pytest.fixture
def wire() -> Iterator[Wire]:
    with Wire() as wire:
        yield wire


@pytest.fixture
def make_client(wire: Wire) -> Iterator[MakeClient]:
    """Make clients of the wire server, or of another URL. They are closed after the test.

    Options are the attributes of a connection, and the arguments of a client.
    """
    with ExitStack() as stack:

        def make(url: str = wire.url, **options: Any) -> SecureMailClient:
            names = options.keys() & {field.name for field in fields(Connection)}
            connection = Connection(url, **{"keys": (KEY,), **{name: options.pop(name) for name in names}})
            client = SecureMailClient(connection, **{"timeouts": PATIENT, **options})
            stack.callback(client.close)
            return client

        yield make


@pytest.fixture
def client(make_client: MakeClient) -> SecureMailClient:
    return make_client()


@pytest.fixture
def impatient_client(make_client: MakeClient, monkeypatch: pytest.MonkeyPatch) -> SecureMailClient:
    """It waits a short time for an answer, and as long as it takes until its request is sent."""
    hold_deadlines(monkeypatch)
    return make_client(timeouts=FAST)


@pytest.fixture
def one(make_client: MakeClient, wire: Wire):
    """The message that a client reads from these fields."""

    def message(dialect: dict[str, Any] | None = None, **raw: Any) -> Message:
        wire.script(reply(envelope(data=[{"id": "m1", **raw}])))
        (found,) = make_client(dialect=read(dialect or {})).list_messages("alice@example.com").messages
        return found

    return message
