"""Nobody but the frame's own script exchanges a token, and not without end."""

import time

import pytest
from django.test import Client

from portal.accounts.models import Consumer
from portal.embed.models import Website
from portal.logs import RequestFilter
from tests.accounts.federation.handoff.company import claims, make_company, sign, token
from tests.embed.framing import HOST, PREFIX
from tests.embed.hand_off_requests import HAND_OFF, JSON, hand_off, is_refused, signed_in


@pytest.fixture
def website(db) -> Website:
    return Website.objects.create(name="The Company", origin=HOST, company=make_company("first"))


def test_a_form_of_another_website_does_nothing(website):
    browser = Client(enforce_csrf_checks=True)
    csrf = browser.get(f"{PREFIX}/embed/state.json").json()["token"]
    assert hand_off(browser, token()).status_code == 403
    assert hand_off(browser, token(), **{"X-CSRFToken": "x" * 64}).status_code == 403
    evil = {"X-CSRFToken": csrf, "Origin": "https://evil.example"}
    assert hand_off(browser, token(), **evil).status_code == 403
    assert not signed_in(browser) and not Consumer.objects.exists()
    answer = hand_off(browser, token(), **{"X-CSRFToken": csrf, "Origin": "http://testserver"})
    assert answer.json()["signed_in"]


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_what_a_form_of_another_website_could_send_is_refused(client, website, content_type):
    answer = client.generic(
        "POST", HAND_OFF, b"token=x", content_type, headers={"X-Requested-With": "SecureInbox"}
    )
    assert is_refused(answer, 415)


def test_without_the_scripts_own_header_it_is_refused(client, website):
    assert is_refused(hand_off(client, token(), **{"X-Requested-With": "XMLHttpRequest"}))
    assert not signed_in(client)


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'{"token": 7}', b"{}", b"[" * 100_000, b"\xff"])
def test_a_body_that_is_no_token_is_refused(client, website, body):
    headers = {"X-Requested-With": "SecureInbox"}
    answer = client.generic("POST", HAND_OFF, body, JSON, headers=headers)
    assert is_refused(answer, 403 if body == b"{}" else 400)


def test_outside_a_frame_and_for_a_website_without_a_company_there_is_no_such_page(client, website):
    Website.objects.create(name="Other", origin="https://other.example")
    assert hand_off(client, token(), "/embed/hand-off/").status_code == 404
    other = "/embed/in/https:other.example/embed/hand-off/"
    assert hand_off(client, token(origin="https://other.example"), other).status_code == 404
    assert hand_off(client, None, other).status_code == 404


def test_a_token_for_one_website_is_good_for_no_other(client, website):
    Website.objects.create(name="Other", origin="https://other.example", company=website.company)
    other = "/embed/in/https:other.example/embed/hand-off/"
    assert is_refused(hand_off(client, token(), other))


def test_rejects_get(client, website):
    assert client.get(HAND_OFF).status_code == 405


def test_too_many_wrong_tokens_are_told_to_wait_and_right_ones_pass_all_the_same(client, website, settings):
    settings.ACCOUNT_RATE_LIMITS = {"hand_off": "3/m/ip"}
    assert all(hand_off(client, token()).status_code == 200 for _ in range(5))
    assert [hand_off(Client(), "x").status_code for _ in range(4)] == [403, 403, 403, 429]
    assert hand_off(Client(), token()).json()["signed_in"]
    assert is_refused(hand_off(Client(), token(aud="x")), 429)


def test_a_companys_server_that_is_down_is_told_from_a_wrong_token(client, website):
    website.company.keys_url = "http://127.0.0.1:9/keys"
    website.company.save()
    assert is_refused(hand_off(client, sign(claims(), "other")), 503)


def test_the_log_says_why_and_tells_neither_token_nor_address(client, website, caplog):
    caplog.handler.addFilter(RequestFilter())
    text = token(exp=int(time.time()) + 600)
    hand_off(client, text)
    assert f"Hand-off from {HOST} failed: InvalidToken: exp is not 1 to 60 seconds after iat" in caplog.text
    assert "eyJ" not in caplog.text and "anna" not in caplog.text
