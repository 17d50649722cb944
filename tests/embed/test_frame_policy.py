"""Which website may show which page in a frame, for every URL of the portal."""

import re

import pytest
from django.urls import get_resolver

from portal.accounts.models import Consumer
from portal.embed.models import Website
from tests.accounts.operators import make_superuser
from tests.conftest import sign_in
from tests.embed.framing import (
    IN_FRAME,
    ORIGIN,
    PREFIX,
    SAME_SITE_ORIGIN,
    SAME_SITE_PREFIX,
    is_refusal_page,
    policy_of,
)
from tests.support.url_patterns import path_of, url_patterns

# What a listed website may show in addition to all of `inbox.urls`. Every other page opens only in its own window.
SESSION_PAGES = {
    "accounts/2fa/authenticate/",
    "accounts/2fa/reauthenticate/",
    "accounts/2fa/webauthn/reauthenticate/",
    "accounts/login/",
    "accounts/logout/",
    "accounts/reauthenticate/",
    "accounts/session.json",
    "accounts/session/extend/",
    "accounts/time-zone.json",
    "embed/connect/",
    "embed/hand-off/",
    "embed/state.json",
    "embed/window/",
}
SIGN_IN_PAGES = {
    "accounts/2fa/webauthn/login/",
    "accounts/confirm-email/",
    "accounts/inactive/",
    "accounts/login/code/",
    "accounts/login/code/confirm/",
    "accounts/password/reset/",
    "accounts/password/reset/complete/",
    "accounts/password/reset/confirm/",
    "accounts/password/reset/done/",
    "accounts/signup/",
}
MAIL = {str(pattern.pattern) for pattern in get_resolver("inbox.urls").url_patterns}
ALL = sorted({route for route, _view in url_patterns(get_resolver())})


@pytest.fixture
def operator(db, sandbox):
    """A signed-in superuser, who may open every page."""
    return sign_in(make_superuser("Olivia"))


def test_at_its_ordinary_path_no_page_may_be_framed(operator, website):
    found = {route: policy_of(operator.get(path_of(route)))["frame-ancestors"] for route in ALL}
    assert {route for route, ancestors in found.items() if ancestors != "'none'"} == set()


def test_a_frame_that_loads_an_ordinary_path_gets_the_refusal_page(operator, website):
    answers = {route: operator.get(path_of(route), headers=IN_FRAME) for route in ALL}
    others = {route for route, answer in answers.items() if not is_refusal_page(answer)}
    # The letter's own page shows the body in a frame; the body's own policy allows only that page.
    assert others == {"inbox/<slug:slug>/<str:reference>/body/"}


def test_a_frame_shows_only_mail_and_the_pages_to_sign_in_and_out(operator, website):
    answers = {route: operator.get(PREFIX + path_of(route), headers=IN_FRAME) for route in ALL}
    shown = {route: answer for route, answer in answers.items() if not is_refusal_page(answer)}
    assert set(shown) == MAIL | SESSION_PAGES | SIGN_IN_PAGES
    assert {policy_of(answer)["frame-ancestors"] for answer in shown.values()} == {ORIGIN}
    assert not any("X-Frame-Options" in answer for answer in shown.values())


def test_a_consumer_without_a_name_is_asked_for_it_in_the_frame(website, client, alice):
    Website.objects.create(name="Near", origin=SAME_SITE_ORIGIN)
    Consumer.objects.filter(pk=alice.pk).update(first_name="", last_name="")
    page = sign_in(alice).get(f"{SAME_SITE_PREFIX}/accounts/name/", headers={"Host": "localhost"})
    assert not is_refusal_page(page)


@pytest.mark.parametrize("route", sorted(SIGN_IN_PAGES))
def test_a_website_with_hand_off_alone_refuses_the_other_sign_in_pages(website, client, sandbox, route):
    Website.objects.update(sign_in="hand_off")
    assert is_refusal_page(client.get(PREFIX + path_of(route), headers=IN_FRAME))


def test_with_hand_off_alone_the_sign_in_page_asks_to_sign_in_on_the_website(website, client):
    Website.objects.update(sign_in="hand_off")
    html = client.get(f"{PREFIX}/accounts/login/", headers=IN_FRAME).content.decode()
    assert "once you’re signed in to The Company" in html and "password" not in html
    answer = client.post(f"{PREFIX}/accounts/login/", {"login": "alice@example.com", "password": "x"})
    assert "once you’re signed in to The Company" in answer.content.decode()


@pytest.mark.parametrize(
    "key",
    [
        "https:evil.example",
        "https:www.company.example.evil.example",
        "https:company.example",
        "https:sub.www.company.example",
        "https:www.company.example:8443",
        "https:WWW.company.example",
        "https:www.company.example.",
        "https:www.company.example%20https:%2F%2Fevil.example",
        "https:www.company.example;",
        "https:*",
        "http:www.company.example",
        "null",
        "data:",
        ":",
    ],
)
def test_an_origin_has_to_match_a_listed_one_exactly(website, alice_client, key):
    answer = alice_client.get(f"/embed/in/{key}/inbox/claims/", headers=IN_FRAME)
    assert is_refusal_page(answer) or answer.status_code == 404
    assert "claims" not in re.sub('href="[^"]*"', "", answer.content.decode()).lower() and not answer.cookies


def test_a_page_that_names_another_websites_origin_gets_the_refusal_page(website, client):
    """Browsers would block the frame themselves, since the policy does not name the page's real origin."""
    headers = IN_FRAME | {"Referer": "https://www.company.example.evil.example/"}
    assert is_refusal_page(client.get(f"{PREFIX}/accounts/login/", headers=headers))
    assert not is_refusal_page(client.get(f"{PREFIX}/accounts/login/", headers=IN_FRAME | {"Referer": ""}))


def test_a_refused_request_does_not_reach_the_view(website, alice_client, sandbox, claims):
    """Opening a received message marks it as read; a refused frame does not open it."""
    sandbox.add("alice@example.com", "A letter", securebox="Claims01")
    html = alice_client.get("/inbox/claims/").content.decode()
    (message,) = set(re.findall(r'href="(/inbox/claims/o\.[^"]+)"', html))
    calls = len(sandbox.calls())
    assert is_refusal_page(alice_client.get(message, headers=IN_FRAME))
    assert len(sandbox.calls()) == calls


def test_the_refusal_page_links_to_the_page_in_its_own_window(website, client):
    html = " ".join(client.get("/inbox/claims/?page=2", headers=IN_FRAME).content.decode().split())
    assert 'href="http://localhost:8000/inbox/claims/" target="_blank" rel="noopener"' in html


def test_an_origin_in_the_settings_may_show_the_portal(client, db, settings):
    settings.PORTAL_EMBED_ORIGINS = [ORIGIN]
    answer = client.get(f"{PREFIX}/accounts/login/", headers=IN_FRAME)
    assert answer.status_code == 200 and policy_of(answer)["frame-ancestors"] == ORIGIN


def test_the_admins_settings_for_an_origin_win_over_portal_embed_origins(website, client, settings):
    settings.PORTAL_EMBED_ORIGINS = [ORIGIN]
    Website.objects.update(sign_in="hand_off")
    assert "once you’re signed in" in client.get(f"{PREFIX}/accounts/login/").content.decode()
