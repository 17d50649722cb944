"""How long a session lasts, what extends it, and what ends it at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from portal.accounts.models import Activity, Consumer
from portal.accounts.sessions import devices, lifetime
from portal.accounts.sessions.revoke import revoke_all
from portal.accounts.sessions.store import SessionStore
from tests.accounts.signing_in import sign_in
from tests.conftest import sign_in as forced

NOW = timezone.now()
EXTEND = "/accounts/session/extend/"


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def left(client):
    answer = client.get("/accounts/session.json")
    return answer.json() if answer.status_code == 200 else answer.status_code


def test_session_ends_after_half_an_hour_without_a_page(clock, alice_client):
    alice_client.get("/inbox/claims/")
    clock.shift(timedelta(minutes=29))
    assert alice_client.get("/inbox/claims/").status_code == 200
    clock.shift(timedelta(minutes=31))
    led = alice_client.get("/inbox/claims/")
    assert led.url == "/accounts/login/?ended=&next=/inbox/claims/"
    assert "You were signed out because" in alice_client.get(led.url).content.decode()


@pytest.mark.parametrize(("asked", "status"), [("/unread.json", 401), ("/accounts/session.json", 204)])
def test_request_of_a_script_does_not_hide_that_the_session_ended(clock, alice_client, asked, status):
    clock.shift(timedelta(minutes=31))
    answer = alice_client.get(asked)
    assert answer.status_code == status and "sessionid" not in answer.cookies
    led = alice_client.get("/inbox/claims/")
    assert led.url == "/accounts/login/?ended=&next=/inbox/claims/"
    assert led.cookies["sessionid"]["max-age"] == 0  # Only the first page says so.


def test_session_ends_after_twelve_hours_of_use(clock, alice_client):
    for _ in range(12 * 3 - 1):
        clock.shift(timedelta(minutes=20))
        assert alice_client.get("/inbox/claims/").status_code == 200
    clock.shift(timedelta(minutes=20, seconds=1))
    assert alice_client.get("/inbox/claims/").status_code == 302
    assert alice_client.get("/unread.json").status_code == 401


def test_both_limits_are_settings(clock, settings, alice_client):
    settings.SESSION_COOKIE_AGE, settings.SESSION_ABSOLUTE_SECONDS = 120, 300
    for _ in range(4):
        clock.shift(timedelta(seconds=70))
        assert alice_client.get("/inbox/claims/").status_code == 200
    assert left(alice_client) == {"idle": 20, "absolute": 20}
    clock.shift(timedelta(seconds=21))
    assert left(alice_client) == 204


def test_polling_does_not_extend_the_session(clock, alice_client):
    for _ in range(31):
        clock.shift(timedelta(minutes=1))
        alice_client.get("/unread.json")
        alice_client.get("/accounts/session.json")
    assert alice_client.get("/inbox/claims/").status_code == 302


def test_prefetching_does_not_extend_the_session(clock, alice_client):
    for _ in range(3):
        clock.shift(timedelta(minutes=12))
        alice_client.get("/inbox/claims/", headers={"Sec-Purpose": "prefetch;prerender"})
    assert alice_client.get("/inbox/claims/").status_code == 302


def test_reports_the_remaining_seconds(clock, alice_client):
    assert left(alice_client) == {"idle": 1800, "absolute": 43200}
    clock.shift(timedelta(minutes=10))
    assert left(alice_client) == {"idle": 1200, "absolute": 42600}


def test_staying_signed_in_moves_the_idle_end_at_once(clock, alice_client):
    clock.shift(timedelta(minutes=28))
    assert alice_client.post("/accounts/session/extend/").json() == {
        "idle": 1800,
        "absolute": 43200 - 28 * 60,
    }
    clock.shift(timedelta(minutes=29))
    assert alice_client.get("/inbox/claims/").status_code == 200


def test_ended_session_cannot_be_extended(clock, alice_client):
    clock.shift(timedelta(minutes=31))
    assert alice_client.post("/accounts/session/extend/").status_code == 204
    assert left(alice_client) == 204


@pytest.mark.parametrize("ask", [lambda one: one.get("/accounts/"), lambda one: one.post(EXTEND)])
def test_a_session_whose_account_was_switched_off_is_not_extended(clock, alice, ask):
    browser = forced(alice)
    Consumer.objects.filter(pk=alice.pk).update(is_active=False)
    tables = [Session.objects.order_by("pk"), UserSession.objects.order_by("pk")]
    before = [list(table.values()) for table in tables]
    clock.shift(timedelta(minutes=5))
    ask(browser)
    assert [list(table.all().values()) for table in tables] == before


def test_extending_needs_a_post_and_a_csrf_token(alice, sandbox):
    client = forced(alice)
    assert client.get("/accounts/session/extend/").status_code == 405
    client.handler.enforce_csrf_checks = True
    assert client.post("/accounts/session/extend/").status_code == 403


def test_page_contains_the_remaining_seconds(clock, alice_client):
    html = alice_client.get("/inbox/claims/").content.decode()
    assert 'data-idle="1800"' in html and 'data-absolute="43200"' in html


def test_signing_out_ends_it_on_the_server_and_clears_the_browser(alice_client):
    stolen = alice_client.cookies["sessionid"].value
    answer = alice_client.post("/accounts/logout/")
    assert answer.url == "/accounts/login/" and answer["Clear-Site-Data"] == '"cache", "storage"'
    alice_client.cookies["sessionid"] = stolen
    assert alice_client.get("/inbox/claims/").status_code == 302
    assert not Session.objects.filter(session_key=stolen).exists()


def test_signing_out_by_following_a_link_asks_first(alice_client):
    answer = alice_client.get("/accounts/logout/")
    assert answer.status_code == 200 and "Clear-Site-Data" not in answer
    assert alice_client.get("/inbox/claims/").status_code == 200


def test_signing_out_twice_is_no_error(alice_client):
    alice_client.post("/accounts/logout/")
    assert (
        alice_client.post("/accounts/logout/").url
        == alice_client.get("/accounts/logout/").url
        == "/accounts/login/"
    )


def test_planted_session_key_is_replaced_at_sign_in(client, anna):
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    sign_in(client)
    assert client.cookies["sessionid"].value != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_what_is_stored_at_sign_in_has_its_user_from_the_first_moment(client, anna, monkeypatch):
    users, encode = [], SessionStore.encode
    monkeypatch.setattr(
        SessionStore,
        "encode",
        lambda self, content: users.append(content.get("_auth_user_id")) or encode(self, content),
    )
    sign_in(client)
    assert set(users) == {str(anna.pk)}


def test_the_last_sign_in_is_shown(client, anna, sandbox):
    Activity.objects.create(
        event="signed_in", consumer=anna, device="Firefox on Linux", at=timezone.now() - timedelta(days=2)
    )
    sign_in(client, HTTP_USER_AGENT="curl/8.0")
    html = client.get("/").content.decode()
    assert "Last sign-in:" in html and "Firefox on Linux" in html


def test_first_sign_in_shows_no_last_sign_in(client, anna, sandbox):
    sign_in(client)
    assert "Last sign-in:" not in client.get("/").content.decode()


HERE = "http://testserver/inbox/claims/?status=unread"


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        (HERE, "/inbox/claims/%3Fstatus%3Dunread"),
        ("", "/"),
        ("https://evil.example/inbox/claims/", "/"),
        ("//evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("http://testserver.evil.example/x", "/"),
        ("http://[", "/"),
        ("http://testserver\u2100/x", "/"),
    ],
)
def test_late_post_leads_through_sign_in_back_to_its_page(client, db, referer, back):
    answer = client.post("/inbox/claims/selected/", {"action": "delete"}, HTTP_REFERER=referer)
    assert answer.url == f"/accounts/login/?ended=unsaved&next={back}"
    assert "Your session had ended, so nothing was changed" in client.get(answer.url).content.decode()


def test_page_mentions_an_ended_session_only_if_there_was_one(client, alice_client):
    assert client.get("/inbox/claims/").url == "/accounts/login/?next=/inbox/claims/"
    told = alice_client.post("/accounts/logout/", follow=True).content.decode()
    assert "You’re signed out." in told and "You were signed out because" not in told
    assert alice_client.get("/inbox/claims/").url == "/accounts/login/?next=/inbox/claims/"


@pytest.mark.postgresql
@pytest.mark.parametrize("key", ["x", '"\\000aaaaaaaa"', "A" * 32, "a" * 33, "\u00e4" * 32])
def test_a_cookie_that_holds_no_session_key_opens_no_session(client, db, key):
    """Browsers may write any character as an escape in quotes, and PostgreSQL cannot look for a NUL."""
    answer = client.get("/inbox/claims/", headers={"Cookie": f"sessionid={key}"})
    assert answer.url == "/accounts/login/?ended=&next=/inbox/claims/"


@pytest.fixture
def browser_with_new_key(rf, client, anna):
    """Anna's browser. Its session got a new key after sign-in."""
    sign_in(client)
    request = rf.get("/")
    request.session = client.session
    old = request.session.session_key
    lifetime.cycle_key(request)
    client.cookies["sessionid"] = request.session.session_key
    assert request.session.session_key != old and left(client)["idle"] > 0
    return client


def test_a_session_with_a_new_key_can_still_be_revoked(browser_with_new_key, anna):
    assert revoke_all(anna) == 1
    assert left(browser_with_new_key) == 204


def test_a_session_with_a_new_key_stays_in_the_list_of_devices(browser_with_new_key, anna):
    (device,) = devices.active(anna, browser_with_new_key.session.session_key)
    assert device.is_current


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql("portal.accounts.sessions.lifetime")
def test_no_one_sees_a_session_without_its_row_while_it_gets_a_new_key(rf, client, anna, monkeypatch):
    """The list of devices, opened elsewhere between the two steps, would delete the row."""

    def look():
        try:
            return [device.session_key for device in UserSession.objects.purge_and_list(anna)]
        finally:
            connection.close()

    def renew(session):
        original(session)
        with ThreadPoolExecutor(1) as elsewhere:
            seen.append(elsewhere.submit(look).result())

    sign_in(client)
    request, seen, original = rf.get("/"), [], SessionStore.cycle_key
    request.session = client.session
    old = request.session.session_key
    monkeypatch.setattr(SessionStore, "cycle_key", renew)
    lifetime.cycle_key(request)
    assert seen == [[old]]
    assert UserSession.objects.get().session_key == request.session.session_key != old
