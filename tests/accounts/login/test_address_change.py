"""Another address for an account: what it takes, whom it is told, and what it ends."""

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


def test_wants_the_password_first(browser):
    answer = browser.post("/accounts/email/", {"email": NEW, "action_add": ""})
    assert answer.url.startswith("/accounts/reauthenticate/")
    assert mail.outbox == [] and address_now() == "anna@example.com"


def test_until_the_code_is_typed_the_old_address_counts(browser, sandbox, claims):
    claims.consumers.add(Consumer.objects.get())
    ask_for(browser)
    browser.get("/inbox/claims/")
    assert {call["query"]["address"] for call in sandbox.calls("list")} == {"anna@example.com"}
    assert address_now() == "anna@example.com"


def test_afterwards_the_new_one_does(browser, sandbox, claims):
    claims.consumers.add(Consumer.objects.get())
    ask_for(browser)
    confirm(browser, mailed_code())
    sandbox.forget_calls()
    browser.get("/inbox/claims/")
    assert {call["query"]["address"] for call in sandbox.calls("list")} == {NEW}


def test_the_old_address_is_told(browser):
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


def test_a_code_that_was_used_is_worth_nothing_more(browser):
    ask_for(browser)
    code = mailed_code()
    confirm(browser, code)
    ask_for(browser, "third@example.com")
    confirm(browser, code)
    assert address_now() == NEW


def test_a_code_is_worth_nothing_in_another_browser(browser, anna):
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


def test_references_of_the_old_address_are_dead(browser, sandbox, claims):
    claims.consumers.add(Consumer.objects.get())
    sandbox.add("anna@example.com", "Your claim", securebox="Claims01")
    page = browser.get("/inbox/claims/").context["rows"][0].url
    ask_for(browser)
    confirm(browser, mailed_code())
    sandbox.forget_calls()
    assert browser.get(page).status_code == 404
    assert sandbox.calls("get") == []


def test_an_address_that_another_account_has_is_not_given_away_or_told(browser, bob):
    # Pages say how many seconds a session has left.
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


def test_whose_address_another_account_asks_for_is_told_and_gets_no_code(browser, bob):
    ask_for(browser, bob.email)
    (notice,) = mail.outbox
    assert notice.to == [bob.email] and "use this address for an account" in notice.body
    assert not re.search(r"\d{4}-\d{4}", notice.body + str(notice.alternatives))


@pytest.mark.parametrize(
    "address", ["anna", "ann\u212a@example.com", "a@b@c.example", "anna@exämple.com", ""]
)
def test_what_is_no_address_is_refused_in_words(browser, address):
    answer = ask_for(browser, address)
    assert 'class="errors"' in answer.content.decode() and mail.outbox == []


def test_is_in_the_log(browser):
    ask_for(browser)
    confirm(browser, mailed_code())
    assert Activity.objects.filter(event="address_changed").count() == 1


def test_whoever_goes_back_sees_that_a_code_waits(browser):
    ask_for(browser)
    page = browser.get("/accounts/email/").content.decode()
    assert f"We have sent a code to <strong>{NEW}</strong>." in page
    assert 'href="/accounts/confirm-email/"' in page


def test_afterwards_the_page_names_the_new_address_and_what_ended(browser):
    ask_for(browser)
    told = confirm(browser, mailed_code()).content.decode()
    assert f"Your e-mail address is now {NEW}. Your other devices were signed out." in told
    assert "We have sent a code" not in browser.get("/accounts/email/").content.decode()


def test_where_no_code_is_waited_for_there_is_nothing_to_type(browser):
    assert browser.get("/accounts/confirm-email/").url == "/accounts/"
