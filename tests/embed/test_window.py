"""From a frame to a window of its own, with a code that works once and for a minute."""

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
from tests.accounts.federation.handoff.company import make_company, token
from tests.conftest import sign_in
from tests.embed.framing import ORIGIN, PREFIX, SAME_SITE_PREFIX
from tests.embed.window_requests import (
    authentication_record,
    authentication_records,
    is_expired,
    is_signed_in,
    request_window,
    request_window_with_token,
    sign_in_within_frame,
    window_path,
    window_path_for,
)

on_postgresql = pytest.mark.postgresql("portal.accounts.models.handoff")


@pytest.fixture
def website(db) -> Website:
    return Website.objects.create(name="The Company", origin=ORIGIN, company=make_company("first"))


@pytest.fixture
def framed(alice) -> Client:
    return sign_in_within_frame(alice)


def test_works_from_a_frame_to_a_window_of_its_own(framed, sandbox):
    page = window_path(
        request_window(framed, next=f"{SAME_SITE_PREFIX}/inbox/claims/compose/#subject=Broken%20lamp")
    )
    assert re.fullmatch(r"/embed/continue/[\w-]{43}/", page)
    window = Client()
    html = window.get(page).content.decode()
    assert "Continue as alice@example.com?" in html
    assert window.post(page).url == "/inbox/claims/compose/#subject=Broken%20lamp"
    assert window.get("/inbox/claims/").status_code == 200


def test_authentication_records_are_copied_with_their_times(client, alice, sandbox):
    page = window_path_for(
        alice, authentication_record("password", ago=900), authentication_record("mfa", ago=890, type="totp")
    )
    client.post(page)
    kept = [
        (record["method"], round(time.time() - record["at"], -1)) for record in authentication_records(client)
    ]
    assert kept == [("password", 900), ("mfa", 890), ("window", 890)]
    assert Activity.objects.get().detail == "password, totp, window"
    assert "link from our website" in client.get("/accounts/activity/").content.decode()


def test_a_second_step_completed_in_the_frame_is_not_asked_for_again(client, alice):
    Authenticator.objects.create(user=alice, type="totp", data={"secret": "x"})
    page = window_path_for(
        alice, authentication_record("password"), authentication_record("mfa", type="totp")
    )
    assert client.post(page).url == "/inbox/claims/" and is_signed_in(client)


def test_a_second_step_not_completed_in_the_frame_is_asked_for(client, alice):
    Authenticator.objects.create(user=alice, type="totp", data={"secret": "x"})
    assert (
        client.post(window_path_for(alice, authentication_record("hand_off"))).url
        == "/accounts/2fa/authenticate/"
    )
    assert not is_signed_in(client)


def test_get_and_head_do_not_use_the_code_up(client, alice):
    page = window_path_for(alice)
    for _ in range(3):
        assert client.get(page).status_code == client.head(page).status_code == 200
    assert client.post(page).status_code == 302


@on_postgresql
def test_a_code_works_once(client, alice):
    page = window_path_for(alice)
    Client().post(page)
    assert is_expired(client.get(page)) and is_expired(client.post(page))
    assert not is_signed_in(client)


def test_a_code_expires_after_a_minute(client, alice):
    page = window_path_for(alice)
    with time_machine.travel(time.time() + 61):
        assert is_expired(client.get(page)) and is_expired(client.post(page))
    assert not is_signed_in(client)


@on_postgresql
@pytest.mark.parametrize("code", ["x", "A" * 43, "a\0b", "%ED%A0%80"])
def test_handles_unknown_codes(client, db, code):
    assert is_expired(client.get(f"/embed/continue/{code}/"))


@on_postgresql
def test_one_of_twenty_concurrent_uses_succeeds(transactional_db, settings):
    settings.ACCOUNT_RATE_LIMITS = {}
    alice = Consumer.objects.create_user("alice@example.com", first_name="Alice")
    alice.mark_verified()
    page = window_path_for(alice)

    def status(_number):
        try:
            return Client().post(page).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as windows:
        assert sorted(windows.map(status, range(20))) == [302] + [410] * 19
    assert UserSession.objects.count() == Activity.objects.filter(event=Event.SIGNED_IN).count() == 1


def test_another_user_is_warned_and_then_signed_out_first(alice, bob):
    browser, page = sign_in(bob), window_path_for(alice)
    html = browser.get(page).content.decode()
    assert "signed in here as bob@example.com" in html and "Continue as alice@example.com?" in html
    assert browser.session["_auth_user_id"] == str(bob.pk)
    answer = browser.post(page)
    assert browser.session["_auth_user_id"] == str(alice.pk) and "storage" in answer["Clear-Site-Data"]
    assert Activity.objects.filter(event=Event.SIGNED_OUT).get().consumer == bob


def test_the_same_user_is_redirected_at_once_and_keeps_the_session(alice):
    browser, page = sign_in(alice), window_path_for(alice)
    key = browser.session.session_key
    assert browser.get(page).url == browser.post(page).url == "/inbox/claims/"
    assert browser.session.session_key == key


