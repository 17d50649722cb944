"""A token that is refused must not leave another person's mail on the page of whoever is signed in at the company."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from portal.accounts.models import Consumer, SpentToken
from portal.embed.models import Website
from tests.accounts.federation.handoff.company import ISSUER, MISSING, claims, make_company, sign, token
from tests.conftest import sign_in
from tests.embed.framing import HOST
from tests.embed.hand_off_requests import SECOND_STEP, hand_off, is_refused, signed_in

BOB = {"sub": "bob-2", "email": "bob@example.com"}
NEAR = {"url": "/embed/in/http:localhost:8002/embed/hand-off/", "Host": "localhost"}
OLD = {"iat": int(time.time()) - 600, "exp": int(time.time()) - 540}
WRONG = {
    "not confirmed": {"email_verified": False},
    "bad address": {"email": "bob"},
    "for another website": {"origin": "https://other.example"},
    "for another portal": {"aud": "https://other.example"},
    "too old": OLD,
    "without a name of its own": {"jti": MISSING},
}


@pytest.fixture
def website(db) -> Website:
    return Website.objects.create(name="The Company", origin=HOST, company=make_company("first"))


@pytest.fixture
def anna(website) -> Client:
    """Her browser, on a page of the website that handed her over."""
    browser = Client()
    hand_off(browser, token())
    return browser


@pytest.fixture
def near(db) -> Website:
    """One site with the portal, which shares its sessions."""
    return Website.objects.create(name="Near", origin="http://localhost:8002", company=make_company("first"))


def forged(**changes):
    """By somebody who knows the key's name alone."""
    return sign(claims(**changes), "other", kid="first")


def ends(browser, text, status=403, **where):
    answer = hand_off(browser, text, **where)
    assert is_refused(answer, status)
    said = (answer.json()["signed_in"], answer.json()["changed"])
    assert said in ((False, True), (True, False))
    assert ("storage" in answer.headers.get("Clear-Site-Data", "")) == said[1]
    return said[1]


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG)
def test_another_persons_refused_token_ends_the_session_of_the_one_before(anna, changes):
    assert ends(anna, token(**{**BOB, **changes})) and not signed_in(anna)


def test_another_persons_used_token_ends_it_too(anna):
    text = token(**BOB)
    hand_off(Client(), text)
    assert ends(anna, text)


@pytest.mark.parametrize(
    "text",
    ["", "x", token(sub=""), token(iss="https://other.example"), forged(**BOB), forged()],
    ids=["empty", "no token", "nobody's", "another issuer's", "forged", "forged in her name"],
)
def test_a_token_that_tells_nobody_ends_it_too(anna, text):
    assert ends(anna, text)


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG)
def test_her_own_refused_token_leaves_her_session(anna, changes):
    assert not ends(anna, token(**changes)) and signed_in(anna)


def test_her_own_used_token_leaves_her_session(anna):
    text = token()
    hand_off(Client(), text)
    assert not ends(anna, text)


def test_while_the_companys_keys_cannot_be_had_what_a_token_says_decides(anna, website):
    website.company.keys_url = "http://127.0.0.1:9/keys"
    website.company.save()
    assert not ends(anna, sign(claims(), "unknown"), 503) and signed_in(anna)
    assert ends(anna, sign(claims(**BOB), "unknown"), 503) and not signed_in(anna)


def test_after_too_many_wrong_tokens_what_a_token_says_decides(anna, settings):
    settings.ACCOUNT_RATE_LIMITS = {"hand_off": "1/m/ip"}
    hand_off(Client(), "x")
    assert not ends(anna, forged(), 429)
    assert ends(anna, forged(**BOB), 429)


def test_a_second_step_that_is_owed_is_the_same_persons_alone(website):
    hand_off(Client(), token())
    Authenticator.objects.create(user=Consumer.objects.get(), type="totp", data={"secret": "x"})
    browser = Client()
    hand_off(browser, token())
    assert hand_off(browser, token(aud="x")).json()["changed"] is False
    assert browser.get(SECOND_STEP).status_code == 200
    assert hand_off(browser, token(**BOB, aud="x")).json()["changed"] is True
    assert browser.get(SECOND_STEP).status_code == 302


def test_nobody_signed_in_stays_so(client, website):
    answer = hand_off(client, "x")
    assert is_refused(answer) and answer.json()["signed_in"] is answer.json()["changed"] is False


# --- Sessions that people began themselves --------------------------------------------------------------------------


def test_a_session_that_began_otherwise_ends_where_the_company_names_somebody_else(near, alice):
    assert ends(sign_in(alice), token(**BOB, aud="x"), **NEAR)


@pytest.mark.parametrize("text", ["x", forged(**BOB), token(sub="")], ids=["no token", "forged", "nobody's"])
def test_it_stays_where_the_company_names_nobody(near, alice, text):
    assert not ends(sign_in(alice), text, **NEAR)


def test_it_stays_where_the_company_names_the_same_person(near, alice):
    same = {"sub": "alice-1", "aud": "x"}
    assert not ends(sign_in(alice), token(**same, email="alice@example.com"), **NEAR)
    SocialAccount.objects.create(user=alice, provider=ISSUER, uid="alice-1", extra_data={})
    assert not ends(sign_in(alice), token(**same, email="new@example.com"), **NEAR)


def test_an_address_that_nobody_vouches_for_makes_nobody_the_same_person(near, alice):
    text = token(sub="bob-2", email="alice@example.com", email_verified=False)
    assert ends(sign_in(alice), text, **NEAR)


# --- Operators -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [{}, {"aud": "x"}], ids=["right", "wrong"])
def test_an_operators_session_is_left_alone(near, alice, changes):
    Consumer.objects.update(is_staff=True)
    browser = sign_in(alice)
    assert not ends(browser, token(**BOB, **changes, origin=near.origin), **NEAR)
    assert browser.session["_auth_user_id"] == str(alice.pk) and not SpentToken.objects.exists()


def test_a_handed_over_session_whose_owner_became_an_operator_ends(anna):
    Consumer.objects.update(is_staff=True)
    assert ends(anna, token()) and not signed_in(anna)
