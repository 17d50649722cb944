"""Verification of tokens: valid ones, those that the company has made wrongly, and forged ones."""

import base64
import hashlib
import hmac
import json
import time

import pytest
import time_machine

from portal.accounts.federation.errors import (
    AddressNotConfirmed,
    IdentityNotProved,
    InvalidKey,
    InvalidToken,
    NoAddress,
    SignInFailed,
    TokenExpired,
)
from portal.accounts.federation.handoff.tokens import verify
from tests.accounts.federation.handoff.company import (
    ISSUER,
    MISSING,
    ORIGIN,
    PORTAL,
    claims,
    private_key,
    public_pem,
    sign,
    token,
)

NOW = int(time.time())


def encoded(part):
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def error_for(text, company, origin=ORIGIN):
    """The class of the error. Its text must quote neither the token nor the address."""
    with pytest.raises(SignInFailed) as refused:
        verify(text, company, origin)
    assert "anna" not in str(refused.value) and "eyJ" not in str(refused.value)
    return refused.type


def test_valid_token_is_verified(company):
    found = verify(token(jti="one"), company, ORIGIN)
    person = found.identity
    assert (person.issuer, person.subject, person.address) == (ISSUER, "anna-1", "anna@example.com")
    assert (person.first_name, person.last_name, found.token_id) == ("Anna", "Example", "one")
    assert 60 < found.expires_at.timestamp() - time.time() <= 70


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": [PORTAL]},
        {"name": MISSING},
        {"name": 7},
        {"email": "Anna@Example.COM"},
        {"nbf": NOW},
        {"iat": NOW + 8, "exp": NOW + 60},
        {"iat": NOW - 65, "exp": NOW - 5},
        {"more": {"of": ["anything"]}},
    ],
)
def test_permitted_variants_are_verified(company, changes):
    with time_machine.travel(NOW, tick=False):
        assert verify(token(**changes), company, ORIGIN).identity.address == "anna@example.com"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.example"},
        {"iss": ISSUER + "/"},
        {"iss": MISSING},
        {"iss": [ISSUER]},
        {"aud": "https://other.example"},
        {"aud": PORTAL + "/"},
        {"aud": [PORTAL, "https://other.example"]},
        {"aud": []},
        {"aud": MISSING},
        {"origin": "https://other.example"},
        {"origin": ORIGIN + ".evil.example"},
        {"origin": ORIGIN + "/"},
        {"origin": "null"},
        {"origin": None},
        {"origin": MISSING},
        {"jti": MISSING},
        {"jti": ""},
        {"jti": 7},
        {"jti": "x" * 201},
        {"jti": "a\0b"},
        {"exp": MISSING},
        {"exp": "soon"},
        {"exp": True},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"exp": 10**400},
        {"exp": NOW + 61},
        {"exp": NOW},
        {"exp": NOW - 1, "iat": NOW},
        {"iat": MISSING},
        {"iat": str(NOW)},
        {"iat": NOW + 11},
        {"iat": -NOW},
        {"nbf": NOW + 30},
        {"nbf": "now"},
    ],
)
def test_wrong_claim_raises_invalid_token(company, changes):
    with time_machine.travel(NOW, tick=False):
        assert error_for(token(**changes), company) is InvalidToken


@pytest.mark.parametrize("subject", ["", 7, None, MISSING, ["anna-1"], "x" * 192, "a\0b", "\ud800"], ids=repr)
def test_unusable_subject_is_refused(company, subject):
    assert error_for(token(sub=subject), company) is IdentityNotProved


@pytest.mark.parametrize(
    "address",
    [
        "",
        "anna",
        None,
        MISSING,
        ["anna@example.com"],
        "ann\u0430@example.com",
        "anna@example.com,bob@example.com",
    ],
    ids=repr,
)
def test_unusable_address_is_refused(company, address):
    assert error_for(token(email=address), company) is NoAddress


@pytest.mark.parametrize("confirmed", [False, "true", 1, None, MISSING, [True]], ids=repr)
def test_unconfirmed_address_is_refused(company, confirmed):
    assert error_for(token(email_verified=confirmed), company) is AddressNotConfirmed


