"""ID tokens with wrong claims or signatures are refused, without a session, an account."""

import time

import pytest

from portal.accounts.models import Activity, Consumer
from tests.accounts.federation.oidc.provider import complete_sign_in, main_text

NOW = int(time.time())
ELSEWHERE = "somebody-elses-portal"


def assert_refused(client, page, caplog, status=403):
    """An error page with a way back, a line in both logs, no account. The server log has neither token nor address."""
    assert page.status_code == status
    assert "Go to sign-in" in main_text(page) and "sessionid" in client.cookies
    assert "_auth_user_id" not in client.session and not Consumer.objects.exists()
    line = Activity.objects.get()
    assert (line.event, line.detail, line.address) == (Activity.Event.SIGN_IN_FAILED, "company", "")
    assert "Company sign-in failed" in caplog.text
    assert not {"anna", "eyJ", "example.com"} & {
        word for word in ("anna", "eyJ", "example.com") if word in caplog.text
    }


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://login.evil.example"},
        {"iss": None},
        {"aud": ELSEWHERE},
        {"aud": []},
        {"aud": None},
        {"aud": [7]},
        {"azp": ELSEWHERE},
        {"azp": ""},
        {"azp": ["portal"]},
        {"nonce": "another-nonce"},
        {"nonce": None},
        {"nonce": "\ud800"},
        {"nonce": ["another-nonce"]},
        {"exp": NOW - 600},
        {"exp": None},
        {"exp": True},
        {"exp": "soon"},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"iat": NOW + 86_400},
        {"iat": None},
        {"iat": float("inf")},
        {"iat": [NOW]},
        {"nbf": NOW + 86_400},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 192},
        {"sub": "anna\n1"},
        {"sub": "\u202e1-anna"},
    ],
)
def test_wrong_claims_are_refused(client, db, provider, caplog, claims):
    provider.tamper(claims=claims)
    assert_refused(client, complete_sign_in(client, provider), caplog)


@pytest.mark.parametrize(
    "signature",
    [
        *("none", "cut", "secret", "garbage", "lower_case", "critical", "mismatched"),
        *("other", "embedded", "unpublished", "new", "short", "encryption", "other_algorithm"),
    ],
)
def test_wrong_signatures_are_refused(client, db, provider, caplog, signature):
    provider.tamper(signature=signature)
    assert_refused(client, complete_sign_in(client, provider), caplog)


@pytest.mark.parametrize("change", [str.upper, "{}/".format, " {}".format])
def test_another_spelling_of_the_issuer_is_refused(client, db, provider, caplog, change):
    provider.tamper(claims={"iss": change(provider.issuer)})
    assert_refused(client, complete_sign_in(client, provider), caplog)


def test_algorithm_outside_the_setting_is_refused(client, db, provider, caplog, settings):
    settings.PORTAL_OIDC_ALGORITHMS = ["PS256"]
    assert_refused(client, complete_sign_in(client, provider), caplog)


def test_token_with_several_audiences_and_no_azp_is_refused(client, db, provider, caplog, settings):
    provider.tamper(claims={"aud": [settings.PORTAL_OIDC_CLIENT_ID, ELSEWHERE]})
    assert_refused(client, complete_sign_in(client, provider), caplog)


def test_token_with_several_audiences_and_our_azp_is_accepted(client, db, provider, settings):
    own = settings.PORTAL_OIDC_CLIENT_ID
    provider.tamper(claims={"aud": [own, ELSEWHERE], "azp": own})
    assert complete_sign_in(client, provider).url == "/"


@pytest.mark.parametrize("signature", ["good", "unnamed", "curve"])
def test_permitted_signatures_are_accepted(client, db, provider, signature):
    provider.tamper(signature=signature)
    assert complete_sign_in(client, provider).url == "/"


def test_small_clock_difference_is_tolerated(client, db, provider):
    provider.tamper(claims={"exp": int(time.time()) - 20, "iat": int(time.time()) + 20})
    assert complete_sign_in(client, provider).url == "/"


def test_new_key_of_the_provider_is_found_at_once(client, db, provider):
    provider.tamper(signature="good")
    complete_sign_in(client, provider)
    provider.tamper(signature="new", rotated=True)
    assert complete_sign_in(client, provider).url == "/"


def test_unknown_keys_do_not_make_the_portal_ask_again_and_again(client, db, provider):
    provider.tamper(signature="unpublished")
    complete_sign_in(client, provider)
    before = len(provider.requested_paths())
    complete_sign_in(client, provider)
    assert "/jwks" not in provider.requested_paths()[before:]


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"email_verified": False}, "isn’t confirmed yet"),
        ({"email_verified": None}, "isn’t confirmed yet"),
        ({"email_verified": "true"}, "isn’t confirmed yet"),
        ({"email_verified": 1}, "isn’t confirmed yet"),
        ({"email": None}, "has no email address"),
        ({"email": ["anna@example.com"]}, "has no email address"),
        ({"email": "ann\u0430@example.com"}, "has no email address"),
        ({"email": "anna@example.com, bob@example.com"}, "has no email address"),
    ],
)
def test_unconfirmed_or_missing_address_is_refused_with_an_explanation(
    client, db, provider, caplog, claims, told
):
    provider.tamper(claims=claims)
    page = complete_sign_in(client, provider)
    assert told in main_text(page)
    assert_refused(client, page, caplog)


def test_address_is_stored_in_lower_case(client, db, provider):
    provider.tamper(claims={"email": "Anna@Example.COM"})
    complete_sign_in(client, provider)
    assert Consumer.objects.get().verified_address() == "anna@example.com"
