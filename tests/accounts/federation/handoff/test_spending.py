"""A token opens one session, whoever sends it again, and however many at once."""

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
from tests.accounts.federation.handoff.company import ORIGIN, make_company, token


def test_a_token_is_spent_once_even_where_the_cache_has_forgotten(company):
    claims = verify(token(), company, ORIGIN)
    spend(claims)
    cache.clear()
    with pytest.raises(TokenExpired, match="used already"):
        spend(claims)


def test_the_same_name_in_another_companys_token_is_another_token(company):
    other = make_company("next", name="Other", issuer="https://other.example")
    spend(verify(token(jti="1"), company, ORIGIN))
    spend(verify(token("next", jti="1", iss=other.issuer), other, ORIGIN))
    assert SpentToken.objects.count() == 2


def test_of_twenty_at_once_one_is_spent(transactional_db):
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


def test_marks_are_kept_as_long_as_their_token_could_be_taken_and_then_go(company):
    spend(verify(token(), company, ORIGIN))
    assert cleanup.spent_tokens() == 0
    with time_machine.travel(time.time() + 2 * 3600):
        assert cleanup.spent_tokens() == 1
    assert not SpentToken.objects.exists()


def test_a_mark_names_nobody(company):
    spend(verify(token(jti="anna-1"), company, ORIGIN))
    assert "anna" not in SpentToken.objects.get().digest
