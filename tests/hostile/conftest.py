import logging
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass, field

import pytest
from django.core.cache import cache

from inbox.models import OutgoingMessage
from inbox.outgoing import compose_token
from inbox.outgoing.content import Content, encrypt
from inbox.references import sign
from inbox.resilience import channel
from inbox.securemail import Direction
from portal.embed.models import Website
from tests.conftest import sign_in
from tests.hostile.upstream import ALICE, RECEIVED, SENT, answer_well, operation_of
from tests.support.database import undone
from tests.support.wire import Wire
from tests.support.wsgi import Answer, ask, one_connection

CSRF_SECRET = "s" * 32


class _Exceptions(logging.Handler):
    """Keeps what is logged with an exception, except what Django logs of a request that it refuses."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        refused = record.name.startswith("django.security") or getattr(record, "status_code", 500) < 500
        if record.exc_info and not refused:
            self.records.append(record)


@dataclass
class Portal:
    """The portal, with an upstream that a test prepares. `genuine` are valid names and tokens, by a short word."""

    wire: Wire
    cookies: Mapping[str, str]
    genuine: Mapping[str, str]
    started: list[Future]
    exceptions: _Exceptions = field(default_factory=_Exceptions)

    def ask(
        self, method: str, path: str, query: str = "", body: bytes = b"", *, who: str = "Alice", **more: str
    ) -> Answer:
        """One request, after which everything is as before. `more` are headers, with underscores in their names.

        Fails if an exception was logged, or if what went upstream is none of the API's operations.
        """
        cache.clear()
        channel.reset()
        self.wire.requests.clear()
        self.exceptions.records.clear()
        cookie = f"csrftoken={CSRF_SECRET}" + (
            f"; sessionid={self.cookies[who]}" if who in self.cookies else ""
        )
        headers = {"Cookie": cookie, "X-CSRFToken": CSRF_SECRET}
        with undone():
            answer = ask(
                method,
                path,
                query,
                body,
                headers | {name.replace("_", "-"): value for name, value in more.items()},
            )
        wait(self.started)
        self.started.clear()
        for request in self.wire.requests:
            operation_of(request)
        assert [record.getMessage() for record in self.exceptions.records] == []
        return answer


@pytest.fixture
def portal(alice, claims, billing, settings, started_calls) -> Iterator[Portal]:
    """Alice's mail at a raw server, a draft of hers, a frame, and her signed-in browser."""
    Website.objects.create(name="Near", origin="http://localhost:8002")
    token = compose_token.issue(alice, "claims")
    sealed = encrypt(Content("Draft", "Words", address=ALICE), alice.pk, token.nonce)
    OutgoingMessage.objects.create(
        nonce=token.nonce, consumer=alice, securebox=claims, encrypted_content=sealed
    )
    genuine = {
        "received": sign(ALICE, "Claims01", RECEIVED, Direction.OUTBOUND),
        "sent": sign(ALICE, "Claims01", SENT, Direction.INBOUND),
        "nonce": str(token.nonce),
        "form": compose_token.sign(token),
    }
    with Wire() as wire, one_connection():
        settings.SECUREMAIL_API_URL = wire.url
        wire.script(answer_well)
        portal = Portal(wire, {"Alice": sign_in(alice).session.session_key}, genuine, started_calls)
        root = logging.getLogger()
        root.addHandler(portal.exceptions)
        yield portal
        root.removeHandler(portal.exceptions)
