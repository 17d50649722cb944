"""A customer who is signed in at the company opens a page of its website: the frame on it is signed in, too."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.test import Client

from portal.accounts.activity import Event
from portal.accounts.models import Activity, Consumer
from portal.embed.models import Website
from portal.logs import RequestFilter
from tests.accounts.hand_off.company import claims, make_company, sign, token
from tests.accounts.test_second_step_demand import code_of, give_a_second_step
from tests.conftest import sign_in
from tests.embed.sites import HOST, PREFIX

HAND_OFF = f"{PREFIX}/embed/hand-off/"
JSON = "application/json"


@pytest.fixture
def website(db) -> Website:
    return Website.objects.create(name="The Company", origin=HOST, company=make_company("first"))


@pytest.fixture
def near(db) -> str:
    """The hand-off's address for a website that is one site with the portal, and shares its sessions."""
    Website.objects.create(name="Near", origin="http://localhost:8002", company=make_company("first"))
    return "/embed/in/http:localhost:8002/embed/hand-off/"


def hand_off(browser, text, url=HAND_OFF, content_type=JSON, **headers):
    headers = {"X-Requested-With": "SecureInbox", **headers}
    return browser.post(url, {"token": text}, content_type, headers=headers)


def hand_off_near(browser, url, **changes):
    text = None if changes == {"sub": None} else token(origin="http://localhost:8002", **changes)
    return hand_off(browser, text, url, Host="localhost")


def signed_in(browser, prefix=PREFIX):
    return browser.get(f"{prefix}/embed/state.json").json()["signed_in"]


def told(answer):
    """All but what a form needs."""
    return {name: value for name, value in answer.json().items() if name != "csrf_token"}


def is_refused(answer, status=403):
    return answer.status_code == status and list(answer.json()) == ["problem"]


def test_works_and_opens_an_account_with_a_proved_address(client, website, sandbox):
    answer = hand_off(client, token())
    assert answer.status_code == 200 and told(answer) == {"signed_in": True, "changed": True, "next": None}
    anna = Consumer.objects.get()
    assert (anna.verified_address(), anna.get_full_name()) == ("anna@example.com", "Anna Example")
    assert client.get(f"{PREFIX}/unread.json").status_code == 200 and not anna.has_usable_password()
    lines = Activity.objects.order_by("pk").values_list("event", "detail")
    assert list(lines) == [
        (Event.ACCOUNT_OPENED, "hand_off"),
        (Event.COMPANY_SIGN_IN_LINKED, "hand_off"),
        (Event.SIGNED_IN, "hand_off"),
    ]


def test_the_person_reads_of_it_in_words(client, near, sandbox):
    hand_off_near(client, near)
    html = client.get("/accounts/activity/").content.decode()
    assert "Signed in with an account on the company’s website" in html
    assert "Account opened: by way of the company’s website" in html


def test_the_same_person_again_changes_nothing(client, website):
    hand_off(client, token())
    key, before = client.cookies.output(), Activity.objects.count()
    assert told(hand_off(client, token())) == {"signed_in": True, "changed": False, "next": None}
    assert client.cookies.output() == key and Activity.objects.count() == before


def test_a_token_that_was_used_is_refused_in_one_sentence(client, website):
    text = token()
    hand_off(Client(), text)
    answer = hand_off(client, text)
    assert is_refused(answer) and not signed_in(client)
    assert answer.json() == hand_off(client, token(aud="x")).json() == hand_off(client, "x").json()
    assert Activity.objects.filter(event=Event.SIGN_IN_FAILED, detail="hand_off").count() == 3


def test_of_twenty_at_once_one_is_signed_in(transactional_db, settings):
    settings.ACCOUNT_RATE_LIMITS = {}
    Website.objects.create(name="The Company", origin=HOST, company=make_company("first"))
    text = token()

    def status(_number):
        try:
            return hand_off(Client(), text).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as senders:
        assert sorted(senders.map(status, range(20))) == [200] + [403] * 19
    assert Activity.objects.filter(event=Event.SIGNED_IN).count() == 1
    assert Session.objects.count() == UserSession.objects.count() == 1


def test_another_customer_ends_the_session_of_the_one_before(client, website):
    hand_off(client, token())
    old = Session.objects.get()
    answer = hand_off(client, token(sub="bert-1", email="bert@example.com"))
    assert told(answer)["changed"] and "storage" in answer["Clear-Site-Data"]
    assert Session.objects.get() != old
    assert UserSession.objects.get(session_key=Session.objects.get().pk).user.email == "bert@example.com"
    assert Activity.objects.filter(event=Event.SIGNED_OUT).get().address == "anna@example.com"


