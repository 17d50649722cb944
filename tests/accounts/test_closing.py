"""Closing one's account: what goes, what stays, and what it takes."""

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client

from inbox.models import OutgoingMessage
from portal.accounts.models import Activity, Consumer
from tests.accounts.signing_in import PASSWORD, sign_in
from tests.inbox.helpers import compose_form, send


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
    assert "Your account was closed" in answer.content.decode()
    assert answer.redirect_chain[-1][0] == "/accounts/login/"
    assert not Consumer.objects.exists() and not EmailAddress.objects.exists()
    assert not UserSession.objects.exists()


def test_looking_at_the_page_closes_nothing(browser):
    html = browser.get("/accounts/close/").content.decode()
    assert "the company's records" in html and Consumer.objects.exists()


def test_wants_the_box_to_be_ticked(browser):
    answer = browser.post("/accounts/close/")
    assert answer.status_code == 400 and "Tick the box first" in answer.content.decode()
    assert Consumer.objects.exists()


def test_wants_the_password_first(anna):
    client = Client()
    sign_in(client)
    assert client.post("/accounts/close/", {"confirmed": "on"}).url.startswith("/accounts/reauthenticate/")
    assert Consumer.objects.exists()


def test_other_sessions_end(browser):
    other = Client()
    sign_in(other)
    close(browser)
    assert other.get("/accounts/").status_code == 302


def test_drafts_go_and_nothing_upstream_is_touched(browser, sandbox):
    sandbox.add("anna@example.com", "Your claim", securebox="Claims01")
    browser.post("/inbox/claims/compose/", compose_form(browser, text="Not ready yet", action="save"))
    assert OutgoingMessage.objects.count() == 1
    sandbox.forget_calls()
    close(browser)
    assert not OutgoingMessage.objects.exists()
    assert sandbox.calls() == [] and len(sandbox.messages("anna@example.com")) == 1


def test_tells_of_what_is_under_way(browser, sandbox):
    sandbox.fault("status", operation="send", status=429)
    send(browser)
    assert "A message of yours is still under way" in browser.get("/accounts/close/").content.decode()


def test_the_log_stays_without_the_account(browser):
    close(browser)
    rows = Activity.objects.filter(address="anna@example.com")
    assert rows.filter(event="account_closed").count() == 1 and rows.filter(event="signed_in").exists()
    assert not rows.exclude(consumer=None).exists()


def test_a_notice_is_sent(browser):
    close(browser)
    assert mail.outbox[-1].to == ["anna@example.com"] and "closed" in mail.outbox[-1].subject
    assert len(mail.outbox[-1].alternatives) == 1
