"""Guessing passwords and codes from one network or a few, and that the owner is not locked out. See also
test_strangers.py, where they are many.
"""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from allauth.account import forms
from allauth.core import ratelimit
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.test import Client
from django.utils import timezone

from portal.accounts.login import rate_limits
from portal.accounts.models import Activity, Consumer
from tests.accounts.signing_in import PASSWORD, mailed_code, sign_in

pytestmark = pytest.mark.slow

WRONG = "wrong-password-of-somebody"


def at_two_rates(*few_and_many):
    """Parametrize a test with the number of tries and the seconds between them; the many are for `make proof`."""
    few, many = few_and_many
    return pytest.mark.parametrize(("tries", "pause"), [few, pytest.param(*many, marks=pytest.mark.proof)])


def evaluated():
    """How many passwords were compared: each wrong one is in the log."""
    return Activity.objects.filter(event="sign_in_failed").count()


_stranger = Client()  # Shared, because creating a client takes longer than a request.


def guess(password=WRONG, **extra):
    """Sign in with a wrong password, in a browser without cookies."""
    _stranger.cookies.clear()
    return sign_in(_stranger, password, **extra)


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


@at_two_rates((120, 29), (1000, 3.5))
def test_at_most_twenty_guesses_of_one_network_are_compared_in_an_hour(clock, anna, tries, pause):
    for number in range(tries):
        guess(f"{WRONG}{number}", REMOTE_ADDR="198.51.100.1")
        clock.shift(timedelta(seconds=pause))
    assert 5 <= evaluated() <= 20
    assert not Activity.objects.filter(event="signed_in").exists()


def test_guesses_at_many_accounts_from_one_ip_are_stopped(anna):
    for number in range(30):
        guess(login=f"anna{number}@example.com")
    assert evaluated() == 10


@pytest.mark.proof
def test_ipv4_addresses_that_a_socket_for_both_protocols_gives_are_counted_separately(anna):
    for number in range(30):
        guess(login=f"anna{number}@example.com", REMOTE_ADDR=f"::ffff:203.0.113.{number}")
    assert evaluated() == 30


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP"])
def test_forged_header_does_not_change_the_ip(anna, header):
    for number in range(30):
        name = f"HTTP_{header.upper().replace('-', '_')}"
        guess(login=f"anna{number}@example.com", **{name: f"203.0.113.{number}"})
    assert evaluated() == 10


def test_each_ip_behind_a_trusted_proxy_is_counted_separately(settings, anna):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(30):
        forwarded = f"192.0.2.1, 203.0.113.{number}"
        guess(login=f"anna{number}@example.com", HTTP_X_FORWARDED_FOR=forwarded)
    assert evaluated() == 30


def shut_out(anna):
    """After this, an unknown browser is asked for a code instead of the password."""
    for number in range(41):
        guess(REMOTE_ADDR=f"198.51.100.{number}")


def test_known_browser_can_sign_in_while_a_stranger_guesses(client, anna):
    sign_in(client)
    client.post("/accounts/logout/")
    shut_out(anna)
    assert "/code/" in guess(PASSWORD).url
    assert sign_in(client).url == "/"


def test_mailed_code_signs_in_while_a_stranger_guesses(client, anna):
    shut_out(anna)
    client.post("/accounts/login/code/", {"email": "anna@example.com"})
    assert client.post("/accounts/login/code/confirm/", {"code": mailed_code()}).url == "/"


def test_password_is_enough_again_after_an_hour(clock, client, anna):
    shut_out(anna)
    clock.shift(timedelta(hours=1))
    assert sign_in(client).url == "/"


def test_wrong_passwords_typed_here_are_forgotten_after_an_hour(clock, client, anna):
    for _ in range(40):
        guess()
        clock.shift(timedelta(minutes=1, seconds=1))
    assert guess(PASSWORD).status_code == 200  # Refused, though it is right.
    clock.shift(timedelta(hours=1))
    assert sign_in(client).url == "/"


