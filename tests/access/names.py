"""What people may write where a URL names something of Alice's: the names of what is hers, and forged ones.

Most kinds of names are functions of the scene: who exists, and what is whose.
"""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import product
from unittest.mock import patch
from urllib.parse import quote

import time_machine
from django.test import override_settings

from inbox.models import OutgoingMessage
from inbox.outgoing import compose_token
from inbox.references import sign
from inbox.securemail import Direction
from portal.accounts.models import Consumer
from tests.access.matrix import Row
from tests.support.url_patterns import path_of

IN, OUT = Direction.INBOUND, Direction.OUTBOUND
CLAIMS, BILLING = "Claims01", ""  # The API's names of the two secureboxes.


@dataclass(frozen=True)
class Scene:
    """Alice, what is hers, and the person who asks for it, with a message of their own in the same securebox."""

    alice: Consumer
    received: str  # The ids of messages of hers.
    sent: str
    outgoing: Mapping[str, uuid.UUID]  # By state.
    device: int
    passkey: int
    asking: str  # The address of the person who asks.
    own: str  # The id of their own message.

    def sign(self, **changes: object) -> str:
        """A reference that this person may have for their own message."""
        parts = {
            "address": self.asking,
            "securebox": CLAIMS,
            "message_id": self.own,
            "direction": OUT,
            **changes,
        }
        return sign(**parts)


def _with_another_key(scene: Scene) -> str:
    with override_settings(SECRET_KEY="another-key-" * 5, SECRET_KEY_FALLBACKS=[]):
        return scene.sign()


Name = str | Callable[[Scene], str]

ONES_OWN = "one's own"  # The only valid one: the matrix does not ask with it.
REFERENCES: dict[str, Name] = {
    "Alice's": lambda it: sign(it.alice.email, CLAIMS, it.received, OUT),
    "Alice's, of what she sent": lambda it: sign(it.alice.email, CLAIMS, it.sent, IN),
    "Alice's, for another securebox": lambda it: sign(it.alice.email, BILLING, it.received, OUT),
    "her id alone": lambda it: it.received,
    "her id in one's own": lambda it: it.sign().replace(it.own, it.received),
    "for another securebox": lambda it: it.sign(securebox=BILLING),
    "for a securebox in another case": lambda it: it.sign(securebox=CLAIMS.lower()),
    "of another direction": lambda it: "i" + it.sign()[1:],
    "of no direction": lambda it: "u" + it.sign()[1:],
    "of an earlier address": lambda it: it.sign(address="earlier@example.com"),
    "signed with another key": _with_another_key,
    "without its last letter": lambda it: it.sign()[:-1],
    "without its signature": lambda it: it.sign().rpartition(".")[0] + ".",
    "padded": lambda it: it.sign() + "=",
    "with one letter more": lambda it: it.sign() + "A",
    "in capitals": lambda it: it.sign().upper(),
    "its signature in the other case": lambda it: it.sign()[:-43] + it.sign()[-43:].swapcase(),
    "in full-width letters": lambda it: "\uff4f" + it.sign()[1:],
    "after a space": lambda it: " " + it.sign(),
    "before a line break": lambda it: it.sign() + "\n",
    "before a NUL": lambda it: it.sign() + "\x00",
    "with a query": lambda it: it.sign() + "?read=true",
    "with a path": lambda it: f"o.{it.received}../../{it.received}",
    "twice": lambda it: f"{it.sign()},{it.sign()}",
}
NONCES: dict[str, Name] = {
    **{
        f"Alice's, {state}": lambda it, state=state: str(it.outgoing[state])
        for state in OutgoingMessage.State.values
    },
    "Alice's, in capitals": lambda it: str(it.outgoing["draft"]).upper(),
    "Alice's, without dashes": lambda it: it.outgoing["draft"].hex,
    "nobody's": str(uuid.UUID(int=1)),
}
CHOICES = ["cancel", "edit", "now", "check", "again", "discard", "none"]


