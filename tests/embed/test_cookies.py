"""A frame on another site has cookies of its own, which work in that frame only."""

import pytest
from django.conf import settings as portal_settings
from django.test import Client

from portal.embed.models import Website
from tests.embed.framing import IN_FRAME, PREFIX, SAME_SITE_ORIGIN, SAME_SITE_PREFIX

PASSWORD = "a-lamp-by-the-window"
SESSION, CSRF = portal_settings.SESSION_COOKIE_NAME, portal_settings.CSRF_COOKIE_NAME


@pytest.fixture
def alice(alice):
    alice.set_password(PASSWORD)
    alice.save()
    return alice


def sign_in_within(prefix, **options):
    browser = Client(**options)
    browser.get(f"{prefix}/accounts/login/")
    answer = browser.post(f"{prefix}/accounts/login/", {"login": "alice@example.com", "password": PASSWORD})
    return browser, answer


def test_a_frames_cookies_are_partitioned_and_have_names_of_their_own(website, alice, sandbox):
    _browser, answer = sign_in_within(PREFIX)
    names = {cookie.key.rpartition("-")[0] for cookie in answer.cookies.values()}
    assert answer.status_code == 302 and names >= {SESSION, CSRF}
    for cookie in answer.cookies.values():
        assert (
            cookie["samesite"] == "None" and cookie["secure"] and cookie["path"] == "/" and cookie["httponly"]
        )
        assert "Partitioned" in cookie.OutputString() and not cookie["domain"]


def test_a_frames_session_opens_no_page_outside_the_frame(website, alice, sandbox):
    browser, _answer = sign_in_within(PREFIX)
    assert browser.get(f"{PREFIX}/inbox/claims/").status_code == 200
    assert browser.get("/inbox/claims/")["Location"].startswith("/accounts/login/")
    assert browser.get("/unread.json").status_code == 401


def test_a_frames_session_opens_no_frame_of_another_website(website, alice, sandbox):
    Website.objects.create(name="Other", origin="https://other.example")
    browser, _answer = sign_in_within(PREFIX)
    assert browser.get("/embed/in/https:other.example/unread.json").status_code == 401


def test_the_portals_session_opens_no_frame_on_another_site(website, alice_client):
    assert alice_client.get(f"{PREFIX}/unread.json").status_code == 401
    assert alice_client.get("/unread.json").status_code == 200


def test_a_frame_on_the_same_site_shares_the_portals_session(alice, sandbox):
    Website.objects.create(name="Near", origin=SAME_SITE_ORIGIN)
    browser, answer = sign_in_within(SAME_SITE_PREFIX, headers={"Host": "localhost"})
    assert answer.cookies[SESSION]["samesite"] == answer.cookies[CSRF]["samesite"] == "Lax"
    assert browser.get("/unread.json").status_code == 200


def test_signing_out_of_the_frame_ends_its_session(website, alice, sandbox):
    browser, answer = sign_in_within(PREFIX)
    (before,) = (cookie for cookie in answer.cookies.values() if cookie.key.startswith(f"{SESSION}-"))
    browser.post(f"{PREFIX}/accounts/logout/")
    browser.cookies[before.key] = before.value
    assert browser.get(f"{PREFIX}/unread.json").status_code == 401


def test_cookie_names_keep_their_host_prefix(website, client, settings):
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    answer = client.get(f"{PREFIX}/accounts/login/")
    (name,) = answer.cookies
    assert name.startswith("__Host-csrftoken-")


@pytest.mark.parametrize(
    ("kept", "headers"),
    [
        (True, {}),
        (True, {"Origin": "https://www.company.example"}),
        (True, {"Origin": "null"}),
        (False, {"Origin": "http://testserver"}),
    ],
    ids=["no token", "the website's origin", "no origin", "no cookie"],
)
def test_a_forged_post_from_a_website_is_rejected(website, alice, sandbox, kept, headers):
    """Browsers that do not support partitioned cookies send the frame's cookies with other websites' requests too."""
    browser = Client(enforce_csrf_checks=True)
    token = browser.get(f"{PREFIX}/accounts/login/").context["csrf_token"]
    form = {"login": "alice@example.com", "password": PASSWORD}
    if headers:
        form["csrfmiddlewaretoken"] = str(token)
    if not kept:
        browser.cookies.clear()
    answer = browser.post(f"{PREFIX}/accounts/login/", form, headers=IN_FRAME | headers)
    assert answer.status_code == 403
    assert browser.get(f"{PREFIX}/unread.json").status_code == 401 and sandbox.calls() == []


def test_a_post_without_any_cookie_shows_that_the_browser_refuses_them(website):
    browser, path = Client(enforce_csrf_checks=True), f"{PREFIX}/accounts/login/"
    page = browser.get(path, headers=IN_FRAME).content.decode()
    assert (
        "data-cookies-refused hidden" in page
    )  # A script shows it if `state` says that no cookie came back.
    browser.cookies.clear()
    refused = browser.post(path, {"login": "alice@example.com"}, headers=IN_FRAME).content.decode()
    assert "blocks the cookie" in refused and "data-cookies-refused" not in refused
