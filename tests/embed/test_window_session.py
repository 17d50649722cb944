"""What may be done in a window that was opened from a frame, and when it ends."""

import time
from urllib.parse import unquote

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.test import Client

from portal.accounts.allauth_compat import totp_code
from portal.accounts.models import Consumer, WindowCode
from portal.accounts.sessions import devices
from portal.accounts.sessions.revoke import revoke_all
from portal.embed.models import Website
from tests.accounts.federation.handoff.company import make_company, token
from tests.accounts.signing_in import REAUTHENTICATED, SIGN_IN_AGAIN, add_totp, mailed_code
from tests.conftest import sign_in
from tests.embed.framing import HOST, PREFIX
from tests.embed.hand_off_requests import hand_off, signed_in
from tests.embed.window_requests import (
    NEAR,
    WINDOW,
    ask,
    ask_with_token,
    code_for,
    in_frame,
    is_in,
    is_over,
    page_of,
    proof,
)

FIRST_PASSWORD = "/accounts/password/set/"


@pytest.fixture
def website(db) -> Website:
    return Website.objects.create(name="The Company", origin=HOST, company=make_company("first"))


@pytest.fixture
def handed_over(website) -> Client:
    """Anna's browser, in a frame of her company's website."""
    browser = Client()
    hand_off(browser, token())
    return browser


def open_window(browser, url=WINDOW):
    window = Client()
    window.post(page_of(ask(browser, url)))
    return window


def is_asked_to_sign_in_again(answer, page):
    return unquote(answer.url) == f"{SIGN_IN_AGAIN}?next={page}"


# --- A company's word lets people read their mail, and change nothing about how their account is opened ---------------


def test_a_stolen_token_sets_no_password(website):
    window = Client()
    window.post(page_of(ask_with_token(Client(), token())))
    window.post(FIRST_PASSWORD, {"password1": "a-kettle-on-the-hob"})
    assert not Consumer.objects.get().has_usable_password()
    assert is_asked_to_sign_in_again(window.get(FIRST_PASSWORD), FIRST_PASSWORD)


@pytest.mark.parametrize("page", REAUTHENTICATED)
def test_whatever_opens_the_account_needs_more_than_the_companys_word(handed_over, page):
    answer = open_window(handed_over).post(page, REAUTHENTICATED[page])
    assert is_asked_to_sign_in_again(answer, page)
    assert Consumer.objects.get().email == "anna@example.com" and not Authenticator.objects.exists()


def test_who_signs_in_again_with_a_mailed_code_goes_on(handed_over):
    Consumer.objects.update(first_name="Anna")
    window, query = open_window(handed_over), f"?next={FIRST_PASSWORD}"
    window.post(SIGN_IN_AGAIN, {"next": FIRST_PASSWORD})
    window.post(f"/accounts/login/code/{query}", {"email": "anna@example.com"})
    window.post(f"/accounts/login/code/confirm/{query}", {"code": mailed_code()})
    window.post(FIRST_PASSWORD, {"password1": "a-kettle-on-the-hob"})
    assert Consumer.objects.get().check_password("a-kettle-on-the-hob")


def test_who_was_handed_over_proves_their_second_step_anew(client, alice):
    add_totp(alice)
    client.post(code_for(alice, proof("hand_off"), proof("mfa", type="totp")))
    assert client.get(FIRST_PASSWORD).url.startswith("/accounts/2fa/reauthenticate/")


def test_what_was_proved_in_the_frame_is_fresh_as_of_then(client, alice):
    client.post(code_for(alice, proof("code", ago=200)))
    assert client.get(FIRST_PASSWORD).status_code == 200
    with time_machine.travel(time.time() + 101):
        assert is_asked_to_sign_in_again(client.get(FIRST_PASSWORD), FIRST_PASSWORD)


# --- A code is good as long as the session that it comes from ---------------------------------------------------------


def test_a_code_dies_with_the_session_that_it_comes_from(alice):
    framed = in_frame(alice)
    page = page_of(ask(framed))
    framed.post(f"{NEAR}/accounts/logout/")
    assert is_over(Client().get(page)) and is_over(Client().post(page))


def test_a_code_dies_when_nobody_is_signed_in_at_the_company_any_more(handed_over):
    page = page_of(ask(handed_over, WINDOW))
    hand_off(handed_over, None)
    assert is_over(Client().post(page))


def test_a_code_dies_where_its_session_was_signed_out_from_another_device(alice):
    page = page_of(ask(in_frame(alice)))
    devices.sign_out(alice, devices.active(alice)[0].id)
    assert is_over(Client().post(page))