def test_token_expires_after_a_minute_and_the_leeway(company):
    text = token()
    with time_machine.travel(time.time() + 68):
        assert verify(text, company, ORIGIN)
    with time_machine.travel(time.time() + 71):
        assert error_for(text, company) is TokenExpired


def test_issuer_that_is_now_the_single_sign_on_issuer_is_refused(company, settings):
    settings.PORTAL_OIDC_ISSUER = ISSUER
    assert error_for(token(), company) is InvalidToken


def test_token_for_another_website_is_refused(company):
    assert error_for(token(), company, "https://other.example") is InvalidToken


NO_TOKENS = (
    *("", "x", "a.b.c", "eyJ.eyJ.eyJ", "..", "\ud800.a.b", "a" * 8193),
    *(sign([1]), sign("x"), sign(None), sign(claims(), crit=["new"], new=True)),
)


@pytest.mark.parametrize("text", NO_TOKENS, ids=range(len(NO_TOKENS)))
def test_text_that_is_no_token_is_refused(company, text):
    assert error_for(text, company) is InvalidToken


def unsigned(**header):
    return f"{encoded({'typ': 'JWT', 'kid': 'first', **header})}.{encoded(claims())}."


def signed_with_the_public_key():
    """The classic attack on verifiers that let the token choose HS256: they take the public key for a shared secret."""
    text = f"{encoded({'alg': 'HS256', 'kid': 'first'})}.{encoded(claims())}"
    made = hmac.new(public_pem("first").encode(), text.encode(), hashlib.sha256).digest()
    return f"{text}.{encoded(made)}"


def altered():
    head, _said, signature = token().split(".")
    return f"{head}.{encoded(claims(email='mallory@example.com'))}.{signature}"


FORGED = {
    "alg none": lambda: unsigned(alg="none"),
    "alg None": lambda: unsigned(alg="None"),
    "no alg": unsigned,
    "alg ES256 without a signature": lambda: unsigned(alg="ES256"),
    "alg a list": lambda: unsigned(alg=["ES256"]),
    "HS256 with the public key": signed_with_the_public_key,
    "another key under this name": lambda: sign(claims(), "other", kid="first"),
    "an RSA key under this name": lambda: sign(claims(), "rsa", kid="first"),
    "a key of another curve": lambda: sign(claims(), "p384", "ES384", kid="first"),
    "an unknown key": lambda: sign(claims(), "other"),
    "no key named": lambda: sign(claims(), kid=None),
    "an empty name": lambda: sign(claims(), kid=""),
    "a key that the token brings": lambda: sign(claims(), "other", jwk={"kty": "EC"}),
    "a key address that the token brings": lambda: sign(claims(), "other", jku="https://evil.example/"),
    "claims altered": altered,
    "signature left out": lambda: f"{token().rpartition('.')[0]}.",
    "signature too short": lambda: f"{token().rpartition('.')[0]}.{encoded(bytes(48))}",
    "signature of zeros": lambda: f"{token().rpartition('.')[0]}.{encoded(bytes(64))}",
    "signature of other claims": lambda: f"{token().rpartition('.')[0]}.{token().rpartition('.')[2]}",
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_forged_token_is_refused(company, forge):
    assert error_for(forge(), company) is InvalidKey


def test_key_is_valid_for_one_algorithm_only(company):
    company.keys.create(key_id="rsa", algorithm="RS256", public_key=public_pem("rsa"))
    assert verify(token("rsa"), company, ORIGIN)
    assert error_for(sign(claims(), "rsa", "PS256"), company) is InvalidKey
    assert error_for(sign(claims(), "rsa", "RS512"), company) is InvalidKey


def test_key_of_another_company_is_refused(company):
    assert private_key("first") and verify(token(), company, ORIGIN)
    company.keys.update(company=type(company).objects.create(name="Other", issuer="https://other.example"))
    assert error_for(token(), company) is InvalidKey