def test_a_customer_who_is_refused_ends_the_session_of_the_one_before_too(client, website):
    hand_off(client, token())
    Consumer.objects.create_user("bert@example.com", is_active=False).mark_verified()
    assert is_refused(hand_off(client, token(sub="bert-1", email="bert@example.com")))
    assert not signed_in(client)


def test_a_token_that_does_not_hold_ends_nothing(client, website):
    hand_off(client, token())
    assert is_refused(hand_off(client, token(sub="bert-1", aud="x")))
    assert signed_in(client)


def test_a_session_that_began_with_a_password_stays_the_same_persons(near, alice, sandbox):
    browser = sign_in(alice)
    answer = hand_off_near(browser, near, email="alice@example.com")
    assert told(answer) == {"signed_in": True, "changed": False, "next": None}
    assert [message.subject for message in mail.outbox] == ["Your company account now opens your messages"]


def test_nobody_signed_in_at_the_company_ends_what_a_hand_off_began(client, website):
    hand_off(client, token())
    assert told(hand_off(client, None)) == {"signed_in": False, "changed": True, "next": None}
    assert not signed_in(client) and not Session.objects.exists()


def test_nobody_signed_in_at_the_company_leaves_other_sessions_alone(near, alice):
    browser = sign_in(alice)
    answer = hand_off_near(browser, near, sub=None)
    assert told(answer) == {"signed_in": True, "changed": False, "next": None}


def test_an_operator_is_refused_and_stays_signed_in(near, db):
    olga = Consumer.objects.create_superuser("olga@example.com")
    olga.mark_verified()
    browser = sign_in(olga)
    assert is_refused(hand_off_near(browser, near, email="olga@example.com"))
    assert is_refused(hand_off_near(Client(), near, email="olga@example.com"))
    assert not SocialAccount.objects.exists() and mail.outbox == []
    assert "_auth_user_id" in browser.session


def test_a_customer_who_became_an_operator_is_refused(client, website):
    hand_off(client, token())
    Consumer.objects.update(is_staff=True)
    assert is_refused(hand_off(Client(), token()))


def test_a_second_step_is_still_asked_for(client, website):
    hand_off(Client(), token())
    Authenticator.objects.create(user=Consumer.objects.get(), type="totp", data={"secret": "x"})
    answer = hand_off(client, token())
    assert told(answer) == {
        "signed_in": False,
        "changed": True,
        "next": f"{PREFIX}/accounts/2fa/authenticate/",
    }
    assert not signed_in(client) and client.get(answer.json()["next"]).status_code == 200
    assert told(hand_off(client, None))["changed"]
    assert client.get(answer.json()["next"]).status_code == 302


def test_a_frame_that_is_loaded_meanwhile_asks_for_the_second_step_and_leads_on(client, website):
    hand_off(Client(), token())
    secret = give_a_second_step(Consumer.objects.get())
    hand_off(client, token())
    asked = client.get(f"{PREFIX}/outgoing/")
    assert asked.url == f"{PREFIX}/accounts/2fa/authenticate/"
    assert client.post(asked.url, {"code": code_of(secret)}).url == f"{PREFIX}/outgoing/"
    assert signed_in(client) and Activity.objects.first().detail == "hand_off, totp"


def test_where_everybody_needs_a_second_step_the_companys_own_sign_in_is_its_affair(
    client, website, sandbox, settings
):
    settings.PORTAL_REQUIRE_MFA = True
    hand_off(client, token())
    assert client.get(f"{PREFIX}/unread.json").status_code == 200


def test_the_account_follows_to_the_address_that_the_company_vouches_for_now(client, website):
    hand_off(client, token())
    answer = hand_off(client, token(email="anna.new@example.com"))
    assert told(answer) == {"signed_in": True, "changed": True, "next": None}
    assert Consumer.objects.get().verified_address() == "anna.new@example.com" and signed_in(client)


def test_an_account_that_a_stranger_began_becomes_the_owners_alone(client, website):
    squatter = Consumer.objects.create_user("anna@example.com", "a-strangers-password")
    elsewhere = sign_in(squatter)
    assert told(hand_off(client, token()))["signed_in"]
    assert not Consumer.objects.get().has_usable_password()
    assert elsewhere.get("/accounts/devices/").status_code == 302


