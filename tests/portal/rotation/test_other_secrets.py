"""Replacing each other secret, in the steps of docs/going-live.md: everyone stays signed in, and no text is lost."""

import pytest
from cryptography.fernet import Fernet
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client

from portal.accounts.models import CompanyKey, Consumer
from portal.embed.models import Website
from tests.accounts.federation.handoff.company import make_company, token
from tests.accounts.federation.oidc.provider import complete_sign_in
from tests.accounts.signing_in import is_signed_in
from tests.embed.framing import ORIGIN
from tests.embed.hand_off_requests import frame_is_signed_in, hand_off
from tests.inbox.helpers import make_due, outgoing_page, reload, send
from tests.inbox.windows import Window, draft_texts


def test_new_encryption_keys_lose_no_word(alice_client, settings):
    """tests/inbox/commands/test_rotate_keys.py has the details."""
    Window(alice_client).save(text="Kept")
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_ENCRYPTION_KEYS]
    call_command("rotate_keys")
    settings.FIELD_ENCRYPTION_KEYS = settings.FIELD_ENCRYPTION_KEYS[:1]
    assert draft_texts() == ["Kept"] and is_signed_in(alice_client)


def test_while_the_api_refuses_the_key_texts_are_kept(alice_client, sandbox, settings):
    settings.SECUREMAIL_API_KEY = "not-yet-valid"
    message = send(alice_client, text="Kept")
    assert "Kept" in outgoing_page(alice_client, message) and is_signed_in(alice_client)
    settings.SECUREMAIL_API_KEY = sandbox.api_key
    make_due(message)
    call_command("deliver")
    assert reload(message).state == "sent"


def test_a_queued_message_is_delivered_with_the_new_key(alice_client, sandbox, settings):
    sandbox.fault("status", operation="send", status=429)
    message = send(alice_client)
    sandbox.heal()
    settings.SECUREMAIL_API_KEY = sandbox.api_key
    make_due(message)
    call_command("deliver")
    assert reload(message).state == "sent"


@pytest.fixture
def several_keys(sandbox, settings):
    """Set several keys in place of one, the newest first."""

    def replace(*keys: str) -> None:
        settings.SECUREMAIL_API_KEY, settings.SECUREMAIL_API_KEYS = "", list(keys)

    return replace


@pytest.mark.parametrize("is_newest_valid", [False, True])
def test_with_both_keys_set_nobody_notices_which_one_works(
    alice_client, sandbox, several_keys, is_newest_valid
):
    keys = (sandbox.api_key, "revoked") if is_newest_valid else ("not-yet-valid", sandbox.api_key)
    several_keys(*keys)
    sandbox.add("alice@example.com", "Your claim", securebox="Claims01")
    assert "Your claim" in alice_client.get("/inbox/claims/").content.decode()
    message = send(alice_client, text="In between")
    assert message.state == "sent"
    assert [mail["text"] for mail in sandbox.messages("alice@example.com")].count("In between") == 1


def test_a_message_that_both_keys_could_not_send_is_delivered_with_a_third(
    alice_client, sandbox, several_keys
):
    several_keys("not-yet-valid", "revoked")
    message = send(alice_client, text="Kept")
    assert "Kept" in outgoing_page(alice_client, message) and message.state == "queued"
    several_keys(sandbox.api_key, "revoked")
    make_due(message)
    call_command("deliver")
    assert reload(message).state == "sent"


def test_people_who_came_by_single_sign_on_stay_signed_in(db, provider, settings, sandbox):
    browser, secret = Client(), settings.PORTAL_OIDC_CLIENT_SECRET
    complete_sign_in(browser, provider)
    settings.PORTAL_OIDC_CLIENT_SECRET = "not-yet-valid"
    assert is_signed_in(browser)
    settings.PORTAL_OIDC_CLIENT_SECRET = secret
    other = Client()
    complete_sign_in(other, provider)
    assert is_signed_in(other) and Consumer.objects.count() == 1


def test_hand_off_keys_overlap_and_sessions_outlive_the_old_one(db):
    company = make_company("first", "second")
    Website.objects.create(name="The Company", origin=ORIGIN, company=company)
    before, after = Client(), Client()
    hand_off(before, token())
    CompanyKey.objects.filter(key_id="first").update(is_active=False)
    hand_off(after, token("second"))
    assert frame_is_signed_in(before) and frame_is_signed_in(after)


def test_losing_the_cache_signs_nobody_out(alice_client):
    """As when Redis gets another password and starts again."""
    cache.clear()
    assert is_signed_in(alice_client)


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no passwords.")
def test_a_second_database_role_takes_the_place_of_the_first(alice_client):
    Window(alice_client).save(text="Kept")
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_user)")
        (owner,) = cursor.fetchone()
        cursor.execute(f"CREATE ROLE portal2 LOGIN PASSWORD 'new' IN ROLE {owner}")
        cursor.execute("SET SESSION AUTHORIZATION portal2")
        cursor.execute(f"SET ROLE {owner}")  # As `assume_role` does.
        try:
            assert draft_texts() == ["Kept"] and is_signed_in(alice_client)
            Window(alice_client).save(text="Written since")
        finally:
            cursor.execute("RESET SESSION AUTHORIZATION")
    assert draft_texts() == ["Kept", "Written since"]