def test_a_code_dies_where_its_session_is_too_old(alice):
    page = page_of(ask(in_frame(alice)))
    Session.objects.all().delete()
    assert is_over(Client().get(page))


def test_codes_die_with_all_sessions_of_an_account_whatever_they_come_from(alice):
    pages = [page_of(ask(in_frame(alice))), code_for(alice)]
    revoke_all(alice)
    assert all(is_over(Client().post(page)) for page in pages)


# --- A window ends with the session that it was opened from -----------------------------------------------------------


@pytest.mark.parametrize("end", ["nobody", "another", "signing out"])
def test_a_window_ends_with_its_frames_session(handed_over, end):
    window = open_window(handed_over)
    assert window.get("/accounts/").status_code == 200
    if end == "signing out":
        handed_over.post(f"{PREFIX}/accounts/logout/")
    else:
        hand_off(handed_over, None if end == "nobody" else token(sub="bob-2", email="bob@example.com"))
    assert window.get("/accounts/").status_code == 302


def test_a_window_that_asked_for_the_second_step_ends_too(handed_over):
    window, secret = Client(), add_totp(Consumer.objects.get())
    asked = window.post(page_of(ask(handed_over, WINDOW))).url
    window.post(asked, {"code": totp_code(secret)})
    assert window.get("/accounts/").status_code == 200
    hand_off(handed_over, None)
    assert window.get("/accounts/").status_code == 302


def test_a_second_step_that_is_proved_after_the_frames_session_ended_opens_nothing(handed_over):
    window, secret = Client(), add_totp(Consumer.objects.get())
    asked = window.post(page_of(ask(handed_over, WINDOW))).url
    hand_off(handed_over, None)
    window.post(asked, {"code": totp_code(secret)})
    assert not is_in(window)


def test_other_sessions_of_the_same_person_stay(handed_over):
    elsewhere, window = sign_in(Consumer.objects.get()), open_window(handed_over)
    hand_off(handed_over, None)
    assert elsewhere.get("/accounts/").status_code == 200
    assert window.get("/accounts/").status_code == 302


def test_a_frame_outlives_its_windows(handed_over):
    window = open_window(handed_over)
    window.post("/accounts/logout/")
    assert signed_in(handed_over)


# --- The longest that a session lives counts from the beginning of the first one --------------------------------------


def later(hours):
    return time_machine.travel(time.time() + hours * 3600)


def test_a_window_prolongs_no_session(alice, settings):
    settings.SESSION_COOKIE_AGE = settings.SESSION_ABSOLUTE_SECONDS = 12 * 3600
    framed = in_frame(alice)
    with later(hours=11):
        window = open_window(framed, f"{NEAR}/embed/window/")
        assert window.get("/accounts/").status_code == 200
    with later(hours=12.1):
        assert window.get("/accounts/").status_code == 302


def test_a_window_that_asked_for_the_second_step_prolongs_none_either(alice, settings):
    settings.SESSION_COOKIE_AGE = settings.SESSION_ABSOLUTE_SECONDS = 12 * 3600
    framed, window = in_frame(alice), Client()
    secret = add_totp(alice)
    with later(hours=11):
        asked = window.post(page_of(ask(framed))).url
        window.post(asked, {"code": totp_code(secret)})
        assert window.get("/accounts/").status_code == 200
    with later(hours=12.1):
        assert window.get("/accounts/").status_code == 302


def test_a_second_step_that_is_proved_when_the_frames_session_is_too_old_opens_nothing(alice, settings):
    settings.SESSION_COOKIE_AGE = settings.SESSION_ABSOLUTE_SECONDS = 12 * 3600
    framed, window = in_frame(alice), Client()
    secret = add_totp(alice)
    with later(hours=11.95):
        asked = window.post(page_of(ask(framed))).url
    with later(hours=12.05):
        window.post(asked, {"code": totp_code(secret)})
        assert not is_in(window)


def test_a_token_begins_a_session_of_its_own(website, settings):
    settings.SESSION_COOKIE_AGE = settings.SESSION_ABSOLUTE_SECONDS = 12 * 3600
    window = Client()
    window.post(page_of(ask_with_token(Client(), token())))
    with later(hours=11.9):
        assert window.get("/accounts/").status_code == 200
    with later(hours=12.1):
        assert window.get("/accounts/").status_code == 302


# --- Operators -----------------------------------------------------------------------------------------------


def test_an_operators_session_gets_no_code(alice):
    Consumer.objects.update(is_staff=True)
    assert ask(in_frame(alice)).status_code == 401 and not WindowCode.objects.exists()