def test_an_account_disabled_since_stays_closed(client, alice):
    page = window_path_for(alice)
    Consumer.objects.update(is_active=False)
    assert client.post(page).status_code == 302
    assert not is_signed_in(client)


def test_redeeming_a_code_requires_a_csrf_token(alice):
    browser, page = Client(enforce_csrf_checks=True), window_path_for(alice)
    assert browser.post(page).status_code == 403 and WindowCode.objects.exists()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get(page).content.decode())[1]
    assert browser.post(page, {"csrfmiddlewaretoken": token}).url == "/inbox/claims/"


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/inbox/billing/?status=unread", "/inbox/billing/?status=unread"),
        (f"{SAME_SITE_PREFIX}/outgoing/", "/outgoing/"),
        (SAME_SITE_PREFIX, "/"),
        ("", "/"),
        (None, "/"),
        (7, "/"),
        ("inbox/claims/", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        (f"{SAME_SITE_PREFIX}//evil.example/", "/"),
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
def test_next_accepts_only_pages_of_the_portal(framed, sandbox, wanted, led):
    assert Client().post(window_path(request_window(framed, next=wanted))).url == led


def test_a_signed_out_user_gets_no_code(framed):
    assert request_window(Client(headers={"Host": "localhost"})).status_code == 401
    assert not WindowCode.objects.exists()


def test_getting_a_code_requires_a_csrf_token(framed):
    browser = Client(enforce_csrf_checks=True, headers={"Host": "localhost"})
    browser.cookies = framed.cookies
    assert request_window(browser).status_code == 403
    assert request_window(browser, headers={"Origin": "https://evil.example"}).status_code == 403
    csrf = browser.get(f"{SAME_SITE_PREFIX}/embed/state.json").json()["token"]
    assert window_path(request_window(browser, headers={"X-CSRFToken": csrf}))


def test_is_404_outside_a_frame(framed):
    assert request_window(framed, "/embed/window/").status_code == 404


def test_new_windows_are_rate_limited(framed, settings):
    settings.ACCOUNT_RATE_LIMITS = {"window_code": "2/m/user"}
    assert [request_window(framed).status_code for _ in range(3)] == [200, 200, 429]


def test_unknown_codes_are_rate_limited_and_valid_ones_are_not(client, alice, settings):
    settings.ACCOUNT_RATE_LIMITS = {"window": "1/m/ip"}
    assert [client.get("/embed/continue/x/").status_code for _ in range(2)] == [410, 429]
    page = window_path_for(alice)
    assert client.get(page).status_code == 200 and client.post(page).status_code == 302


def test_without_cookies_a_token_gets_a_code(website, sandbox):
    browser = Client(enforce_csrf_checks=True)
    answer = request_window_with_token(browser, token(), next=f"{PREFIX}/inbox/")
    assert not answer.cookies and SpentToken.objects.exists() and not UserSession.objects.exists()
    window = Client()
    assert window.post(window_path(answer)).url == "/inbox/"
    assert [record["method"] for record in authentication_records(window)] == ["hand_off", "window"]
    assert Consumer.objects.get().verified_address() == "anna@example.com"


@on_postgresql
def test_a_token_gets_one_code(website):
    text = token()
    window_path(request_window_with_token(Client(), text))
    assert request_window_with_token(Client(), text).status_code == 403 and WindowCode.objects.count() == 1


@pytest.mark.parametrize(
    "origin", [ORIGIN, "null", "", "http://testserver.evil.example", "https://testserver"]
)
def test_a_token_sent_from_another_origin_is_rejected_and_stays_valid(website, origin):
    text = token()
    assert request_window_with_token(Client(), text, {"Origin": origin}).status_code == 403
    assert window_path(request_window_with_token(Client(), text))


@pytest.mark.parametrize("wrong", [None, 7, "", "x"])
def test_an_invalid_token_gets_no_code(website, wrong):
    assert request_window_with_token(Client(), wrong).status_code in (400, 403)
    assert not WindowCode.objects.exists()


def test_without_a_company_a_token_gets_no_code(website):
    Website.objects.update(company=None)
    assert request_window_with_token(Client(), token()).status_code == 404


def test_an_operator_gets_no_code_for_a_token(website):
    Consumer.objects.create_superuser("anna@example.com").mark_verified()
    assert request_window_with_token(Client(), token()).status_code == 403
    assert not WindowCode.objects.exists()


@on_postgresql
def test_expired_codes_are_cleaned_up(alice):
    window_path_for(alice)
    assert cleanup.delete_window_codes() == 0
    with time_machine.travel(time.time() + 61):
        assert cleanup.delete_window_codes() == 1


def test_the_code_is_neither_stored_nor_logged(client, framed, caplog):
    page = window_path(request_window(framed))
    code = page.split("/")[-2]
    assert code not in str(WindowCode.objects.values())
    client.delete(page)
    logging.getLogger("portal").warning("asked for http://localhost:8000%s?x=1", page)
    assert "/embed/continue/<token>/" in caplog.text and code not in caplog.text
