"""The page of devices: where a consumer is signed in, and signing out from another device."""

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts.models import Activity
from tests.accounts.signing_in import sign_in

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.4 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def laptop(anna, sandbox):
    client = Client(headers={"User-Agent": FIREFOX})
    sign_in(client)
    return client


@pytest.fixture
def phone(laptop):
    client = Client(headers={"User-Agent": SAFARI})
    sign_in(client, REMOTE_ADDR="203.0.113.7")
    return client


def page_of(client):
    return client.get("/accounts/devices/").content.decode()


def device_of(client):
    return UserSession.objects.get(session_key=client.cookies["sessionid"].value).pk


def is_signed_in(client):
    return client.get("/accounts/devices/").status_code == 200


def test_works(laptop, phone):
    html = page_of(laptop)
    assert "Firefox on Linux" in html and "iPhone" in html and "203.0.113.7" in html
    assert html.index("Firefox on Linux") < html.index("This device") < html.index("iPhone")


def test_devices_on_the_same_ip_are_marked(laptop, phone):
    html = page_of(laptop)
    assert "On another network (IP address 203.0.113.7)" in html
    sign_in(Client(headers={"User-Agent": SAFARI}))
    assert page_of(laptop).count("On your current network") == 2


def test_one_device_is_signed_out_from_another(laptop, phone):
    answer = laptop.post(f"/accounts/devices/{device_of(phone)}/sign-out/", follow=True)
    assert "was signed out" in answer.content.decode()
    assert not is_signed_in(phone) and is_signed_in(laptop)
    assert Activity.objects.filter(event="device_signed_out", address="anna@example.com").count() == 1


def test_all_others_are_signed_out_at_once(laptop, phone):
    other = Client()
    sign_in(other)
    answer = laptop.post("/accounts/devices/sign-out/", follow=True)
    assert "2 other devices were signed out" in answer.content.decode()
    assert [is_signed_in(client) for client in (laptop, phone, other)] == [True, False, False]


def test_only_sessions_that_had_not_ended_count_as_signed_out(laptop, phone):
    with time_machine.travel(timezone.now() + timedelta(minutes=40), tick=False):
        sign_in(laptop)
        sign_in(Client())
        answer = laptop.post("/accounts/devices/sign-out/", follow=True)
    assert "1 other device was signed out" in answer.content.decode()
    assert UserSession.objects.count() == 1


def test_signing_in_costs_the_same_however_many_sessions_are_open(laptop):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            sign_in(Client())
        return len(asked)

    before = queries()
    for _ in range(5):
        sign_in(Client())
    assert queries() == before


def test_signing_in_leaves_a_session_alone_that_is_getting_a_new_key(laptop, phone):
    """Between its two steps, which another process may see: its row is found under no session."""
    row = UserSession.objects.get(pk=device_of(phone))
    Session.objects.filter(session_key=row.session_key).update(session_key="0" * 32)
    sign_in(Client())
    assert UserSession.objects.filter(pk=row.pk).exists()


def test_checks_ownership(laptop, alice):
    stranger = Client()
    stranger.force_login(alice)
    assert stranger.post(f"/accounts/devices/{device_of(laptop)}/sign-out/").status_code == 404
    assert is_signed_in(laptop)


@pytest.mark.parametrize("path", ["1/sign-out/", "sign-out/"])
def test_rejects_get(laptop, phone, path):
    assert laptop.get(f"/accounts/devices/{path}").status_code == 405
    assert is_signed_in(phone)


def test_handles_missing(laptop):
    assert laptop.post("/accounts/devices/999999/sign-out/").status_code == 404


def test_device_without_session_is_not_listed(laptop, phone):
    phone.post("/accounts/logout/")
    assert "iPhone" not in page_of(laptop) and "Sign out all other devices" not in page_of(laptop)


def test_opening_a_page_updates_last_used(laptop, phone):
    later = timezone.now() + timedelta(minutes=5)
    with time_machine.travel(later, tick=False):
        phone.get("/accounts/devices/")
    assert UserSession.objects.get(pk=device_of(phone)).last_seen_at == later


def test_polling_does_not_update_last_used(laptop):
    before = UserSession.objects.get().last_seen_at
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        laptop.get("/unread.json")
    assert UserSession.objects.get().last_seen_at == before


def test_a_new_password_ends_the_other_sessions(laptop, phone):
    new = "a-kettle-on-the-hob"
    laptop.post("/accounts/reauthenticate/", {"password": "a-lamp-by-the-window"})
    form = {"oldpassword": "a-lamp-by-the-window", "password1": new, "password2": new}
    assert laptop.post("/accounts/password/change/", form).status_code == 302
    assert is_signed_in(laptop) and not is_signed_in(phone)


def test_session_used_on_another_device_is_shown_and_logged(laptop, anna):
    thief = Client(headers={"User-Agent": SAFARI}, REMOTE_ADDR="203.0.113.7")
    thief.cookies = laptop.cookies
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        thief.get("/accounts/activity/")
    session = UserSession.objects.get()
    assert (session.ip, session.user_agent) == ("203.0.113.7", SAFARI)
    line = Activity.objects.get(event="session_moved")
    assert (line.consumer, line.detail) == (anna, "Firefox on Linux")
    assert (line.device, line.network) == ("Safari on iPhone", "203.0.113.7")


def test_another_ip_is_shown_but_not_logged(laptop):
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        laptop.get("/accounts/activity/", REMOTE_ADDR="203.0.113.7")
    assert UserSession.objects.get().ip == "203.0.113.7"
    assert not Activity.objects.filter(event="session_moved").exists()


def test_polling_from_another_device_is_not_logged(laptop):
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        laptop.get("/unread.json", headers={"User-Agent": SAFARI})
    assert UserSession.objects.get().user_agent == FIREFOX
    assert not Activity.objects.filter(event="session_moved").exists()
