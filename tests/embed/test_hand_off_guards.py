"""Only the frame's own script may exchange a token, and wrong tokens are rate limited."""

import time

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from portal.accounts.models import Activity, Consumer, SpentToken
from portal.embed.models import Website
from tests.accounts.federation.handoff.company import claims, make_company, sign, token
from tests.accounts.signing_in import add_totp
from tests.embed.framing import ORIGIN, PREFIX
from tests.embed.hand_off_requests import HAND_OFF_URL, JSON, frame_is_signed_in, hand_off, is_rejected


@pytest.fixture
def website(db) -> Website:
    return Website.objects.create(name="The Company", origin=ORIGIN, company=make_company("first"))


def test_a_request_needs_a_csrf_token_and_the_portals_origin(website):
    browser = Client(enforce_csrf_checks=True)
    csrf = browser.get(f"{PREFIX}/embed/state.json").json()["token"]
    assert hand_off(browser, token()).status_code == 403
    assert hand_off(browser, token(), **{"X-CSRFToken": "x" * 64}).status_code == 403
    evil = {"X-CSRFToken": csrf, "Origin": "https://evil.example"}
    assert hand_off(browser, token(), **evil).status_code == 403
    assert not frame_is_signed_in(browser) and not Consumer.objects.exists()
    answer = hand_off(browser, token(), **{"X-CSRFToken": csrf, "Origin": "http://testserver"})
    assert answer.json()["signed_in"]


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_content_types_that_a_form_can_send_are_rejected(client, website, content_type):
    answer = client.generic(
        "POST", HAND_OFF_URL, b"token=x", content_type, headers={"X-Requested-With": "SecureInbox"}
    )
    assert is_rejected(answer, 415)


def test_requires_the_x_requested_with_header(client, website):
    assert is_rejected(hand_off(client, token(), **{"X-Requested-With": "XMLHttpRequest"}))
    assert not frame_is_signed_in(client)


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'{"token": 7}', b"{}", b"[" * 100_000, b"\xff"])
def test_a_body_without_a_token_is_rejected(client, website, body):
    headers = {"X-Requested-With": "SecureInbox"}
    answer = client.generic("POST", HAND_OFF_URL, body, JSON, headers=headers)
    assert is_rejected(answer, 403 if body == b"{}" else 400)


def test_is_404_outside_a_frame_and_for_a_website_without_a_company(client, website):
    Website.objects.create(name="Other", origin="https://other.example")
    assert hand_off(client, token(), "/embed/hand-off/").status_code == 404
    other = "/embed/in/https:other.example/embed/hand-off/"
    assert hand_off(client, token(origin="https://other.example"), other).status_code == 404
    assert hand_off(client, None, other).status_code == 404


def test_a_token_is_valid_for_one_website_only(client, website):
    Website.objects.create(name="Other", origin="https://other.example", company=website.company)
    other = "/embed/in/https:other.example/embed/hand-off/"
    assert is_rejected(hand_off(client, token(), other))


def test_rejects_get(client, website):
    assert client.get(HAND_OFF_URL).status_code == 405


def test_wrong_tokens_are_rate_limited_and_valid_ones_are_not(client, website, settings):
    settings.ACCOUNT_RATE_LIMITS = {"hand_off": "3/m/ip"}
    assert all(hand_off(client, token()).status_code == 200 for _ in range(5))
    assert [hand_off(Client(), "x").status_code for _ in range(4)] == [403, 403, 403, 429]
    assert hand_off(Client(), token()).json()["signed_in"]
    assert is_rejected(hand_off(Client(), token(aud="x")), 429)


def test_a_stranger_in_an_office_costs_few_rows_and_lines_and_keeps_no_customer_out(website, caplog):
    for number in range(40):
        hand_off(Client(), "x", REMOTE_ADDR=f"2001:db8:0:1:{number:x}::1")
    assert Activity.objects.count() == sum("Hand-off" in line for line in caplog.messages) == 20
    assert not Session.objects.exists() and not SpentToken.objects.exists()
    for number in range(10):
        customer = token(sub=str(number), email=f"customer{number}@example.com")
        assert hand_off(Client(), customer, REMOTE_ADDR="2001:db8:0:1::5").json()["signed_in"]


def test_many_customers_of_an_office_may_wait_for_their_second_step(website, settings):
    settings.ACCOUNT_RATE_LIMITS = {"anonymous_session": "1/m/key"}
    for number in range(3):
        email = f"customer{number}@example.com"
        hand_off(Client(), token(sub=str(number), email=email))
        add_totp(Consumer.objects.get(email=email))
        browser = Client()
        assert not hand_off(browser, token(sub=str(number), email=email)).json()["signed_in"]
        assert browser.get(f"{PREFIX}/embed/state.json").json()["pending"]


def test_an_unavailable_key_set_answers_503(client, website):
    website.company.keys_url = "http://127.0.0.1:9/keys"
    website.company.save()
    assert is_rejected(hand_off(client, sign(claims(), "other")), 503)


def test_the_log_gives_the_reason_and_neither_token_nor_address(client, website, caplog):
    text = token(exp=int(time.time()) + 600)
    hand_off(client, text)
    assert f"Hand-off from {ORIGIN} failed: InvalidToken: exp is not 1 to 60 seconds after iat" in caplog.text
    assert "eyJ" not in caplog.text and "anna" not in caplog.text
