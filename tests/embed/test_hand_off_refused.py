"""After a rejected token, the frame must not show the mail of anyone but the customer signed in at the company."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from portal.accounts.models import Consumer, SpentToken
from portal.embed.models import Website
from tests.accounts.federation.handoff.company import ISSUER, MISSING, claims, make_company, sign, token
from tests.conftest import sign_in
from tests.embed.framing import ORIGIN, SAME_SITE_ORIGIN, SAME_SITE_PREFIX
from tests.embed.hand_off_requests import SECOND_STEP_URL, frame_is_signed_in, hand_off, is_rejected

BOB = {"sub": "bob-2", "email": "bob@example.com"}
AT_SAME_SITE = {"url": f"{SAME_SITE_PREFIX}/embed/hand-off/", "Host": "localhost"}
OLD = {"iat": int(time.time()) - 600, "exp": int(time.time()) - 540}
WRONG = {
    "not confirmed": {"email_verified": False},
    "bad address": {"email": "bob"},
    "for another website": {"origin": "https://other.example"},
    "for another portal": {"aud": "https://other.example"},
    "too old": OLD,
    "without an id": {"jti": MISSING},
}


@pytest.fixture
def website(db) -> Website:
    return Website.objects.create(name="The Company", origin=ORIGIN, company=make_company("first"))


@pytest.fixture
def anna(website) -> Client:
    """Anna's browser, signed in by a hand-off on a page of the website."""
    browser = Client()
    hand_off(browser, token())
    return browser


@pytest.fixture
def same_site(db) -> Website:
    """A website that is one site with the portal, and so shares its sessions."""
    return Website.objects.create(name="Near", origin=SAME_SITE_ORIGIN, company=make_company("first"))


def forged(**changes):
    """A token signed with another key, under the name of the company's key."""
    return sign(claims(**changes), "other", kid="first")


def ends(browser, text, status=403, **where):
    """Whether the session ended, after asserting that the token is rejected and the response says so consistently."""
    answer = hand_off(browser, text, **where)
    assert is_rejected(answer, status)
    state = (answer.json()["signed_in"], answer.json()["changed"])
    assert state in ((False, True), (True, False))
    assert ("storage" in answer.headers.get("Clear-Site-Data", "")) == state[1]
    return state[1]


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG)
def test_another_customers_rejected_token_ends_the_session(anna, changes):
    assert ends(anna, token(**{**BOB, **changes})) and not frame_is_signed_in(anna)


def test_another_customers_used_token_ends_the_session(anna):
    text = token(**BOB)
    hand_off(Client(), text)
    assert ends(anna, text)


@pytest.mark.parametrize(
    "text",
    ["", "x", token(sub=""), token(iss="https://other.example"), forged(**BOB), forged()],
    ids=["empty", "not a token", "no subject", "another issuer's", "forged", "forged in her name"],
)
def test_a_token_without_a_trustworthy_subject_ends_the_session(anna, text):
    assert ends(anna, text)


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG)
def test_the_same_customers_rejected_token_leaves_the_session(anna, changes):
    assert not ends(anna, token(**changes)) and frame_is_signed_in(anna)


def test_the_same_customers_used_token_leaves_the_session(anna):
    text = token()
    hand_off(Client(), text)
    assert not ends(anna, text)


def test_while_the_companys_keys_are_unavailable_the_unverified_subject_decides(anna, website):
    website.company.keys_url = "http://127.0.0.1:9/keys"
    website.company.save()
    assert not ends(anna, sign(claims(), "unknown"), 503) and frame_is_signed_in(anna)
    assert ends(anna, sign(claims(**BOB), "unknown"), 503) and not frame_is_signed_in(anna)


def test_over_the_rate_limit_the_unverified_subject_decides(anna, settings):
    settings.ACCOUNT_RATE_LIMITS = {"hand_off": "1/m/ip"}
    hand_off(Client(), "x")
    assert not ends(anna, forged(), 429)
    assert ends(anna, forged(**BOB), 429)


def test_a_pending_second_step_survives_only_the_same_customers_token(website):
    hand_off(Client(), token())
    Authenticator.objects.create(user=Consumer.objects.get(), type="totp", data={"secret": "x"})
    browser = Client()
    hand_off(browser, token())
    assert hand_off(browser, token(aud="x")).json()["changed"] is False
    assert browser.get(SECOND_STEP_URL).status_code == 200
    assert hand_off(browser, token(**BOB, aud="x")).json()["changed"] is True
    assert browser.get(SECOND_STEP_URL).status_code == 302


def test_without_a_session_a_rejected_token_changes_nothing(client, website):
    answer = hand_off(client, "x")
    assert is_rejected(answer) and answer.json()["signed_in"] is answer.json()["changed"] is False


# --- Sessions that users began themselves --------------------------------------------------------------------------


def test_a_password_session_ends_if_the_company_names_another_customer(same_site, alice):
    assert ends(sign_in(alice), token(**BOB, aud="x"), **AT_SAME_SITE)


@pytest.mark.parametrize(
    "text", ["x", forged(**BOB), token(sub="")], ids=["not a token", "forged", "no subject"]
)
def test_a_password_session_stays_if_the_company_names_no_customer(same_site, alice, text):
    assert not ends(sign_in(alice), text, **AT_SAME_SITE)


def test_a_password_session_stays_if_the_company_names_the_same_customer(same_site, alice):
    same = {"sub": "alice-1", "aud": "x"}
    assert not ends(sign_in(alice), token(**same, email="alice@example.com"), **AT_SAME_SITE)
    SocialAccount.objects.create(user=alice, provider=ISSUER, uid="alice-1", extra_data={})
    assert not ends(sign_in(alice), token(**same, email="new@example.com"), **AT_SAME_SITE)


def test_an_unverified_address_does_not_make_it_the_same_customer(same_site, alice):
    text = token(sub="bob-2", email="alice@example.com", email_verified=False)
    assert ends(sign_in(alice), text, **AT_SAME_SITE)


# --- Operators -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [{}, {"aud": "x"}], ids=["right", "wrong"])
def test_an_operators_session_is_left_alone(same_site, alice, changes):
    Consumer.objects.update(is_staff=True)
    browser = sign_in(alice)
    assert not ends(browser, token(**BOB, **changes, origin=same_site.origin), **AT_SAME_SITE)
    assert browser.session["_auth_user_id"] == str(alice.pk) and not SpentToken.objects.exists()


def test_a_handed_off_session_of_a_new_operator_ends(anna):
    Consumer.objects.update(is_staff=True)
    assert ends(anna, token()) and not frame_is_signed_in(anna)


def test_only_a_portal_in_development_says_why(website, settings):
    assert "detail" not in hand_off(Client(), token(**OLD)).json()
    settings.DEBUG = True
    assert hand_off(Client(), token(**OLD)).json()["detail"].startswith("TokenExpired: ")
