"""From a frame on to a window of its own, by a code that is good once and for a minute."""

import logging
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client

from portal.accounts import cleanup
from portal.accounts.audit.activity import Event
from portal.accounts.models import Activity, Consumer, SpentToken, WindowCode
from portal.embed.models import Website
from portal.logs import RequestFilter
from tests.accounts.federation.handoff.company import make_company, token
from tests.conftest import sign_in
from tests.embed.framing import HOST, PREFIX
from tests.embed.window_requests import (
    NEAR,
    ask,
    ask_with_token,
    code_for,
    in_frame,
    is_in,
    is_over,
    page_of,
    proof,
    records,
)


@pytest.fixture
def website(db) -> Website:
    return Website.objects.create(name="The Company", origin=HOST, company=make_company("first"))


@pytest.fixture
def framed(alice) -> Client:
    return in_frame(alice)


def test_works_from_a_frame_to_a_window_of_its_own(framed, sandbox):
    page = page_of(ask(framed, next=f"{NEAR}/inbox/claims/compose/#subject=Broken%20lamp"))
    assert re.fullmatch(r"/embed/continue/[\w-]{43}/", page)
    window = Client()
    html = window.get(page).content.decode()
    assert "Continue as alice@example.com?" in html
    assert window.post(page).url == "/inbox/claims/compose/#subject=Broken%20lamp"
    assert window.get("/inbox/claims/").status_code == 200


def test_what_was_proved_in_the_frame_holds_in_the_window_as_of_then(client, alice, sandbox):
    page = code_for(alice, proof("password", ago=900), proof("mfa", ago=890, type="totp"))
    client.post(page)
    kept = [(record["method"], round(time.time() - record["at"], -1)) for record in records(client)]
    assert kept == [("password", 900), ("mfa", 890), ("window", 890)]
    assert Activity.objects.get().detail == "password, totp, window"
    assert "a link from the company’s website" in client.get("/accounts/activity/").content.decode()


def test_a_second_step_that_was_passed_in_the_frame_is_not_asked_again(client, alice):
    Authenticator.objects.create(user=alice, type="totp", data={"secret": "x"})
    page = code_for(alice, proof("password"), proof("mfa", type="totp"))
    assert client.post(page).url == "/inbox/claims/" and is_in(client)


def test_a_second_step_that_was_not_passed_is_asked_for(client, alice):
    Authenticator.objects.create(user=alice, type="totp", data={"secret": "x"})
    assert client.post(code_for(alice, proof("hand_off"))).url == "/accounts/2fa/authenticate/"
    assert not is_in(client)


def test_looking_at_the_page_uses_nothing_up(client, alice):
    page = code_for(alice)
    for _ in range(3):
        assert client.get(page).status_code == client.head(page).status_code == 200
    assert client.post(page).status_code == 302


def test_a_code_is_good_once(client, alice):
    page = code_for(alice)
    Client().post(page)
    assert is_over(client.get(page)) and is_over(client.post(page))
    assert not is_in(client)


def test_a_code_is_good_for_a_minute(client, alice):
    page = code_for(alice)
    with time_machine.travel(time.time() + 61):
        assert is_over(client.get(page)) and is_over(client.post(page))
    assert not is_in(client)


@pytest.mark.parametrize("code", ["x", "A" * 43, "a\0b", "%ED%A0%80"])
def test_handles_unknown_codes(client, db, code):
    assert is_over(client.get(f"/embed/continue/{code}/"))


def test_of_twenty_at_once_one_is_signed_in(transactional_db, settings):
    settings.ACCOUNT_RATE_LIMITS = {}
    alice = Consumer.objects.create_user("alice@example.com", first_name="Alice")
    alice.mark_verified()
    page = code_for(alice)

    def status(_number):
        try:
            return Client().post(page).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as windows:
        assert sorted(windows.map(status, range(20))) == [302] + [410] * 19
    assert UserSession.objects.count() == Activity.objects.filter(event=Event.SIGNED_IN).count() == 1


def test_whoever_else_is_signed_in_is_told_before_and_signed_out_first(alice, bob):
    browser, page = sign_in(bob), code_for(alice)
    html = browser.get(page).content.decode()
    assert "signed in here as bob@example.com" in html and "Continue as alice@example.com?" in html
    assert browser.session["_auth_user_id"] == str(bob.pk)
    answer = browser.post(page)
    assert browser.session["_auth_user_id"] == str(alice.pk) and "storage" in answer["Clear-Site-Data"]
    assert Activity.objects.filter(event=Event.SIGNED_OUT).get().consumer == bob


def test_who_is_signed_in_there_already_just_goes_on(alice):
    browser, page = sign_in(alice), code_for(alice)
    key = browser.session.session_key
    assert browser.get(page).url == browser.post(page).url == "/inbox/claims/"
    assert browser.session.session_key == key


def test_an_account_that_was_switched_off_meanwhile_stays_closed(client, alice):
    page = code_for(alice)
    Consumer.objects.update(is_active=False)
    assert client.post(page).status_code == 302
    assert not is_in(client)