def test_browser_is_known_only_for_its_own_account(client, anna):
    sign_in(client)
    client.post("/accounts/logout/")
    for _ in range(6):
        sign_in(client, WRONG, login="bob@example.com")
    shut_out(anna)
    assert sign_in(client).url == "/"


def test_known_browser_is_limited_too(client, anna):
    sign_in(client)
    client.post("/accounts/logout/")
    for number in range(50):
        sign_in(client, WRONG, REMOTE_ADDR=f"198.51.100.{number}")
    assert evaluated() == 5


@pytest.mark.parametrize("cookie", ["", "x", "eyJhIjoxfQ:1:x", "\x00", "[" * 5000])
def test_forged_device_cookie_is_ignored(settings, anna, cookie):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"password_total": "1/h/key"}
    guess()
    forger = Client()
    forger.cookies["known"] = cookie
    assert "/code/" in sign_in(forger).url


def test_device_cookie_contains_no_address(client, anna):
    sign_in(client)
    assert "anna" not in client.cookies["known"].value and client.cookies["known"]["httponly"]


def test_code_is_used_up_after_three_wrong_guesses(client, anna):
    client.post("/accounts/login/code/", {"email": "anna@example.com"})
    code = mailed_code()
    for _ in range(3):
        client.post("/accounts/login/code/confirm/", {"code": "0000-0000"})
    client.post("/accounts/login/code/confirm/", {"code": code})
    assert client.get("/").status_code == 302


def test_code_works_once(client, anna):
    client.post("/accounts/login/code/", {"email": "anna@example.com"})
    code = mailed_code()
    client.post("/accounts/login/code/confirm/", {"code": code})
    client.post("/accounts/logout/")
    client.post("/accounts/login/code/confirm/", {"code": code})
    assert client.get("/").status_code == 302


def test_code_works_only_in_the_browser_that_requested_it(client, anna):
    client.post("/accounts/login/code/", {"email": "anna@example.com"})
    stranger = Client()
    stranger.post("/accounts/login/code/", {"email": "anna@example.com"})
    stranger.post("/accounts/login/code/confirm/", {"code": mailed_code(0)})
    assert stranger.get("/").status_code == 302


def test_code_expires(clock, client, anna):
    client.post("/accounts/login/code/", {"email": "anna@example.com"})
    clock.shift(timedelta(minutes=10, seconds=1))
    client.post("/accounts/login/code/confirm/", {"code": mailed_code()})
    assert client.get("/").status_code == 302


def test_code_for_an_address_expires(clock, client, anna):
    anna.emailaddress_set.update(verified=False)
    sign_in(client)
    clock.shift(timedelta(minutes=10, seconds=1))
    client.post("/accounts/confirm-email/", {"code": mailed_code()})
    assert client.get("/").status_code == 302 and anna.verified_address() is None


def test_code_for_a_password_expires(clock, client, anna):
    client.post("/accounts/password/reset/", {"email": "anna@example.com"})
    clock.shift(timedelta(minutes=10, seconds=1))
    answer = client.post("/accounts/password/reset/confirm/", {"code": mailed_code()})
    assert answer.status_code == 302 and "complete" not in answer.url


def test_codes_to_one_inbox_are_limited(clock, anna):
    for number in range(100):
        _stranger.cookies.clear()
        address = {"email": "anna@example.com"}
        _stranger.post("/accounts/login/code/", address, REMOTE_ADDR=f"198.51.100.{number}")
        clock.shift(timedelta(seconds=30))
    assert len(mail.outbox) <= 23


def test_what_was_typed_for_an_unknown_account_is_not_stored(anna):
    guess(login=f"{PASSWORD}@typed.example")
    row = Activity.objects.get(event="sign_in_failed")
    assert row.address == "" and row.consumer is None


def ask_for_code(browser, address="anna@example.com", network="198.51.100.1", page="login/code"):
    return browser.post(f"/accounts/{page}/", {"email": address}, REMOTE_ADDR=network)


