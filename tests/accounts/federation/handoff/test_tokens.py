"""Verification of tokens: valid ones, those that the company has made wrongly, and forged ones."""

import base64
import hmac
import json
import string
import time

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

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
    ORDER,
    ORIGIN,
    PORTAL,
    claims,
    private_key,
    public_pem,
    published,
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
        {"iss": ISSUER.upper()},
        {"iss": ISSUER + "\0"},
        {"iss": MISSING},
        {"iss": [ISSUER]},
        {"aud": "https://other.example"},
        {"aud": PORTAL + "/"},
        {"aud": [PORTAL, "https://other.example"]},
        {"aud": [PORTAL, PORTAL]},
        {"aud": [[PORTAL]]},
        {"aud": {PORTAL: True}},
        {"aud": []},
        {"aud": MISSING},
        {"origin": "https://other.example"},
        {"origin": ORIGIN + ".evil.example"},
        {"origin": ORIGIN + "/"},
        {"origin": [ORIGIN]},
        {"origin": "null"},
        {"origin": None},
        {"origin": MISSING},
        {"jti": MISSING},
        {"jti": ""},
        {"jti": 7},
        {"jti": "x" * 201},
        {"jti": "a\0b"},
        {"jti": "\ud800"},
        {"jti": ["a"]},
        {"exp": MISSING},
        {"exp": "soon"},
        {"exp": str(NOW + 60)},
        {"exp": [NOW + 60]},
        {"exp": True},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"exp": 10**400},
        {"exp": NOW + 61},
        {"exp": NOW},
        {"exp": NOW - 1, "iat": NOW},
        {"iat": MISSING},
        {"iat": str(NOW)},
        {"iat": True},
        {"iat": float("nan")},
        {"iat": NOW + 11},
        {"iat": -NOW},
        {"nbf": NOW + 30},
        {"nbf": "now"},
        {"nbf": True},
        {"nbf": float("nan")},
    ],
)
def test_wrong_claim_raises_invalid_token(company, changes):
    with time_machine.travel(NOW, tick=False):
        assert error_for(token(**changes), company) is InvalidToken


@pytest.mark.parametrize(
    "subject",
    ["", 7, None, True, MISSING, ["anna-1"], "x" * 192, "a\0b", "a\nb", "\u202eb-anna", "a\u200bb", "\ud800"],
    ids=repr,
)
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
        {"anna@example.com": True},
        "anna@example.com\n",
        "anna@example.com\0",
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


def test_of_two_claims_with_one_name_the_last_counts(company):
    twice = b'{"sub": "bob-1", ' + json.dumps(claims()).encode().removeprefix(b"{")
    assert verify(sign(twice), company, ORIGIN).identity.subject == "anna-1"


NO_TOKENS = (
    *("", "x", "a.b.c", "eyJ.eyJ.eyJ", "..", "\ud800.a.b", "a" * 8193),
    *(sign([1]), sign("x"), sign(None), sign(b'{"a":' * 1000 + b"1" + b"}" * 1000)),
    *(sign(b'{"exp": ' + b"9" * 5000 + b"}"), sign(b"\xff"), sign(b"")),
)


@pytest.mark.parametrize("text", NO_TOKENS, ids=range(len(NO_TOKENS)))
def test_text_that_is_no_token_is_refused(company, text):
    assert error_for(text, company) is InvalidToken


def signed(header, payload):
    """A token with exactly this header and this second part, both as text. Its signature is right."""
    text = f"{encoded(header)}.{payload}"
    r, s = decode_dss_signature(private_key("first").sign(text.encode(), ECDSA(SHA256())))
    return f"{text}.{encoded(r.to_bytes(32) + s.to_bytes(32))}"


def with_header(**header):
    return signed({"alg": "ES256", "kid": "first", **header}, encoded(claims()))


def with_other_last_bits():
    """The last letter of a signature holds four bits that belong to no byte."""
    text, letters = token(), string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    return text[:-1] + letters[letters.index(text[-1]) ^ 1]


MISSPELT = {
    "space before": lambda: f" {token()}",
    "line break after": lambda: f"{token()}\n",
    "zero byte after": lambda: f"{token()}\0",
    "base64 for files": lambda: token(name="~" * 9, more="?" * 9).replace("-", "+").replace("_", "/"),
    "other last bits": with_other_last_bits,
    "a fourth part": lambda: f"{token()}.x",
    "encrypted": lambda: f"{encoded({'alg': 'RSA-OAEP', 'enc': 'A256GCM'})}.a.b.c.d",
    "as JSON": lambda: json.dumps(
        dict(zip(("protected", "payload", "signature"), token().split("."), strict=True))
    ),
    "token in a token": lambda: sign(token().encode(), cty="JWT"),
    "claims not encoded": lambda: signed(UNENCODED, json.dumps(claims())),
    "claims elsewhere": lambda: signed(UNENCODED, ""),
    "critical b64": lambda: with_header(crit=["b64"]),
    "critical, unknown": lambda: with_header(crit=["new"], new=True),
    "critical, a text": lambda: with_header(crit="alg"),
    "critical, nothing": lambda: with_header(crit=[]),
    "critical, numbers": lambda: with_header(crit=[1]),
    "kid a number": lambda: with_header(kid=1),
    "kid a list": lambda: with_header(kid=["first"]),
    "kid null": lambda: with_header(kid=None),
}
UNENCODED = {"alg": "ES256", "kid": "first", "b64": False, "crit": ["b64"]}


