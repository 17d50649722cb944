"""What strangers in many networks can do to an account, and that its owner always gets in.

docs/accounts.md makes these promises in so many words; the first test compares them with the constants here.
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from portal.accounts.models import Activity, Consumer
from tests.accounts.signing_in import PASSWORD, mailed_code, sign_in

pytestmark = pytest.mark.slow

PASSWORDS_OF_A_NETWORK, PASSWORDS_IN_AN_HOUR, PASSWORDS_IN_A_DAY = 20, 40, 100
CODES_IN_AN_HOUR, LONG_CODES_IN_AN_HOUR = 20, 3
HERS = "203.0.113.9"  # The owner's network.
ANNA = "anna@example.com"
WRONG = "wrong-password-of-somebody"
LONG_CODE = re.compile(r"^\s*(\d{4}-\d{4}-\d{4}-\d{4})\s*$", re.M)

networks = pytest.mark.parametrize("networks", [60, pytest.param(250, marks=pytest.mark.proof)])
_stranger = Client()  # Shared, because creating a client takes longer than a request.


@pytest.fixture
def clock(time_machine):
    time_machine.move_to("2026-11-28 12:00Z", tick=False)
    return time_machine


def network(number):
    return f"198.18.{number // 250}.{number % 250}"


def address_in_one_64(number):
    return f"2001:db8:0:1:{number:x}::1"


def guess(password=WRONG, login=ANNA, ip=HERS):
    _stranger.cookies.clear()
    return sign_in(_stranger, password, login, REMOTE_ADDR=ip)


def ask(ip, page="login/code", address=ANNA, browser=_stranger):
    browser.cookies.clear()
    return browser.post(f"/accounts/{page}/", {"email": address}, REMOTE_ADDR=ip)


def sign_up(ip, browser=_stranger, address="carol@example.com"):
    browser.cookies.clear()
    form = {"email": address, "first_name": "Carol", "last_name": "Klein", "password1": "a-kettle-on-the-hob"}
    return browser.post("/accounts/signup/", form, REMOTE_ADDR=ip)


def type_code(browser, code, page="login/code/confirm"):
    return browser.post(f"/accounts/{page}/", {"code": code}, REMOTE_ADDR=HERS)


def long_codes():
    return [found[1] for message in mail.outbox if (found := LONG_CODE.search(message.body))]


def latest_code():
    """What the page asks for: the long code if one was mailed."""
    return (long_codes() or [mailed_code()])[-1]


def compared():
    """How many wrong passwords were compared: each is in the log."""
    return Activity.objects.filter(event="sign_in_failed", consumer__email=ANNA).count()


def is_signed_in(browser):
    return browser.get("/accounts/", REMOTE_ADDR=HERS).status_code == 200


def test_the_documentation_states_these_numbers():
    text = " ".join((Path(settings.BASE_DIR) / "docs" / "accounts.md").read_text().split())
    assert f"at most {PASSWORDS_IN_AN_HOUR} an hour and {PASSWORDS_IN_A_DAY} a day" in text
    assert f"from one network at most {PASSWORDS_OF_A_NETWORK} an hour" in text
    assert (
        f"at most {CODES_IN_AN_HOUR} mails with a code an hour, and {LONG_CODES_IN_AN_HOUR} with the long"
        in text
    )


@networks
def test_codes_requested_by_many_networks_leave_the_owner_a_way_in(anna, client, networks):
    for number in range(networks):
        assert ask(network(number)).status_code == 302
    assert CODES_IN_AN_HOUR < len(mail.outbox) <= CODES_IN_AN_HOUR + LONG_CODES_IN_AN_HOUR
    assert ask(HERS, browser=client).status_code == 302
    assert "16-digit code" in client.get("/accounts/login/code/confirm/", REMOTE_ADDR=HERS).content.decode()
    assert type_code(client, latest_code()).url == "/" and is_signed_in(client)


def test_codes_requested_from_one_64_do_not_use_up_the_owners(anna, client):
    for number in range(24):
        ask(address_in_one_64(number))
    assert len(mail.outbox) <= 6
    mail.outbox.clear()
    ask(HERS, browser=client)
    assert type_code(client, mailed_code()).url == "/"


@networks
def test_passwords_from_many_networks_are_few_and_leave_the_owner_a_way_in(anna, client, networks):
    for number in range(networks):
        guess(f"{WRONG}{number}", ip=network(number))
    assert compared() == PASSWORDS_IN_AN_HOUR
    answer = sign_in(client, REMOTE_ADDR=HERS)
    assert answer.url.startswith("/accounts/login/code/confirm/")
    assert type_code(client, latest_code()).url == "/" and is_signed_in(client)


@pytest.mark.parametrize(
    ("networks", "limit"),
    [(15, "10/d/key"), pytest.param(150, f"{PASSWORDS_IN_A_DAY}/d/key", marks=pytest.mark.proof)],
)
def test_passwords_are_bounded_for_a_day_however_many_networks(settings, anna, clock, networks, limit):
    assert settings.ACCOUNT_RATE_LIMITS["password_total"].endswith(f",{PASSWORDS_IN_A_DAY}/d/key")
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"password_total": limit}
    for number in range(networks):
        guess(f"{WRONG}{number}", ip=network(number))
        clock.shift(timedelta(minutes=9))
    assert compared() == int(limit.split("/")[0])


def test_passwords_from_one_64_are_few_and_leave_the_right_one_valid_elsewhere(anna, client, clock):
    for number in range(60):
        guess(f"{WRONG}{number}", ip=address_in_one_64(number))
        clock.shift(timedelta(seconds=59))
    assert compared() == PASSWORDS_OF_A_NETWORK
    assert sign_in(client, REMOTE_ADDR=HERS).url == "/"


def test_five_wrong_passwords_of_a_stranger_refuse_nothing(anna, client):
    for number in range(6):
        guess(f"{WRONG}{number}", ip=network(number % 2))
    assert sign_in(client, REMOTE_ADDR=HERS).url == "/"


def test_known_browser_is_never_asked_for_a_code(anna, client):
    sign_in(client)
    client.post("/accounts/logout/")
    for number in range(PASSWORDS_IN_AN_HOUR + 1):
        guess(ip=network(number))
    assert sign_in(client, REMOTE_ADDR=network(3)).url == "/"


def test_answer_above_the_limit_does_not_tell_whether_the_password_is_right(anna, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"password_total": "1/h/key"}
    for login in (ANNA, "anja@example.com"):
        guess(login=login)
    answers = [guess(PASSWORD), guess(WRONG), guess(WRONG, "anja@example.com")]
    assert len({(answer.status_code, answer.url) for answer in answers}) == 1
    assert compared() == 1


def test_password_page_with_a_code_leads_on_to_the_page_that_was_wanted(anna, client, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"password_total": "1/h/key"}
    guess()
    answer = sign_in(client, query="?next=/accounts/name/", REMOTE_ADDR=HERS)
    page = client.get(answer.url).content.decode()
    assert "There were too many wrong passwords for this account" in page
    assert client.post(answer.url, {"code": mailed_code()}).url == "/accounts/name/"


@pytest.fixture
def long_code(anna):
    """Mailed to Anna after one network requested too many codes."""
    for number in range(8):
        ask(network(0), "login/code" if number % 2 else "password/reset")
    [code] = long_codes()
    return code


def test_long_code_sets_a_new_password_too(long_code, client):
    ask(network(0), "password/reset", browser=client)
    assert type_code(client, long_code, "password/reset/confirm").url == "/accounts/password/reset/complete/"


def test_long_code_works_once(long_code, client):
    for browser in (client, _stranger):
        ask(network(0), browser=browser)
    assert type_code(client, long_code).url == "/"
    type_code(_stranger, long_code)
    assert not is_signed_in(_stranger)
    mail.outbox.clear()
    ask(network(0))
    assert len(long_codes()) == 1 and long_codes() != [long_code]


def test_strangers_wrong_tries_do_not_use_up_the_long_code(long_code, client):
    for number in range(8):
        ask(network(0))
        for _ in range(3):
            type_code(_stranger, f"0000-0000-0000-{number:04}")
    for wrong in ("1", "2", "3"):
        ask(HERS, browser=client)
        type_code(client, wrong)
    ask(network(0), browser=client)
    assert type_code(client, long_code.replace("-", " ")).url == "/"


def test_strangers_wrong_codes_do_not_fill_the_owners_activity_log(long_code, settings):
    settings.ACCOUNT_RATE_LIMITS = {"recorded_wrong_code": "5/h/key", "mailed_code_total": "1/h/key"}
    before = Activity.objects.count()
    for number in range(6):
        ask(network(number), "login/code" if number % 2 else "password/reset")
        for _ in range(3):
            type_code(_stranger, "0000", "login/code/confirm" if number % 2 else "password/reset/confirm")
    assert Activity.objects.count() == before + 5


@pytest.mark.proof
def test_long_code_ends_after_an_hour_and_is_mailed_again_meanwhile(anna, clock):
    for _ in range(60):
        ask(network(0))
        clock.shift(timedelta(seconds=59))
    assert len(long_codes()) == LONG_CODES_IN_AN_HOUR and len(set(long_codes())) == 1
    old = long_codes()[0]
    ask(network(0))
    clock.shift(timedelta(minutes=9))
    for _ in range(4):
        ask(network(0))
    assert long_codes()[-1] != old


def test_code_requested_just_before_the_hour_is_over_can_still_be_typed(long_code, client, clock):
    clock.shift(timedelta(minutes=59))
    for _ in range(4):
        ask(network(0), browser=client)
    clock.shift(timedelta(minutes=5))
    assert type_code(client, long_code).url == "/"


def test_resending_counts_as_another_mail(anna, client):
    for number in range(10):
        ask(network(number), browser=client)
        for _ in range(2):
            client.post("/accounts/login/code/confirm/", {"action": "resend"}, REMOTE_ADDR=network(number))
    assert len(mail.outbox) <= CODES_IN_AN_HOUR + 1
    assert type_code(client, latest_code()).url == "/"


def test_sign_ups_of_many_networks_leave_the_owner_of_the_address_a_way_in(settings, db, client):
    settings.PORTAL_SIGNUP = "open"
    for number in range(26):
        assert sign_up(network(number)).status_code == 302
    assert len(mail.outbox) <= CODES_IN_AN_HOUR + LONG_CODES_IN_AN_HOUR
    sign_up(HERS, browser=client)
    assert type_code(client, latest_code(), "confirm-email").url == "/"
    assert Consumer.objects.get().first_name == "Carol"


def test_sign_ups_with_an_address_that_is_taken_mail_no_more(settings, anna):
    settings.PORTAL_SIGNUP = "open"
    for number in range(26):
        assert sign_up(network(number), address=ANNA).status_code == 302
    assert len(mail.outbox) == CODES_IN_AN_HOUR


@pytest.mark.proof
def test_changing_the_address_works_while_strangers_request_codes_to_the_new_one(settings, anna, client):
    settings.PORTAL_SIGNUP = "open"
    for number in range(26):
        sign_up(network(number), address="new@example.com")
    sign_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/email/", {"email": "new@example.com", "action_add": ""})
    client.post("/accounts/confirm-email/", {"code": latest_code()})
    anna.refresh_from_db()
    assert anna.email == "new@example.com"


@pytest.mark.proof
def test_unverified_account_signs_in_while_strangers_sign_up_with_its_address(settings, anna, client):
    settings.PORTAL_SIGNUP = "open"
    anna.emailaddress_set.update(verified=False)
    for number in range(26):
        sign_up(network(number), address=ANNA)
    sign_in(client, REMOTE_ADDR=HERS)
    assert type_code(client, latest_code(), "confirm-email").url.startswith("/")
    assert is_signed_in(client)