@at_two_rates((60, 180), (360, 30))
@pytest.mark.proof
def test_stranger_who_tries_for_three_hours_locks_no_account(clock, anna, tries, pause):
    for _ in range(tries):
        guess(REMOTE_ADDR="198.51.100.1")
        ask_for_code(_stranger)
        ask_for_code(_stranger, page="password/reset")
        clock.shift(timedelta(seconds=pause))
    here = Client()
    mail.outbox.clear()
    ask_for_code(here, network="203.0.113.9")
    assert here.post("/accounts/login/code/confirm/", {"code": mailed_code()}).url == "/"


def test_a_password_that_is_not_compared_counts_for_no_network(rf, settings):
    few = {"password": "1/h/key", "password_total": "1/h/key"}
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | few
    there, here = (rf.post("/", REMOTE_ADDR=ip) for ip in ("198.51.100.1", "198.51.100.2"))
    there.user = here.user = AnonymousUser()
    address = "anna@example.com"
    assert rate_limits.consume_password_attempt(there, address)
    assert rate_limits.consume_password_attempt(here, address) is None
    ratelimit.clear(here, action="password_total", key=address)
    assert rate_limits.consume_password_attempt(here, address)


def test_stranger_on_the_same_ip_does_not_lock_a_known_browser_out(client, anna):
    sign_in(client)
    client.post("/accounts/logout/")
    for number in range(20):
        guess(login=f"anna{number}@example.com")
        ask_for_code(_stranger, f"anna{number}@example.com")
    assert sign_in(client).url == "/"


def test_stranger_on_the_same_ip_who_tries_everything_leaves_a_known_browser_a_code(client, anna):
    sign_in(client)
    client.post("/accounts/logout/")
    for number in range(35):
        ask_for_code(_stranger, f"anna{number}@example.com")
        ask_for_code(_stranger, page="password/reset")
        _stranger.cookies.clear()
        script = {"X-Requested-With": "XMLHttpRequest"}
        _stranger.get("/accounts/2fa/webauthn/login/", headers=script, REMOTE_ADDR="198.51.100.1")
    mail.outbox.clear()
    for page in ("password/reset", "login/code"):
        assert ask_for_code(client, page=page).status_code == 302
    assert client.post("/accounts/login/code/confirm/", {"code": mailed_code()}).url == "/"


@at_two_rates((60, 56), (280, 12))
@pytest.mark.proof
def test_old_password_is_limited_like_at_sign_in(clock, client, anna, tries, pause):
    sign_in(client)
    for number in range(tries):
        form = {"oldpassword": f"{WRONG}{number}", "password1": "a-kettle-on-the-hob"}
        client.post("/accounts/password/change/", form)
        clock.shift(timedelta(seconds=pause))
    assert 5 <= evaluated() <= 20


@at_two_rates((60, 30), (600, 3))
@pytest.mark.proof
def test_made_up_addresses_evict_no_counts(clock, anna, tries, pause):
    """One IP address requests as much as it can, for half an hour."""
    for number in range(tries):
        guess(login=f"anna{number}@example.com", REMOTE_ADDR="198.51.100.1")
        ask_for_code(_stranger, f"anna{number}@example.com")
        if number % 10 == 0:
            guess(REMOTE_ADDR=f"203.0.113.{number % 250}")
        clock.shift(timedelta(seconds=pause))
    assert Activity.objects.filter(event="sign_in_failed", consumer=anna).count() <= 40


def ask_for_verification(browser):
    Consumer.objects.get().emailaddress_set.update(verified=False)
    sign_in(browser)


@pytest.mark.parametrize(
    ("ask", "page"),
    [
        (ask_for_code, "login/code/confirm"),
        (partial(ask_for_code, page="password/reset"), "password/reset/confirm"),
        (ask_for_verification, "confirm-email"),
    ],
    ids=["sign in", "new password", "address"],
)
def test_only_three_simultaneous_guesses_at_a_code_are_compared(monkeypatch, client, anna, ask, page):
    ask(client)
    compared = []
    monkeypatch.setattr(forms, "compare_user_code", lambda **codes: compared.append(codes) or False)
    before = client.session
    for _ in range(10):
        before.save()  # The state that simultaneous requests read, before any of them has written.
        client.post(f"/accounts/{page}/", {"code": "0000-0000"})
    assert len(compared) == 3
