"""Who may show which page in a frame: over every address that the portal has."""

import re

import pytest
from django.urls import get_resolver

from portal.accounts.models import Consumer
from portal.embed.models import Website
from tests.accounts.operators import make_superuser
from tests.conftest import sign_in
from tests.embed.framing import HOST, IN_FRAME, PREFIX, is_refused, policy_of
from tests.portal.test_public_pages import patterns

# What a website that is listed may show, beside all of `inbox.urls`. Everything else has a window of its own.
TO_GET_IN_STAY_OR_GET_OUT = {
    "accounts/2fa/authenticate/",
    "accounts/2fa/reauthenticate/",
    "accounts/2fa/webauthn/reauthenticate/",
    "accounts/login/",
    "accounts/logout/",
    "accounts/reauthenticate/",
    "accounts/session.json",
    "accounts/session/extend/",
    "embed/connect/",
    "embed/hand-off/",
    "embed/state.json",
    "embed/window/",
}
TO_SIGN_IN_WITH_THE_PORTAL = {
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
ALL = sorted({route for route, _view in patterns(get_resolver())})


def path_of(route):
    """An address of this form, whatever it names."""
    values = {
        "slug": "claims",
        "int": "1",
        "uuid": "01234567-89ab-cdef-0123-456789abcdef",
        "path": "1",
        "str": "x",
    }
    path = re.sub(r"<(\w+):\w+>", lambda match: values[match[1]], route)
    return "/" + re.sub(r"\(\?P<\w+>[^)]*\)+|\[[^]]*\]\+?|[\\^$]", "x", path)


@pytest.fixture
def operator(db, sandbox):
    """Somebody to whom every page is open."""
    return sign_in(make_superuser("Olivia"))


def test_no_page_outside_frames_may_be_framed(operator, website):
    found = {route: policy_of(operator.get(path_of(route)))["frame-ancestors"] for route in ALL}
    assert {route for route, ancestors in found.items() if ancestors != "'none'"} == set()


def test_a_frame_that_asks_for_a_page_outside_is_told_in_words(operator, website):
    answers = {route: operator.get(path_of(route), headers=IN_FRAME) for route in ALL}
    others = {route for route, answer in answers.items() if not is_refused(answer)}
    # The letter's own page shows it, and its policy lets nobody else.
    assert others == {"inbox/<slug:slug>/<str:reference>/body/"}


def test_a_frame_shows_mail_and_the_way_to_it_and_nothing_else(operator, website):
    answers = {route: operator.get(PREFIX + path_of(route), headers=IN_FRAME) for route in ALL}
    shown = {route: answer for route, answer in answers.items() if not is_refused(answer)}
    assert set(shown) == MAIL | TO_GET_IN_STAY_OR_GET_OUT | TO_SIGN_IN_WITH_THE_PORTAL
    assert {policy_of(answer)["frame-ancestors"] for answer in shown.values()} == {HOST}
    assert not any("X-Frame-Options" in answer for answer in shown.values())


def test_who_has_no_name_yet_is_asked_for_it_in_the_frame(website, client, alice):
    Website.objects.create(name="Near", origin="http://localhost:8002")
    Consumer.objects.filter(pk=alice.pk).update(first_name="", last_name="")
    page = sign_in(alice).get("/embed/in/http:localhost:8002/accounts/name/", headers={"Host": "localhost"})
    assert not is_refused(page)


@pytest.mark.parametrize("route", sorted(TO_SIGN_IN_WITH_THE_PORTAL))
def test_a_website_with_hand_off_alone_has_no_other_way_in(website, client, sandbox, route):
    Website.objects.update(sign_in="hand_off")
    assert is_refused(client.get(PREFIX + path_of(route), headers=IN_FRAME))


def test_it_says_where_to_sign_in_instead(website, client):
    Website.objects.update(sign_in="hand_off")
    html = client.get(f"{PREFIX}/accounts/login/", headers=IN_FRAME).content.decode()
    assert "once you are signed in at The Company" in html and "password" not in html
    answer = client.post(f"{PREFIX}/accounts/login/", {"login": "alice@example.com", "password": "x"})
    assert "once you are signed in at The Company" in answer.content.decode()


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
def test_an_origin_that_is_not_listed_letter_by_letter_shows_nothing(website, alice_client, key):
    answer = alice_client.get(f"/embed/in/{key}/inbox/claims/", headers=IN_FRAME)
    assert is_refused(answer) or answer.status_code == 404
    assert "claims" not in re.sub('href="[^"]*"', "", answer.content.decode()).lower() and not answer.cookies


def test_a_page_that_lies_about_its_origin_is_told_in_words(website, client):
    """Browsers would refuse it by themselves, for its own origin is not the one that the policy names."""
    headers = IN_FRAME | {"Referer": "https://www.company.example.evil.example/"}
    assert is_refused(client.get(f"{PREFIX}/accounts/login/", headers=headers))
    assert not is_refused(client.get(f"{PREFIX}/accounts/login/", headers=IN_FRAME | {"Referer": ""}))


def test_what_is_refused_does_nothing(website, alice_client, sandbox, claims):
    """A received message that is opened is marked read; a frame that may not show it does not open it."""
    sandbox.add("alice@example.com", "A letter", securebox="Claims01")
    html = alice_client.get("/inbox/claims/").content.decode()
    (message,) = set(re.findall(r'href="(/inbox/claims/o\.[^"]+)"', html))
    calls = len(sandbox.calls())
    assert is_refused(alice_client.get(message, headers=IN_FRAME))
    assert len(sandbox.calls()) == calls


def test_the_words_lead_to_the_page_in_its_own_window(website, client):
    html = client.get("/inbox/claims/?page=2", headers=IN_FRAME).content.decode()
    assert 'href="http://localhost:8000/inbox/claims/" target="_blank" rel="noopener"' in html


def test_an_origin_of_the_settings_is_as_good_as_one_of_the_admin(client, db, settings):
    settings.PORTAL_EMBED_ORIGINS = [HOST]
    answer = client.get(f"{PREFIX}/accounts/login/", headers=IN_FRAME)
    assert answer.status_code == 200 and policy_of(answer)["frame-ancestors"] == HOST


def test_what_the_admin_says_of_an_origin_goes_before_the_settings(website, client, settings):
    settings.PORTAL_EMBED_ORIGINS = [HOST]
    Website.objects.update(sign_in="hand_off")
    assert "once you are signed in" in client.get(f"{PREFIX}/accounts/login/").content.decode()
