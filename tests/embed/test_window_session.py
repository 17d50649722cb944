"""What a window that was opened from a frame may do, and when its session ends."""

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
from tests.embed.framing import ORIGIN, PREFIX, SAME_SITE_PREFIX
from tests.embed.hand_off_requests import frame_is_signed_in, hand_off
from tests.embed.window_requests import (
    WINDOW_URL,
    authentication_record,
    is_expired,
    is_signed_in,
    request_window,
    request_window_with_token,
    sign_in_within_frame,
    window_path,
    window_path_for,
)

FIRST_PASSWORD = "/accounts/password/set/"


@pytest.fixture
def website(db) -> Website:
    return Website.objects.create(name="The Company", origin=ORIGIN, company=make_company("first"))


@pytest.fixture
def handed_over(website) -> Client:
    """Anna's browser, signed in by a hand-off in a frame of the company's website."""
    browser = Client()
    hand_off(browser, token())
    return browser


def open_window(browser, url=WINDOW_URL):
    window = Client()
    window.post(window_path(request_window(browser, url)))
    return window


def is_asked_to_sign_in_again(answer, page):
    return unquote(answer.url) == f"{SIGN_IN_AGAIN}?next={page}"


# --- After a hand-off, users can read their mail, but cannot change how they sign in to the account -----------------


def test_a_stolen_token_cannot_set_a_password(website):
    window = Client()
    window.post(window_path(request_window_with_token(Client(), token())))
    window.post(FIRST_PASSWORD, {"password1": "a-kettle-on-the-hob"})
    assert not Consumer.objects.get().has_usable_password()
    assert is_asked_to_sign_in_again(window.get(FIRST_PASSWORD), FIRST_PASSWORD)


@pytest.mark.parametrize("page", REAUTHENTICATED)
def test_after_a_hand_off_account_changes_need_another_sign_in(handed_over, page):
    answer = open_window(handed_over).post(page, REAUTHENTICATED[page])
    assert is_asked_to_sign_in_again(answer, page)
    assert Consumer.objects.get().email == "anna@example.com" and not Authenticator.objects.exists()


def test_after_signing_in_again_with_a_mailed_code_the_change_is_made(handed_over):
    Consumer.objects.update(first_name="Anna")
    window, query = open_window(handed_over), f"?next={FIRST_PASSWORD}"
    window.post(SIGN_IN_AGAIN, {"next": FIRST_PASSWORD})
    window.post(f"/accounts/login/code/{query}", {"email": "anna@example.com"})
    window.post(f"/accounts/login/code/confirm/{query}", {"code": mailed_code()})
    window.post(FIRST_PASSWORD, {"password1": "a-kettle-on-the-hob"})
    assert Consumer.objects.get().check_password("a-kettle-on-the-hob")


def test_after_a_hand_off_the_second_step_is_asked_for_again(client, alice):
    add_totp(alice)
    client.post(
        window_path_for(alice, authentication_record("hand_off"), authentication_record("mfa", type="totp"))
    )
    assert client.get(FIRST_PASSWORD).url.startswith("/accounts/2fa/reauthenticate/")


def test_in_the_window_an_authentication_keeps_the_age_it_had_in_the_frame(client, alice):
    client.post(window_path_for(alice, authentication_record("code", ago=200)))
    assert client.get(FIRST_PASSWORD).status_code == 200
    with time_machine.travel(time.time() + 101):
        assert is_asked_to_sign_in_again(client.get(FIRST_PASSWORD), FIRST_PASSWORD)


# --- A code is valid only as long as the session that it comes from ---------------------------------------------------


def test_signing_out_of_the_frame_invalidates_its_code(alice):
    framed = sign_in_within_frame(alice)
    page = window_path(request_window(framed))
    framed.post(f"{SAME_SITE_PREFIX}/accounts/logout/")
    assert is_expired(Client().get(page)) and is_expired(Client().post(page))


def test_signing_out_at_the_company_invalidates_the_frames_code(handed_over):
    page = window_path(request_window(handed_over, WINDOW_URL))
    hand_off(handed_over, None)
    assert is_expired(Client().post(page))


def test_signing_the_frame_out_from_another_device_invalidates_its_code(alice):
    page = window_path(request_window(sign_in_within_frame(alice)))
    devices.sign_out(alice, devices.active(alice)[0].id)
    assert is_expired(Client().post(page))


def test_the_code_of_an_expired_session_is_invalid(alice):
    page = window_path(request_window(sign_in_within_frame(alice)))
    Session.objects.all().delete()
    assert is_expired(Client().get(page))


