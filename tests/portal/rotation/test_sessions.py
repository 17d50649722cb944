"""Replacing SECRET_KEY, in the steps of docs/going-live.md: everyone stays signed in."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from tests.accounts.signing_in import is_signed_in, sign_in

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


@pytest.fixture
def laptop(anna, sandbox) -> Client:
    browser = Client(HTTP_USER_AGENT=FIREFOX)
    sign_in(browser)
    return browser


def tab_of(client: Client) -> Client:
    """Another tab of the same browser: a request of it may begin before the cookie of another answer arrives."""
    tab = Client()
    for name, cookie in client.cookies.items():
        tab.cookies[name] = cookie.value
    return tab


@pytest.mark.postgresql
def test_a_session_and_all_its_tabs_stay_signed_in(laptop, rotate):
    other_tab, key = tab_of(laptop), laptop.session.session_key
    rotate()
    assert is_signed_in(laptop) and is_signed_in(other_tab) and is_signed_in(laptop)
    assert laptop.cookies["sessionid"].value == key


def test_looking_at_the_list_of_devices_signs_no_other_device_out(laptop, rotate):
    phone = Client()
    sign_in(phone)
    rotate()
    assert "Firefox on Linux" in phone.get("/accounts/devices/").content.decode()
    assert is_signed_in(laptop)


def test_signing_in_elsewhere_ends_no_session(laptop, rotate):
    rotate()
    sign_in(Client())
    assert is_signed_in(laptop) and UserSession.objects.count() == 2


def test_a_session_of_before_can_be_ended_from_another_device(laptop, rotate):
    rotate()
    phone = Client()
    sign_in(phone)
    phone.post("/accounts/devices/sign-out/")
    assert not is_signed_in(laptop) and is_signed_in(phone)


def test_a_new_password_ends_a_session_of_before(laptop, rotate, anna):
    rotate()
    anna.set_password("a-kettle-on-the-hob")
    anna.save()
    assert not is_signed_in(laptop)


def test_pages_that_are_open_are_still_their_readers(alice_client, rotate):
    before = alice_client.get("/unread.json").json()["reader"]
    rotate()
    assert before in alice_client.get("/unread.json").json()["reader"].split(" ")


def test_a_session_that_was_used_since_outlives_the_old_key(laptop, rotate, forget):
    rotate()
    laptop.post("/accounts/session/extend/")
    forget()
    assert is_signed_in(laptop)


def test_without_the_old_key_a_session_ends(laptop, rotate, forget):
    rotate()
    forget()
    assert not is_signed_in(laptop)


def test_rotating_back_after_a_mistake_ends_no_session(laptop, rotate, settings):
    """As on a portal of several processes, of which some have the new key first and others second."""
    old = settings.SECRET_KEY
    rotate()
    laptop.post("/accounts/session/extend/")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = old, [settings.SECRET_KEY]
    assert is_signed_in(laptop)
    laptop.post("/accounts/session/extend/")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = settings.SECRET_KEY_FALLBACKS[0], [old]
    assert is_signed_in(laptop)
