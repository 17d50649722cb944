"""What a session holds is readable with SECRET_KEY alone, and one query loads it together with its user."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore as SignedSessionStore
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client

from portal.accounts.models import Consumer
from tests.accounts.signing_in import mailed_code

pytestmark = pytest.mark.django_db


def stored() -> str:
    """What someone reads who has the database, and even the key that signs."""
    rows = [row.session_data for row in Session.objects.all()]
    for row in rows:
        assert SignedSessionStore().decode(row) == {}
        with pytest.raises(signing.BadSignature):
            signing.loads(row, salt=SignedSessionStore().key_salt)
    return repr(rows)


def test_a_mailed_code_is_not_readable_in_the_database(client, anna):
    client.post("/accounts/login/code/", {"email": "anna@example.com"})
    assert mailed_code() not in stored() and "anna" not in stored() and Session.objects.exists()
    assert client.post("/accounts/login/code/confirm/", {"code": mailed_code()}).url == "/"


def test_sessions_outlive_a_new_secret_key_with_the_old_one_as_its_fallback(alice_client, settings):
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-for-tests-that-signs-nothing-anybody-trusts"
    settings.SECRET_KEY_FALLBACKS = [old]
    assert alice_client.get("/accounts/").status_code == 200


@pytest.mark.parametrize("content", ["", "x", "gAAAAAé", "signed:by:django"])
def test_a_row_that_cannot_be_read_is_a_session_that_has_ended(alice, content):
    browser = Client()
    browser.force_login(alice)
    Session.objects.update(session_data=content)
    assert browser.get("/accounts/").status_code == 302


def test_a_session_and_its_user_are_one_query(alice_client, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert alice_client.get("/accounts/session.json").status_code == 200


@pytest.mark.parametrize(
    "ended_by",
    [
        lambda: Session.objects.all().delete(),
        lambda: Session.objects.update(expire_date="2026-01-01T00:00Z"),
        lambda: Session.objects.update(session_data="x"),
        lambda: UserSession.objects.get().end(),
        lambda: Consumer.objects.update(is_active=False),
        lambda: Consumer.objects.update(password="another"),
        lambda: Consumer.objects.all().delete(),
    ],
    ids=["deleted", "expired", "unreadable", "revoked", "account off", "new password", "account deleted"],
)
def test_whatever_ends_a_session_ends_it_at_once(alice_client, ended_by):
    assert alice_client.get("/accounts/").status_code == 200
    ended_by()
    assert alice_client.get("/accounts/").status_code == 302


def test_a_session_opens_only_the_account_that_it_holds_itself(alice_client, bob, settings):
    """Whatever the row beside it says, which is not encrypted."""
    UserSession.objects.update(user=bob)
    assert "alice@example.com" in alice_client.get("/accounts/").content.decode()
    settings.AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
    assert alice_client.get("/accounts/").status_code == 302
