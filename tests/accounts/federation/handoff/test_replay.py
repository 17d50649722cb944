"""A token opens one session, even if it is sent again, or many times at once."""

import base64
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection

from portal.accounts import cleanup
from portal.accounts.federation.errors import TokenExpired
from portal.accounts.federation.handoff.replay import spend
from portal.accounts.federation.handoff.tokens import verify
from portal.accounts.models import SpentToken
from tests.accounts.federation.handoff.company import ORDER, ORIGIN, make_company, token

pytestmark = pytest.mark.postgresql("portal.accounts.single_use")


def test_token_works_once_even_after_the_cache_was_cleared(company):
    claims = verify(token(), company, ORIGIN)
    spend(claims)
    cache.clear()
    with pytest.raises(TokenExpired, match="used already"):
        spend(claims)


def with_mirrored_signature(text):
    """For (r, s), (r, -s) is another valid signature by the same key. Anyone can compute it."""
    text, _dot, signature = text.rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    other = raw[:32] + (ORDER - int.from_bytes(raw[32:])).to_bytes(32)
    return f"{text}.{base64.urlsafe_b64encode(other).rstrip(b'=').decode()}"


@pytest.mark.parametrize("respell", [with_mirrored_signature, lambda text: f"{text}=="])
def test_used_token_in_another_spelling_is_used_too(company, respell):
    text = token()
    spend(verify(text, company, ORIGIN))
    again = respell(text)
    assert again != text
    with pytest.raises(TokenExpired, match="used already"):
        spend(verify(again, company, ORIGIN))


def test_same_token_id_of_another_company_is_another_token(company):
    other = make_company("next", name="Other", issuer="https://other.example")
    spend(verify(token(jti="1"), company, ORIGIN))
    spend(verify(token("next", jti="1", iss=other.issuer), other, ORIGIN))
    assert SpentToken.objects.count() == 2


def test_one_of_twenty_concurrent_uses_succeeds(transactional_db):
    claims = verify(token(), make_company("first"), ORIGIN)

    def spent(_number):
        try:
            spend(claims)
        except TokenExpired:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(20) as senders:
        assert sorted(senders.map(spent, range(20))) == [False] * 19 + [True]


def test_used_tokens_are_deleted_after_they_expire(company):
    spend(verify(token(), company, ORIGIN))
    assert cleanup.delete_spent_tokens() == 0
    with time_machine.travel(time.time() + 2 * 3600):
        assert cleanup.delete_spent_tokens() == 1
    assert not SpentToken.objects.exists()


def test_stored_digest_does_not_reveal_the_token_id(company):
    spend(verify(token(jti="anna-1"), company, ORIGIN))
    assert "anna" not in SpentToken.objects.get().digest