def test_a_form_of_another_website_redeems_nothing(alice):
    browser, page = Client(enforce_csrf_checks=True), code_for(alice)
    assert browser.post(page).status_code == 403 and WindowCode.objects.exists()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get(page).content.decode())[1]
    assert browser.post(page, {"csrfmiddlewaretoken": token}).url == "/inbox/claims/"


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/inbox/billing/?status=unread", "/inbox/billing/?status=unread"),
        (f"{NEAR}/outgoing/", "/outgoing/"),
        (NEAR, "/"),
        ("", "/"),
        (None, "/"),
        (7, "/"),
        ("inbox/claims/", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        (f"{NEAR}//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x=y", "/"),
        ("/a\0b", "/"),
        ("/\ud800", "/"),
        ("/" + "x" * 2000, "/"),
        ("/embed/in/https:other.example/", "/"),
    ],
    ids=ascii,
)
def test_it_leads_to_pages_of_the_portal_alone(framed, sandbox, wanted, led):
    assert Client().post(page_of(ask(framed, next=wanted))).url == led


def test_who_is_signed_out_gets_no_code(framed):
    assert ask(Client(headers={"Host": "localhost"})).status_code == 401
    assert not WindowCode.objects.exists()


def test_a_form_of_another_website_gets_no_code(framed):
    browser = Client(enforce_csrf_checks=True, headers={"Host": "localhost"})
    browser.cookies = framed.cookies
    assert ask(browser).status_code == 403
    assert ask(browser, headers={"Origin": "https://evil.example"}).status_code == 403
    csrf = browser.get(f"{NEAR}/embed/state.json").json()["token"]
    assert page_of(ask(browser, headers={"X-CSRFToken": csrf}))


def test_outside_a_frame_there_is_no_such_page(framed):
    assert ask(framed, "/embed/window/").status_code == 404


def test_too_many_windows_are_told_to_wait(framed, settings):
    settings.ACCOUNT_RATE_LIMITS = {"window_code": "2/m/user"}
    assert [ask(framed).status_code for _ in range(3)] == [200, 200, 429]


def test_too_many_unknown_codes_are_told_to_wait_and_known_ones_open(client, alice, settings):
    settings.ACCOUNT_RATE_LIMITS = {"window": "1/m/ip"}
    assert [client.get("/embed/continue/x/").status_code for _ in range(2)] == [410, 429]
    page = code_for(alice)
    assert client.get(page).status_code == 200 and client.post(page).status_code == 302


def test_where_the_browser_keeps_no_cookies_a_token_gets_a_code(website, sandbox):
    browser = Client(enforce_csrf_checks=True)
    answer = ask_with_token(browser, token(), next=f"{PREFIX}/inbox/")
    assert not answer.cookies and SpentToken.objects.exists() and not UserSession.objects.exists()
    window = Client()
    assert window.post(page_of(answer)).url == "/inbox/"
    assert [record["method"] for record in records(window)] == ["hand_off", "window"]
    assert Consumer.objects.get().verified_address() == "anna@example.com"


def test_a_token_gets_one_code(website):
    text = token()
    page_of(ask_with_token(Client(), text))
    assert ask_with_token(Client(), text).status_code == 403 and WindowCode.objects.count() == 1


@pytest.mark.parametrize("origin", [HOST, "null", "", "http://testserver.evil.example", "https://testserver"])
def test_a_token_from_another_page_than_the_portals_is_refused_and_stays_good(website, origin):
    text = token()
    assert ask_with_token(Client(), text, {"Origin": origin}).status_code == 403
    assert page_of(ask_with_token(Client(), text))


@pytest.mark.parametrize("wrong", [None, 7, "", "x"])
def test_without_a_token_that_holds_there_is_no_code(website, wrong):
    assert ask_with_token(Client(), wrong).status_code in (400, 403)
    assert not WindowCode.objects.exists()


def test_where_no_company_hands_over_tokens_get_no_code(website):
    Website.objects.update(company=None)
    assert ask_with_token(Client(), token()).status_code == 404


def test_an_operator_gets_no_code_for_a_token(website):
    Consumer.objects.create_superuser("anna@example.com").mark_verified()
    assert ask_with_token(Client(), token()).status_code == 403
    assert not WindowCode.objects.exists()


def test_codes_that_nobody_used_are_tidied_away(alice):
    code_for(alice)
    assert cleanup.window_codes() == 0
    with time_machine.travel(time.time() + 61):
        assert cleanup.window_codes() == 1


def test_the_code_is_in_no_row_and_no_log_line(client, framed, caplog):
    caplog.handler.addFilter(RequestFilter())
    page = page_of(ask(framed))
    code = page.split("/")[-2]
    assert code not in str(WindowCode.objects.values())
    client.delete(page)
    logging.getLogger("portal").warning("asked for http://localhost:8000%s?x=1", page)
    assert "/embed/continue/<token>/" in caplog.text and code not in caplog.text
