from datetime import timedelta

import pytest
import time_machine
from django.db.models import Exists
from django.utils import timezone

from portal.accounts.models import Consumer
from portal.database.prepared import PreparedQuery
from tests.conftest import make_consumer

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql("portal.database.prepared")]


@PreparedQuery
def joined_since(email, since):
    is_new = Exists(Consumer.objects.filter(email=email, date_joined__gt=since))
    return Consumer.objects.filter(email=email, is_active=True).annotate(is_new=is_new)


def test_it_finds_what_the_values_of_this_call_say(django_assert_num_queries):
    with time_machine.travel(timezone.now() - timedelta(days=2)):
        alice = make_consumer("Alice")
    bob = make_consumer("Bob")
    since = timezone.now() - timedelta(days=1)
    with django_assert_num_queries(4):
        (found,) = joined_since(email=alice.email, since=since)
        assert found == alice and found.date_joined == alice.date_joined and found.is_new is False
        (found,) = joined_since(email=bob.email, since=since)
        assert found == bob and found.is_new is True
        (found,) = joined_since(email=alice.email, since=since - timedelta(days=3))
        assert found == alice and found.is_new is True
        assert joined_since(email="100%@example.com", since=since) == []


def test_its_sql_is_made_once():
    made = []

    @PreparedQuery
    def anyone(pk):
        made.append(pk)
        return Consumer.objects.filter(pk=pk)

    alice = make_consumer("Alice")
    assert anyone(pk=alice.pk) == [alice] and anyone(pk=0) == [] and len(made) == 1


def test_a_time_cannot_stay_in_it():
    @PreparedQuery
    def recent():
        return Consumer.objects.filter(date_joined__gt=timezone.now())

    with pytest.raises(TypeError, match="make it a parameter"):
        recent()


@pytest.mark.parametrize("values", [{}, {"email": "alice@example.com"}])
def test_a_missing_value_asks_for_nothing(values, django_assert_num_queries):
    with django_assert_num_queries(0), pytest.raises(KeyError):
        joined_since(**values)
