"""Who looks at the pages of `states`, and what is theirs in the portal's database. Their mail is in `mail`."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from inbox.extra_fields import ExtraField
from inbox.models import OutgoingMessage, Securebox
from inbox.outgoing.content import Content, Extra, encrypt
from portal.accounts.allauth_compat import RecoveryCodes
from portal.accounts.models import Consumer
from portal.embed.models import Website
from tests.accounts.signing_in import PASSWORD, add_totp
from tests.conftest import make_consumer
from tests.judges.mail import LONG

# Browsers count it and the portal as one site, so that its frames share the portal's sessions.
NEIGHBOUR = "https://localhost:8443"
IN_NEIGHBOUR = "/embed/in/https:localhost:8443"
# Each state that has sentences of its own, with its reason.
OUTGOING = (
    ("draft", ""),
    ("queued", ""),
    ("queued", "stopped"),
    ("sending", ""),
    ("sent", ""),
    ("failed", "too_long"),
    ("failed", ""),
    ("unconfirmed", ""),
    ("unconfirmed", "refused"),
    ("discarded", ""),
)


@dataclass(frozen=True)
class Scene:
    anna: Consumer  # With mail in several departments.
    fay: Consumer  # Two of her departments cannot be reached.
    ben: Consumer  # Has just signed in for the first time.
    cara: Consumer  # May use no department.
    uma: Consumer  # Has not proved her address.
    otto: Consumer  # With outgoing messages.
    tom: Consumer  # With second steps.
    secret: str  # Of his authenticator app.


def make_scene() -> Scene:
    claims, billing, archive = _claims(), _billing(), _box("archive", "Archive1", accepts_messages=False)
    failing = _box("storage", "Storage1"), _box("busy", "Busy0001")
    Website.objects.create(name="The neighbour", origin=NEIGHBOUR)
    tom = make_consumer("Tom", claims)
    secret = add_totp(tom)
    scene = Scene(
        anna=make_consumer("Anna", claims, billing, archive),
        fay=make_consumer("Fay", claims, *failing),
        ben=make_consumer("Ben", claims, billing),
        cara=make_consumer("Cara"),
        uma=make_consumer("Uma", claims),
        otto=make_consumer("Otto", claims),
        tom=tom,
        secret=secret,
    )
    scene.uma.emailaddress_set.update(verified=False)
    for person in (scene.anna, scene.tom):
        person.set_password(PASSWORD)
        person.save()
    RecoveryCodes.activate(tom)
    return scene


def _claims() -> Securebox:
    claims = Securebox.objects.get(slug="claims")
    claims.open_to_all = False
    claims.reply_working_days = 2
    claims.allows_purge = claims.allows_withdraw = True
    claims.save()
    claims.consumers.add(*Consumer.objects.all())
    return claims


def _billing() -> Securebox:
    billing = _box(
        "billing",
        "Billing1",
        description="Premiums, invoices and refunds.",
        reply_hours=36,
        disclaimer="If water is running, call us:\nthe number is on your card.",
        preset_subjects="A question about an invoice\nSomething else",
    )
    ExtraField.objects.create(
        securebox=billing,
        key="PolicyNumber",
        label="Policy number",
        help_text="On every letter from us.",
        pattern="[A-Z]{2}[0-9]{6}",
        pattern_hint="It has two letters and six digits.",
        required=True,
    )
    ExtraField.objects.create(securebox=billing, key="Car", label=LONG[:80])
    return billing


def _box(slug: str, name: str, **fields: object) -> Securebox:
    return Securebox.objects.create(
        slug=slug, name=name, title=slug.capitalize(), open_to_all=False, **fields
    )


def outgoing(consumer: Consumer) -> Iterator[tuple[str, str]]:
    """The name and the address of a message in each state; none is due."""
    for state, reason in OUTGOING:
        nonce = uuid.uuid4()
        extra = (Extra("PolicyNumber", "Policy number", "AB123456"),)
        content = Content(f"A message {LONG}", f"Words. {LONG}", address=consumer.email, extra=extra)
        tomorrow = timezone.now() + timedelta(days=1)
        OutgoingMessage.objects.create(
            nonce=nonce,
            consumer=consumer,
            securebox=Securebox.objects.get(slug="claims"),
            state=state,
            reason=reason,
            seen=state in ("draft", "discarded"),
            encrypted_content=encrypt(content, consumer.pk, nonce),
            due_at=tomorrow if state in ("queued", "unconfirmed") and reason != "refused" else None,
            claimed_at=timezone.now(),
            attempts=1,
        )
        yield f"{state} {reason}".strip(), f"/outgoing/{nonce}/"
