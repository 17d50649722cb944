"""Changing an account's address: what it requires, which mails it sends, and which sessions it ends."""

import re

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Activity, Consumer
from tests.accounts.signing_in import PASSWORD, mailed_code, sign_in

pytestmark = pytest.mark.postgresql("portal.accounts.models.consumer")

NEW = "anna.berg@example.com"


@pytest.fixture
def browser(anna, sandbox):
    client = Client()
    sign_in(client)
    return client


def ask_for(client, address=NEW):
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client.post("/accounts/email/", {"email": address, "action_add": ""}, follow=True)


def confirm(client, code):
    return client.post("/accounts/confirm-email/", {"code": code}, follow=True)


def address_now():
    return Consumer.objects.get().verified_address()


def test_works(browser):
    ask_for(browser)
    assert mail.outbox[-1].to == [NEW]
    confirm(browser, mailed_code())
    assert address_now() == NEW


def test_reauthentication_is_required(browser):
    answer = browser.post("/accounts/email/", {"email": NEW, "action_add": ""})
    assert answer.url.startswith("/accounts/reauthenticate/")
    assert mail.outbox == [] and address_now() == "anna@example.com"


def test_old_address_stays_until_the_code_is_confirmed(browser, sandbox, claims):
    claims.consumers.add(Consumer.objects.get())
    ask_for(browser)
    browser.get("/inbox/claims/")
    assert {call["query"]["address"] for call in sandbox.calls("list")} == {"anna@example.com"}
    assert address_now() == "anna@example.com"


def test_new_address_replaces_the_old_one_after_the_code(browser, sandbox, claims):
    claims.consumers.add(Consumer.objects.get())
    ask_for(browser)
    confirm(browser, mailed_code())
    sandbox.forget_calls()
    browser.get("/inbox/claims/")
    assert {call["query"]["address"] for call in sandbox.calls("list")} == {NEW}


def test_old_address_is_notified(browser):
    ask_for(browser)
    confirm(browser, mailed_code())
    notice = mail.outbox[-1]
    assert notice.to == ["anna@example.com"] and "no longer anna@example.com" in notice.body


def test_a_wrong_code_changes_nothing(browser):
    ask_for(browser)
    for _ in range(5):
        confirm(browser, "0000-0000")
    confirm(browser, mailed_code())
    assert address_now() == "anna@example.com"


def test_used_code_is_refused(browser):
    ask_for(browser)
    code = mailed_code()
    confirm(browser, code)
    ask_for(browser, "third@example.com")
    confirm(browser, code)
    assert address_now() == NEW


def test_code_is_refused_in_another_browser(browser, anna):
    ask_for(browser)
    other = Client()
    sign_in(other)
    other.post("/accounts/confirm-email/", {"code": mailed_code()})
    assert address_now() == "anna@example.com"


def test_other_sessions_end_and_this_one_gets_a_new_key(browser):
    other = Client()
    sign_in(other)
    ask_for(browser)
    before = browser.cookies["sessionid"].value
    confirm(browser, mailed_code())
    assert browser.cookies["sessionid"].value != before
    assert browser.get("/accounts/devices/").status_code == 200
    assert other.get("/accounts/devices/").status_code == 302


def test_references_of_the_old_address_are_invalid(browser, sandbox, claims):
    claims.consumers.add(Consumer.objects.get())
    sandbox.add("anna@example.com", "Your claim", securebox="Claims01")
    page = browser.get("/inbox/claims/").context["rows"][0].url
    ask_for(browser)
    confirm(browser, mailed_code())
    sandbox.forget_calls()
    assert browser.get(page).status_code == 404
    assert sandbox.calls("get") == []


def test_taken_address_is_neither_changed_to_nor_revealed(browser, bob):
    # The pages contain the remaining seconds of the session.
    with time_machine.travel(timezone.now(), tick=False):
        free = ask_for(browser, "free@example.com")
        confirm(browser, "0000-0000")
        taken = ask_for(browser, bob.email)
    assert taken.redirect_chain == free.redirect_chain
    assert page_of(taken).replace(bob.email, "free@example.com") == page_of(free)
    assert Consumer.objects.get(first_name="Anna").verified_address() == "anna@example.com"
    assert Consumer.objects.get(first_name="Bob").verified_address() == bob.email


def page_of(answer):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def test_owner_of_a_taken_address_is_notified_without_a_code(browser, bob):
    ask_for(browser, bob.email)
    (notice,) = mail.outbox
    assert notice.to == [bob.email] and "use this address for an account" in notice.body
    assert not re.search(r"\d{4}-\d{4}", notice.body + str(notice.alternatives))


@pytest.mark.parametrize(
    "address", ["anna", "ann\u212a@example.com", "a@b@c.example", "anna@exämple.com", ""]
)
def test_invalid_address_is_refused_with_an_explanation(browser, address):
    answer = ask_for(browser, address)
    assert 'class="errors"' in answer.content.decode() and mail.outbox == []


def test_change_is_logged(browser):
    ask_for(browser)
    confirm(browser, mailed_code())
    assert Activity.objects.filter(event="address_changed").count() == 1


def test_account_page_shows_that_a_code_is_pending(browser):
    ask_for(browser)
    page = browser.get("/accounts/email/").content.decode()
    assert f"We’ve sent a code to <strong>{NEW}</strong>." in page
    assert 'href="/accounts/confirm-email/"' in page


def test_page_then_names_the_new_address_and_what_ended(browser):
    ask_for(browser)
    told = confirm(browser, mailed_code()).content.decode()
    assert f"Your email address is now {NEW}. Your other devices were signed out." in told
    assert "We’ve sent a code" not in browser.get("/accounts/email/").content.decode()


def test_without_a_pending_code_the_code_page_redirects(browser):
    assert browser.get("/accounts/confirm-email/").url == "/accounts/"