@pytest.mark.parametrize("spell", MISSPELT.values(), ids=MISSPELT)
def test_signed_token_in_another_form_is_refused(company, spell):
    assert verify(with_header(), company, ORIGIN)
    assert error_for(spell(), company) is InvalidToken


def unsigned(**header):
    return f"{encoded({'typ': 'JWT', 'kid': 'first', **header})}.{encoded(claims())}."


def signed_with_secret(secret):
    """The classic attack on verifiers that let the token choose HS256: they take the public key for a shared secret."""
    text = f"{encoded({'alg': 'HS256', 'kid': 'first'})}.{encoded(claims())}"
    return f"{text}.{encoded(hmac.digest(secret, text.encode(), 'sha256'))}"


def with_two_algorithms(first, last):
    head = f'{{"alg": "{first}", "kid": "first", "alg": "{last}"}}'.encode()
    return f"{encoded(head)}.{encoded(claims())}."


def with_der_signature():
    """As OpenSSL writes it. RFC 7518, section 3.4, wants two numbers of 32 bytes."""
    text = token().rpartition(".")[0]
    return f"{text}.{encoded(private_key('first').sign(text.encode(), ECDSA(SHA256())))}"


def altered():
    head, _said, signature = token().split(".")
    return f"{head}.{encoded(claims(email='mallory@example.com'))}.{signature}"


FORGED = {
    "alg none": lambda: unsigned(alg="none"),
    "alg None": lambda: unsigned(alg="None"),
    "no alg": unsigned,
    "alg ES256 without a signature": lambda: unsigned(alg="ES256"),
    "alg a list": lambda: unsigned(alg=["ES256"]),
    "alg a number": lambda: unsigned(alg=256),
    "alg in lower case": lambda: with_header(alg="es256"),
    "alg with a space": lambda: with_header(alg="ES256 "),
    "alg twice, none last": lambda: with_two_algorithms("ES256", "none"),
    "alg twice, none first": lambda: with_two_algorithms("none", "ES256"),
    "HS256 with the public key": lambda: signed_with_secret(public_pem("first").encode()),
    "HS256 with the published key": lambda: signed_with_secret(json.dumps(published("first")).encode()),
    "HS256 with an empty secret": lambda: signed_with_secret(b""),
    "another key under this name": lambda: sign(claims(), "other", kid="first"),
    "an RSA key under this name": lambda: sign(claims(), "rsa", kid="first"),
    "a key of another curve": lambda: sign(claims(), "p384", "ES384", kid="first"),
    "an unknown key": lambda: sign(claims(), "other"),
    "no key named": lambda: sign(claims(), kid=None),
    "an empty name": lambda: sign(claims(), kid=""),
    "a key that the token brings": lambda: sign(claims(), "other", jwk={"kty": "EC"}),
    "a key address that the token brings": lambda: sign(claims(), "other", jku="https://evil.example/"),
    "a certificate that the token brings": lambda: sign(claims(), "other", kid="first", x5c=["MIIB"]),
    "a certificate's address": lambda: sign(claims(), "other", kid="first", x5u="https://evil.example/"),
    "a key under this name that it brings": lambda: sign(
        claims(), "other", kid="first", jwk=published("other")
    ),
    "kid a path": lambda: sign(claims(), "other", kid="../../../../dev/null"),
    "kid SQL": lambda: sign(claims(), "other", kid="first' OR '1'='1"),
    "kid long": lambda: sign(claims(), "other", kid="first" * 1000),
    "kid with a zero byte": lambda: sign(claims(), kid="first\0"),
    "kid half a character": lambda: sign(claims(), kid="\ud800"),
    "kid in upper case": lambda: sign(claims(), kid="FIRST"),
    "kid with a space": lambda: sign(claims(), kid="first "),
    "claims altered": altered,
    "signature left out": lambda: f"{token().rpartition('.')[0]}.",
    "signature too short": lambda: f"{token().rpartition('.')[0]}.{encoded(bytes(48))}",
    "signature of zeros": lambda: f"{token().rpartition('.')[0]}.{encoded(bytes(64))}",
    "signature of the curve's order": lambda: (
        f"{token().rpartition('.')[0]}.{encoded(ORDER.to_bytes(32) * 2)}"
    ),
    "signature in DER": with_der_signature,
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
