"""The people of the access matrix, and what is whose."""

import uuid
from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from inbox.models import OutgoingMessage, Securebox
from inbox.outgoing.content import Content, encrypt
from portal.accounts.models import Consumer
from portal.embed.models import Website
from tests.access.names import BILLING, CLAIMS, Scene
from tests.accounts.operators import make_operator
from tests.conftest import make_consumer, sign_in
from tests.support.sandbox import Sandbox

# Nobody but Alice may see any of these.
SUBJECT, TEXT = "For Alice alone", "Words for Alice"
PLAIN, FRAMED, RESTRICTED = "in a window", "in a frame", "in a frame without the securebox"
_ORIGINS = {FRAMED: "http://localhost:8002", RESTRICTED: "http://localhost:8003"}
PLACES = {
    PLAIN: "",
    **{place: f"/embed/in/{origin.replace('//', '', 1)}" for place, origin in _ORIGINS.items()},
}


def make_websites(billing: Securebox) -> None:
    """Two websites that are one site with the portal, so that their frames share its sessions."""
    Website.objects.create(name="Near", origin=_ORIGINS[FRAMED])
    narrow = Website.objects.create(name="Narrow", origin=_ORIGINS[RESTRICTED], shows_all=False)
    narrow.secureboxes.add(billing)


def _disabled() -> Client:
    """A browser whose session outlived its account."""
    person = make_consumer("Dora", *Securebox.objects.all())
    browser = sign_in(person)
    Consumer.objects.filter(pk=person.pk).update(is_active=False)
    return browser


def _unverified() -> Client:
    person = make_consumer("Uma", *Securebox.objects.all())
    person.emailaddress_set.update(verified=False)
    return sign_in(person)


VISITORS: dict[str, Callable[[], Client]] = {
    "stranger": Client,
    "disabled": _disabled,
    "unverified": _unverified,
    "outsider": lambda: sign_in(make_consumer("Charlie")),
    "neighbour": lambda: sign_in(make_consumer("Bob", *Securebox.objects.all())),
    "operator": lambda: sign_in(make_operator("Olga")),
}
# Whose column of the matrix holds for them.
COLUMNS = {visitor: visitor for visitor in VISITORS} | {"disabled": "stranger"}


def make_scene(alice: Consumer, asking: str, sandbox: Sandbox) -> Scene:
    """Alice's mail, drafts, device and passkey, and a message of the person who asks."""
    session = sign_in(alice).session.session_key
    mail = {"securebox": CLAIMS, "subject": SUBJECT, "text": TEXT}
    received, sent, own, _other = sandbox.add_many(
        [
            {"address": alice.email, "direction": "outbound", **mail},
            {"address": alice.email, "direction": "inbound", **mail},
            {"address": asking, "direction": "outbound", "securebox": CLAIMS},
            {"address": asking, "direction": "outbound", "securebox": BILLING},
        ]
    )
    return Scene(
        alice=alice,
        received=received,
        sent=sent,
        outgoing={state: _write(alice, state) for state in OutgoingMessage.State.values},
        device=UserSession.objects.get(session_key=session).pk,
        passkey=Authenticator.objects.create(user=alice, type=Authenticator.Type.WEBAUTHN, data={}).pk,
        asking=asking,
        own=own,
    )


def _write(alice: Consumer, state: str) -> uuid.UUID:
    """An outgoing message of Alice's that is due."""
    nonce = uuid.uuid4()
    OutgoingMessage.objects.create(
        nonce=nonce,
        consumer=alice,
        securebox=Securebox.objects.get(slug="claims"),
        state=state,
        encrypted_content=encrypt(Content(SUBJECT, TEXT, address=alice.email), alice.pk, nonce),
        due_at=timezone.now(),
        attempts=1,
    )
    return nonce
