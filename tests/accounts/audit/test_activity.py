"""A line of the activity log is never changed, and outlives its account."""

import pytest

from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.models import Activity
from tests.conftest import make_consumer


@pytest.fixture
def anna(db):
    return make_consumer("Anna")


def test_lines_cannot_be_changed_or_deleted(anna):
    activity.record(Event.SIGNED_OUT, anna)
    line, lines = Activity.objects.get(), Activity.objects.all()
    for attempt in (line.save, line.delete, lines.delete, lambda: lines.update(address="x")):
        with pytest.raises(TypeError):
            attempt()
    with pytest.raises(TypeError):
        anna.activities.all().delete()
    assert Activity.objects.get().address == "anna@example.com"


def test_lines_of_a_deleted_account_keep_its_address(anna):
    activity.record(Event.SIGNED_OUT, anna)
    anna.delete()
    line = Activity.objects.get()
    assert (line.consumer, line.address) == (None, "anna@example.com")