def test_revoking_all_sessions_of_an_account_invalidates_all_its_codes(alice):
    pages = [window_path(request_window(sign_in_within_frame(alice))), window_path_for(alice)]
    revoke_all(alice)
    assert all(is_expired(Client().post(page)) for page in pages)


# --- A window's session ends with the session that it was opened from ------------------------------------------------


@pytest.mark.parametrize("end", ["signed out at the company", "another customer", "signed out in the frame"])
def test_a_windows_session_ends_with_its_frames_session(handed_over, end):
    window = open_window(handed_over)
    assert window.get("/accounts/").status_code == 200
    if end == "signed out in the frame":
        handed_over.post(f"{PREFIX}/accounts/logout/")
    else:
        hand_off(
            handed_over,
            None if end == "signed out at the company" else token(sub="bob-2", email="bob@example.com"),
        )
    assert window.get("/accounts/").status_code == 302


def test_a_windows_session_after_a_second_step_ends_with_its_frames_session(handed_over):
    window, secret = Client(), add_totp(Consumer.objects.get())
    asked = window.post(window_path(request_window(handed_over, WINDOW_URL))).url
    window.post(asked, {"code": totp_code(secret)})
    assert window.get("/accounts/").status_code == 200
    hand_off(handed_over, None)
    assert window.get("/accounts/").status_code == 302


def test_after_the_frames_session_ended_the_windows_second_step_does_not_sign_in(handed_over):
    window, secret = Client(), add_totp(Consumer.objects.get())
    asked = window.post(window_path(request_window(handed_over, WINDOW_URL))).url
    hand_off(handed_over, None)
    window.post(asked, {"code": totp_code(secret)})
    assert not is_signed_in(window)


def test_other_sessions_of_the_same_consumer_stay(handed_over):
    elsewhere, window = sign_in(Consumer.objects.get()), open_window(handed_over)
    hand_off(handed_over, None)
    assert elsewhere.get("/accounts/").status_code == 200
    assert window.get("/accounts/").status_code == 302


def test_signing_out_of_a_window_leaves_the_frame_signed_in(handed_over):
    window = open_window(handed_over)
    window.post("/accounts/logout/")
    assert frame_is_signed_in(handed_over)


# --- The absolute age of a session counts from the start of the frame's session --------------------------------------


def later(hours):
    return time_machine.travel(time.time() + hours * 3600)


def test_a_window_does_not_outlive_the_frames_absolute_session_age(alice, settings):
    settings.SESSION_COOKIE_AGE = settings.SESSION_ABSOLUTE_SECONDS = 12 * 3600
    framed = sign_in_within_frame(alice)
    with later(hours=11):
        window = open_window(framed, f"{SAME_SITE_PREFIX}/embed/window/")
        assert window.get("/accounts/").status_code == 200
    with later(hours=12.1):
        assert window.get("/accounts/").status_code == 302


def test_a_window_after_a_second_step_does_not_outlive_the_frames_absolute_session_age(alice, settings):
    settings.SESSION_COOKIE_AGE = settings.SESSION_ABSOLUTE_SECONDS = 12 * 3600
    framed, window = sign_in_within_frame(alice), Client()
    secret = add_totp(alice)
    with later(hours=11):
        asked = window.post(window_path(request_window(framed))).url
        window.post(asked, {"code": totp_code(secret)})
        assert window.get("/accounts/").status_code == 200
    with later(hours=12.1):
        assert window.get("/accounts/").status_code == 302


def test_after_the_frames_session_expired_the_windows_second_step_does_not_sign_in(alice, settings):
    settings.SESSION_COOKIE_AGE = settings.SESSION_ABSOLUTE_SECONDS = 12 * 3600
    framed, window = sign_in_within_frame(alice), Client()
    secret = add_totp(alice)
    with later(hours=11.95):
        asked = window.post(window_path(request_window(framed))).url
    with later(hours=12.05):
        window.post(asked, {"code": totp_code(secret)})
        assert not is_signed_in(window)


def test_a_window_opened_with_a_token_has_a_session_age_of_its_own(website, settings):
    settings.SESSION_COOKIE_AGE = settings.SESSION_ABSOLUTE_SECONDS = 12 * 3600
    window = Client()
    window.post(window_path(request_window_with_token(Client(), token())))
    with later(hours=11.9):
        assert window.get("/accounts/").status_code == 200
    with later(hours=12.1):
        assert window.get("/accounts/").status_code == 302


# --- Operators -----------------------------------------------------------------------------------------------


def test_an_operators_session_gets_no_code(alice):
    Consumer.objects.update(is_staff=True)
    assert request_window(sign_in_within_frame(alice)).status_code == 401 and not WindowCode.objects.exists()