@pytest.mark.parametrize("name", ["switched off", "another's"])
def test_an_account_that_is_switched_off_or_anothers_stays_closed(client, website, name):
    hand_off(Client(), token())
    if name == "switched off":
        Consumer.objects.update(is_active=False)
        assert is_refused(hand_off(client, token()))
    else:
        Consumer.objects.create_user("bert@example.com").mark_verified()
        assert is_refused(hand_off(client, token(email="bert@example.com")))
    assert not signed_in(client)


def test_a_form_of_another_website_does_nothing(website):
    browser = Client(enforce_csrf_checks=True)
    csrf = browser.get(f"{PREFIX}/embed/state.json").json()["token"]
    assert hand_off(browser, token()).status_code == 403
    assert hand_off(browser, token(), **{"X-CSRFToken": "x" * 64}).status_code == 403
    evil = {"X-CSRFToken": csrf, "Origin": "https://evil.example"}
    assert hand_off(browser, token(), **evil).status_code == 403
    assert not signed_in(browser) and not Consumer.objects.exists()
    answer = hand_off(browser, token(), **{"X-CSRFToken": csrf, "Origin": "http://testserver"})
    assert told(answer)["signed_in"]


def test_the_next_token_of_the_form_comes_with_the_answer(website):
    browser = Client(enforce_csrf_checks=True)
    csrf = browser.get(f"{PREFIX}/embed/state.json").json()["token"]
    csrf = hand_off(browser, token(), **{"X-CSRFToken": csrf}).json()["csrf_token"]
    assert told(hand_off(browser, None, **{"X-CSRFToken": csrf}))["changed"]


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_what_a_form_of_another_website_could_send_is_refused(client, website, content_type):
    answer = client.generic(
        "POST", HAND_OFF, b"token=x", content_type, headers={"X-Requested-With": "SecureInbox"}
    )
    assert is_refused(answer, 415)


def test_without_the_scripts_own_header_it_is_refused(client, website):
    assert is_refused(hand_off(client, token(), **{"X-Requested-With": "XMLHttpRequest"}))
    assert not signed_in(client)


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'{"token": 7}', b"{}", b"[" * 100_000, b"\xff"])
def test_a_body_that_is_no_token_is_refused(client, website, body):
    headers = {"X-Requested-With": "SecureInbox"}
    answer = client.generic("POST", HAND_OFF, body, JSON, headers=headers)
    assert is_refused(answer, 403 if body == b"{}" else 400)


def test_outside_a_frame_and_for_a_website_without_a_company_there_is_no_such_page(client, website):
    Website.objects.create(name="Other", origin="https://other.example")
    assert hand_off(client, token(), "/embed/hand-off/").status_code == 404
    other = "/embed/in/https:other.example/embed/hand-off/"
    assert hand_off(client, token(origin="https://other.example"), other).status_code == 404
    assert hand_off(client, None, other).status_code == 404


def test_a_token_for_one_website_is_good_for_no_other(client, website):
    Website.objects.create(name="Other", origin="https://other.example", company=website.company)
    other = "/embed/in/https:other.example/embed/hand-off/"
    assert is_refused(hand_off(client, token(), other))


def test_rejects_get(client, website):
    assert client.get(HAND_OFF).status_code == 405


def test_too_many_wrong_tokens_are_told_to_wait_and_right_ones_do_not_count(client, website, settings):
    settings.ACCOUNT_RATE_LIMITS = {"hand_off": "3/m/ip"}
    assert all(hand_off(client, token()).status_code == 200 for _ in range(5))
    assert [hand_off(client, "x").status_code for _ in range(4)] == [403, 403, 403, 429]
    assert is_refused(hand_off(client, token()), 429)


def test_a_companys_server_that_is_down_is_told_from_a_wrong_token(client, website):
    website.company.keys_url = "http://127.0.0.1:9/keys"
    website.company.save()
    assert is_refused(hand_off(client, sign(claims(), "other")), 503)


def test_the_log_says_why_and_tells_neither_token_nor_address(client, website, caplog):
    caplog.handler.addFilter(RequestFilter())
    text = token(exp=int(time.time()) + 600)
    hand_off(client, text)
    assert f"Hand-off from {HOST} failed: MendToken: exp is not 1 to 60 seconds after iat" in caplog.text
    assert "eyJ" not in caplog.text and "anna" not in caplog.text
