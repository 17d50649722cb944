"""The signed token of a compose form. Its format is kept: open pages still submit tokens of earlier releases."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.utils import timezone

from inbox.outgoing import compose_token
from inbox.outgoing.compose_token import BadToken

NONCE = uuid.UUID("6fa459ea-ee8a-4ca4-894e-db77e160355e")
REPLY = "o.abc.signature"


def test_reading_gives_back_the_issued_token(alice):
    token = compose_token.issue(alice, "claims", REPLY, NONCE)
    assert compose_token.read(compose_token.sign(token)) == token
    assert (token.consumer_id, token.slug, token.reply, token.nonce) == (alice.pk, "claims", REPLY, NONCE)


def test_each_new_message_has_another_nonce(alice):
    assert compose_token.issue(alice, "claims").nonce != compose_token.issue(alice, "claims").nonce


def test_a_token_of_an_earlier_release_is_accepted(alice):
    """The literal fields and salt: changing them would make every open page lose its text."""
    fields = [alice.pk, "claims", REPLY, NONCE.hex, alice.get_session_auth_hash()[:16]]
    token = compose_token.read(signing.dumps(fields, salt="inbox.compose"))
    assert token == compose_token.issue(alice, "claims", REPLY, NONCE)
    assert token.matches_password(alice)


@pytest.mark.parametrize(
    ("signed_in", "lifetime"), [(True, timedelta(days=90)), (False, timedelta(hours=12))]
)
def test_a_token_expires(alice, settings, signed_in, lifetime):
    settings.PORTAL_DRAFT_DAYS = 90
    with time_machine.travel(timezone.now(), tick=False) as clock:
        signed = compose_token.sign(compose_token.issue(alice, "claims"))
        clock.shift(lifetime - timedelta(seconds=1))
        assert compose_token.read(signed, signed_in=signed_in)
        clock.shift(timedelta(seconds=2))
        with pytest.raises(BadToken):
            compose_token.read(signed, signed_in=signed_in)
        assert compose_token.owner_id(signed) == alice.pk


def test_a_forged_token_is_refused(alice):
    forged = signing.dumps([alice.pk, "claims", "", NONCE.hex, ""], salt="inbox.elsewhere")
    assert compose_token.owner_id(forged) is None
    with pytest.raises(BadToken):
        compose_token.read(forged)


def test_a_token_does_not_match_after_a_change_of_password(alice):
    token = compose_token.issue(alice, "claims")
    assert token.matches_password(alice)
    alice.set_password("a-kettle-on-the-hob")
    assert not token.matches_password(alice)


def test_a_token_matches_after_a_change_of_the_secret_key(alice, settings):
    token = compose_token.issue(alice, "claims")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-key", [settings.SECRET_KEY]
    assert token.matches_password(alice)
    settings.SECRET_KEY_FALLBACKS = []
    assert not token.matches_password(alice)