def _token(scene: Scene, **changes: object) -> str:
    token = compose_token.issue(scene.alice, "claims", nonce=scene.outgoing["draft"])
    return compose_token.sign(replace(token, **changes))


def _token_of_the_day_before_yesterday(scene: Scene) -> str:
    with time_machine.travel(datetime.now().astimezone() - timedelta(days=2)):
        return _token(scene)


def _token_with_another_salt(scene: Scene) -> str:
    with patch.object(compose_token, "_SALT", "another"):
        return _token(scene)


# Not Alice's token itself. Text that is posted with it is kept for her, and for her alone: a person may sign in while
# another's page is open. See tests/inbox/views/test_compose_signed_out.py.
COMPOSE_TOKENS: dict[str, Name] = {
    "two days old": _token_of_the_day_before_yesterday,
    "of an earlier password": lambda it: _token(it, password_fingerprint="x" * 16),
    "of a securebox that is gone": lambda it: _token(it, slug="gone"),
    "with another salt": _token_with_another_salt,
    "without its last letter": lambda it: _token(it)[:-1],
    "altered": lambda it: "X" + _token(it)[1:],
    "empty": "",
    "her nonce alone": lambda it: str(it.outgoing["draft"]),
}
SLUGS: dict[str, Name] = {
    "": "claims",
    "in another case": "Claims",
    "by the API's name": CLAIMS,
    "unknown": "claims2",
}
DEVICES: dict[str, Name] = {
    "Alice's": lambda it: str(it.device),
    "nobody's": "1000000",
    "zero": "0",
    "larger than a column": str(2**64),
    "larger than a number": "9" * 5000,
}
PASSKEYS: dict[str, Name] = {**DEVICES, "Alice's": lambda it: str(it.passkey)}
SECRETS: dict[str, Name] = {"made up": "x" * 43, "not in ASCII": "\u00e4" * 43}
KINDS: dict[str, dict[str, Name]] = {
    "reference": {**REFERENCES, ONES_OWN: lambda it: it.sign()},
    "nonce": NONCES,
    "compose_token": COMPOSE_TOKENS,
    "slug": SLUGS,
    "choice": {choice: choice for choice in CHOICES},
    "device": DEVICES,
    "pk": PASSKEYS,
    "token": SECRETS,
    "code": SECRETS,
    "form": {"csv": "csv", "unknown": "doc"},
    "site": {"listed": "http:localhost:8002", "unlisted": "https:other.example"},
    "kind": {"email": "email", "unknown": "csv"},
    # In the admin. What a regular expression matches is up to `path_of`.
    "object_id": {"Alice's": lambda it: str(it.alice.pk)},
    "content_type_id": {"": "1"},
}

_PART = re.compile(r"<\w+:(\w+)>")


def kinds(row: Row) -> list[dict[str, str]]:
    """Which kinds of names to put into the row's URL: for each, the kind of each of its parts."""
    parts = re.findall(_PART, row.url)
    # The securebox is the right one wherever something else is to be found out.
    options = [
        [""] if part == "slug" and len(parts) > 1 else [kind for kind in KINDS[part] if kind != ONES_OWN]
        for part in parts
    ]
    return [dict(zip(parts, combination, strict=True)) for combination in product(*options)]


@dataclass(frozen=True)
class Target:
    path: str
    query: str = ""
    form: Mapping[str, str] = field(default_factory=dict)


def target(row: Row, kind: Mapping[str, str], scene: Scene) -> Target:
    """Where to send a request for this row, with names of these kinds in it."""

    def fill(text: str, encode: Callable[[str], str]) -> str:
        return re.sub(_PART, lambda match: encode(_write(KINDS[match[1]][kind[match[1]]], scene)), text)

    path = path_of(fill(row.route, lambda value: quote(value, safe="")))
    if row.beside.startswith("["):
        name, _, value = row.beside.strip("[]").partition("=")
        return Target(path, form={name: fill(value, str)})
    return Target(path, query=fill(row.beside.lstrip("?"), lambda value: quote(value, safe="")))


def _write(name: Name, scene: Scene) -> str:
    return name if isinstance(name, str) else name(scene)
