"""The page of a consumer's own activity: what happened, when and where. Never another account's, and never mail."""

from datetime import UTC, datetime

import pytest

from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.models import Activity
from tests.conftest import make_consumer, sign_in

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.0 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def anna(db):
    return make_consumer("Anna")


def words(response):
    return " ".join(response.content.decode().split())


def shown(consumer, query=""):
    return words(sign_in(consumer).get(f"/accounts/activity/{query}"))


def lines(html):
    return html.count("<time ")


@pytest.mark.parametrize(
    ("event", "more", "said"),
    [
        (Event.SIGNED_IN, {"detail": "password"}, "Signed in: password"),
        (Event.SIGNED_IN, {"detail": "code by e-mail"}, "Signed in: code by email"),
        (Event.SIGNED_IN, {"detail": "password, totp"}, "Signed in: password, authenticator app"),
        (Event.SIGNED_IN, {"detail": "webauthn"}, "Signed in: passkey"),
        (Event.SIGN_IN_FAILED, {"detail": "password"}, "Sign-in failed: wrong password"),
        (Event.SIGN_IN_FAILED, {"detail": "password again"}, "Confirmation failed: wrong password"),
        (Event.SIGN_IN_FAILED, {"detail": "company"}, "Sign-in failed: customer account"),
        (Event.DEVICE_SIGNED_OUT, {"detail": "Firefox on Windows"}, "Device signed out: Firefox on Windows"),
        (Event.DEVICE_SIGNED_OUT, {"number": 2}, "2 devices signed out"),
        (Event.SECOND_STEP_ADDED, {"detail": "webauthn"}, "Two-step verification added: passkey"),
        (Event.MESSAGE_OPENED, {"box": "Claims"}, "Message opened</strong> · Claims"),
        (Event.MESSAGE_DELETED, {"number": 3, "box": "Claims"}, "3 messages deleted</strong> · Claims"),
        (Event.EXPORTED, {"detail": "receipt"}, "Downloaded: receipt"),
    ],
)
def test_each_line_says_what_happened(anna, event, more, said):
    activity.record(event, anna, **more)
    assert said in shown(anna)


def test_says_when_and_from_which_device(anna, rf):
    activity.record(Event.SIGNED_IN, anna, rf.get("/", headers={"User-Agent": PHONE}))
    at = Activity.objects.get().at
    html = shown(anna)
    assert f'datetime="{at:%Y-%m-%dT%H:%M:%S}' in html and "Safari on iPhone" in html


def test_without_a_file_of_places_says_from_which_network(anna, rf):
    for address in ("127.0.0.1", "192.0.2.7"):
        activity.record(Event.SIGNED_IN, anna, rf.get("/", REMOTE_ADDR=address))
    html = shown(anna)
    assert "· IP address 192.0.2.7" in html and "· on your current network" in html
    assert "127.0.0.1" not in html


def test_times_are_those_of_the_portals_time_zone(anna, settings):
    Activity.objects.create(
        consumer=anna, event=Event.SIGNED_OUT, at=datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    )
    settings.TIME_ZONE = "Europe/Zurich"
    html = shown(anna)
    assert "2 Jul 2026, 00:30" in html and "Times are in Europe/Zurich" in html


def test_what_an_operator_did_is_said_without_saying_who_or_where(anna, rf):
    olga = make_consumer("Olga")
    activity.record(Event.DEACTIVATED, anna, rf.get("/", headers={"User-Agent": PHONE}), by=olga.email)
    html = shown(anna)
    assert "by our team" in html and "olga" not in html and "iPhone" not in html


def test_shows_nobody_elses(anna):
    activity.record(Event.NAME_CHANGED, make_consumer("Bob"))
    assert lines(shown(anna)) == 0 and "No activity to show." in shown(anna)


def test_shows_nothing_of_who_had_the_address_before(anna):
    activity.record(Event.ACCOUNT_CLOSED, anna)
    anna.delete()
    assert lines(shown(make_consumer("Anna"))) == 0
    assert Activity.objects.get(event=Event.ACCOUNT_CLOSED).address == "anna@example.com"


@pytest.mark.parametrize(
    ("kind", "said"),
    [("sign-ins", "Signed out"), ("messages", "Message sent"), ("account", "Password changed")],
)
def test_can_be_narrowed_down_to_one_kind(anna, kind, said):
    for event in (Event.SIGNED_OUT, Event.MESSAGE_SENT, Event.PASSWORD_CHANGED):
        activity.record(event, anna)
    html = shown(anna, f"?kind={kind}")
    assert lines(html) == 1 and f"<strong>{said}</strong>" in html


def test_the_newest_come_first_25_on_a_page(anna):
    for number in range(26):
        activity.record(Event.MESSAGE_OPENED, anna, box=f"Box {number}")
    first, second = shown(anna), shown(anna, "?page=2")
    assert lines(first) == 25 and first.index("Box 25") < first.index("Box 24") and "Box 0<" not in first
    assert lines(second) == 1 and "Box 0" in second
    assert 'href="?page=2"' in first and 'href="?page=1"' in second and "page=3" not in second


def test_the_next_page_keeps_to_the_kind(anna):
    for _number in range(26):
        activity.record(Event.MESSAGE_OPENED, anna)
    assert 'href="?kind=messages&amp;page=2"' in shown(anna, "?kind=messages")


@pytest.mark.parametrize(
    "query", ["?kind=mail", "?page=0", "?page=x", "?page=²", "?page=1001", "?page=99999"]
)
def test_there_is_no_other_kind_or_page(anna, query):
    assert sign_in(anna).get(f"/accounts/activity/{query}").status_code == 404


def test_says_how_long_it_is_kept_and_what_to_do_about_a_line_that_is_not_theirs(anna, settings):
    settings.PORTAL_ACTIVITY_DAYS = 90
    html = shown(anna)
    assert "We keep each entry for 90 days." in html
    assert 'href="/accounts/password/change/"' in html and 'href="/accounts/devices/"' in html


def test_what_a_line_holds_is_never_markup(anna):
    activity.record(Event.MESSAGE_OPENED, anna, box="<b>Claims</b>", detail="<i>x</i>")
    html = shown(anna)
    assert "&lt;b&gt;Claims" in html and "<b>Claims" not in html and "<i>x" not in html


def test_a_stranger_is_sent_to_sign_in(client, db):
    for page in ("", "download/csv/"):
        assert client.get(f"/accounts/activity/{page}").url.startswith("/accounts/login/")


def test_rejects_a_post(anna):
    browser = sign_in(anna)
    assert browser.post("/accounts/activity/").status_code == 405
    assert browser.post("/accounts/activity/download/csv/").status_code == 405


def test_a_full_page_takes_as_many_queries_as_a_short_one(anna, django_assert_max_num_queries):
    browser = sign_in(anna)
    activity.record(Event.SIGNED_OUT, anna)
    with django_assert_max_num_queries(20) as short:
        browser.get("/accounts/activity/")
    for _number in range(60):
        activity.record(Event.MESSAGE_OPENED, anna, box="Claims")
    with django_assert_max_num_queries(len(short)):
        browser.get("/accounts/activity/")
