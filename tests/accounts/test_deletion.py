"""Closing an account: what it requires, what is deleted and what stays."""

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core import mail, serializers
from django.test import Client

from inbox.models import OutgoingMessage
from portal.accounts.models import Activity, Consumer
from tests.accounts.operators import make_superuser
from tests.accounts.signing_in import PASSWORD, sign_in
from tests.conftest import sign_in as signed_in
from tests.inbox.helpers import compose_form, send

pytestmark = pytest.mark.postgresql("portal.accounts.deletion")

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


def kept_models():
    """All rows of all tables, except the activity log, which keeps addresses, and sessions, which are encoded."""
    return [model for model in apps.get_models() if model not in (Activity, Session)]


@pytest.fixture
def browser(anna, sandbox, claims):
    claims.consumers.add(anna)
    client = Client()
    sign_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def close(client):
    return client.post("/accounts/close/", {"confirmed": "on"}, follow=True)


def test_works(browser):
    answer = close(browser)
    assert "Your account is closed" in answer.content.decode()
    assert answer.redirect_chain[-1][0] == "/accounts/login/"
    assert not Consumer.objects.exists() and not EmailAddress.objects.exists()
    assert not UserSession.objects.exists()


def test_opening_the_page_closes_nothing(browser):
    html = browser.get("/accounts/close/").content.decode()
    assert "part of our records" in html and Consumer.objects.exists()


def test_confirmation_is_required(browser):
    answer = browser.post("/accounts/close/")
    assert answer.status_code == 400 and "Select the box to confirm" in answer.content.decode()
    assert Consumer.objects.exists()


def test_reauthentication_is_required(anna):
    client = Client()
    sign_in(client)
    assert client.post("/accounts/close/", {"confirmed": "on"}).url.startswith("/accounts/reauthenticate/")
    assert Consumer.objects.exists()


def test_other_sessions_end(browser):
    other = Client()
    sign_in(other)
    close(browser)
    assert other.get("/accounts/").status_code == 302


def test_drafts_are_deleted_and_upstream_is_not_called(browser, sandbox):
    sandbox.add("anna@example.com", "Your claim", securebox="Claims01")
    browser.post("/inbox/claims/compose/", compose_form(browser, text="Not ready yet", action="save"))
    assert OutgoingMessage.objects.count() == 1
    sandbox.forget_calls()
    close(browser)
    assert not OutgoingMessage.objects.exists()
    assert sandbox.calls() == [] and len(sandbox.messages("anna@example.com")) == 1


def test_warns_of_undelivered_messages(browser, sandbox):
    sandbox.fault("status", operation="send", status=429)
    send(browser)
    assert (
        "One of your messages hasn’t been delivered yet" in browser.get("/accounts/close/").content.decode()
    )


def test_log_outlives_the_account(browser):
    close(browser)
    rows = Activity.objects.filter(address="anna@example.com")
    assert rows.filter(event="account_closed").count() == 1 and rows.filter(event="signed_in").exists()
    assert not rows.exclude(consumer=None).exists()


def test_a_notice_is_sent(browser):
    close(browser)
    assert mail.outbox[-1].to == ["anna@example.com"] and "closed" in mail.outbox[-1].subject
    assert len(mail.outbox[-1].alternatives) == 1


def test_browser_clears_its_storage(browser):
    answer = browser.post("/accounts/close/", {"confirmed": "on"})
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_owner_is_notified_if_an_operator_closes_the_account(browser):
    operator = signed_in(make_superuser("Olga"))
    anna = Consumer.objects.get(email="anna@example.com")
    operator.post(f"/admin/accounts/consumer/{anna.pk}/delete/", {"post": "yes"}, HTTP_USER_AGENT=FIREFOX)
    assert mail.outbox[-1].to == ["anna@example.com"] and "closed" in mail.outbox[-1].subject
    sent = mail.outbox[-1].body + str(mail.outbox[-1].alternatives[0])
    assert "Device:" not in sent and "Firefox" not in sent and "If this was you" not in sent


def test_unverified_address_gets_no_mail(db):
    dora = Consumer.objects.create_user("dora@example.com")
    operator = signed_in(make_superuser("Olga"))
    operator.post(f"/admin/accounts/consumer/{dora.pk}/delete/", {"post": "yes"})
    assert not Consumer.objects.filter(pk=dora.pk).exists() and mail.outbox == []


def test_only_the_log_contains_the_address_of_a_closed_account(browser):
    operator = signed_in(make_superuser("Olga"))
    operator.post("/admin/accounts/consumer/add/", {"email": "dora@example.com"})
    for consumer in Consumer.objects.exclude(email="olga@example.com"):
        form = {"first_name": "Another", "last_name": "Name"}
        operator.post(f"/admin/accounts/consumer/{consumer.pk}/change/", form)
        operator.post(f"/admin/accounts/consumer/{consumer.pk}/delete/", {"post": "yes"})
    kept = serializers.serialize("json", (row for model in kept_models() for row in model.objects.all()))
    assert "olga@example.com" in kept and "anna@" not in kept and "dora@" not in kept


def test_log_keeps_what_a_deleted_operator_did(claims):
    olga = make_superuser("Olga")
    form = {"title": "Claims", "slug": "claims", "name": "Claims01", "position": "0"}
    form |= {"extra_fields-TOTAL_FORMS": "0", "extra_fields-INITIAL_FORMS": "0"}
    signed_in(olga).post(f"/admin/inbox/securebox/{claims.pk}/change/", form)
    olga.delete()
    assert Activity.objects.get(event="settings_changed").by == "olga@example.com"
