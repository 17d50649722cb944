"""The company's keys: entered by an operator or published by its server, several at once during a rotation."""

import time
from collections.abc import Iterator

import pytest
import time_machine

from portal.accounts.federation.errors import BadAnswer, InvalidKey, ProviderUnavailable
from portal.accounts.federation.handoff.tokens import verify
from tests.accounts.federation.handoff.company import (
    ORIGIN,
    claims,
    make_company,
    public_pem,
    published,
    sign,
    token,
)
from tests.support.wire import Wire, reply


@pytest.fixture
def server() -> Iterator[Wire]:
    """The company's server, which publishes one key."""
    with Wire() as server:
        server.script(reply({"keys": [published("first")]}))
        yield server


@pytest.fixture
def company(db, server):
    return make_company(keys_url=f"http://127.0.0.1:{server.port}/keys")


def is_verified(company, key, **header):
    return verify(sign(claims(), key, **header), company, ORIGIN).identity.subject == "anna-1"


@pytest.mark.parametrize("key", ["first", "next", "rsa"])
def test_several_keys_are_valid_at_once(db, key):
    assert is_verified(make_company("first", "next", "rsa"), key)


def test_inactive_key_is_refused_and_the_others_work(db):
    company = make_company("first", "next")
    company.keys.filter(key_id="first").update(is_active=False)
    assert is_verified(company, "next")
    with pytest.raises(InvalidKey, match="switched off"):
        verify(token("first"), company, ORIGIN)


def test_published_key_works_and_is_fetched_once(company, server):
    assert is_verified(company, "first") and is_verified(company, "first")
    assert server.request.target == "/keys"


def test_new_published_key_is_found_at_once(company, server):
    assert is_verified(company, "first")
    server.script(reply({"keys": [published("first"), published("next"), published("rsa")]}))
    assert is_verified(company, "next") and is_verified(company, "rsa")
    assert len(server.requests) == 2


def test_unknown_keys_do_not_make_the_portal_ask_again_and_again(company, server):
    for _ in range(5):
        with pytest.raises(InvalidKey):
            verify(token("other"), company, ORIGIN)
    assert len(server.requests) == 2


def test_inactive_key_is_refused_even_where_it_is_published(company):
    company.keys.create(key_id="first", public_key=public_pem("first"), is_active=False)
    with pytest.raises(InvalidKey, match="switched off"):
        verify(token("first"), company, ORIGIN)


@pytest.mark.parametrize(
    "key",
    [
        published("first", use="enc"),
        published("first", alg="ES384"),
        published("first", kty="RSA"),
        published("first", kty="oct", k="c2VjcmV0"),
        published("first", x="AAAA"),
        published("first", d="AAAA"),
        published("p384", kid="first"),
        published("rsa", kid="first"),
        {"kid": "first"},
        "first",
    ],
    ids=range(10),
)
def test_published_key_of_another_kind_is_refused(company, server, key):
    server.script(reply({"keys": [key]}))
    with pytest.raises(InvalidKey):
        verify(token("first"), company, ORIGIN)


def test_published_rsa_key_that_is_too_short_is_refused(company, server):
    server.script(reply({"keys": [published("rsa-1024")]}))
    with pytest.raises(InvalidKey, match="not for RS256"):
        verify(sign(claims(), "rsa", kid="rsa-1024"), company, ORIGIN)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply(b"<html>"), BadAnswer),
        (reply({"keys": {}}), BadAnswer),
        (reply({}, 404), BadAnswer),
        (reply({}, 302, ["Location: http://127.0.0.1:9/"]), BadAnswer),
        (reply({}, 500), ProviderUnavailable),
        (reply({"keys": [], "padding": "x" * 300_000}), BadAnswer),
    ],
    ids=range(6),
)
def test_faulty_key_server_raises_an_error_of_its_own(company, server, answer, error):
    server.script(answer)
    with pytest.raises(error):
        verify(token("first"), company, ORIGIN)


def test_failed_key_server_is_not_called_again_at_once(company, server):
    server.script(reply({}, 500))
    for _ in range(3):
        with pytest.raises(ProviderUnavailable):
            verify(token("first"), company, ORIGIN)
    assert len(server.requests) == 1


def test_failed_key_server_is_called_again_after_a_pause(company, server):
    server.script(reply({}, 500))
    with pytest.raises(ProviderUnavailable):
        verify(token("first"), company, ORIGIN)
    server.script(reply({"keys": [published("first")]}))
    with time_machine.travel(time.time() + 16):
        assert is_verified(company, "first")


def test_entered_key_works_while_the_companys_server_is_down(db):
    assert is_verified(make_company("first", keys_url="http://127.0.0.1:9/keys"), "first")
