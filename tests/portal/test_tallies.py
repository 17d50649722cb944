"""Counts get from each process into the rows of the operators' page."""

import threading
from datetime import timedelta
from unittest import mock

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from portal import tallies
from portal.metrics import tally
from portal.models import Tally
from portal.tallies import store_later

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql("portal.tallies")]


@pytest.fixture(autouse=True)
def scheduled():
    calls = []
    tally.start(lambda: calls.append(1))
    with mock.patch.object(tallies, "store_later", lambda: calls.append(1)):
        yield calls
    tally.stop()


def test_what_several_processes_count_is_added_up():
    for number in (1, 2):
        for _ in range(number):
            tally.add("reading", "ok", 0.03, "Claims01")
        tally.add("sending", "unavailable", 4.0, "Claims01")
        tallies.store()
    rows = Tally.objects.order_by("what").values_list("what", "box", "outcome", "within_ms", "number")
    assert list(rows) == [
        ("reading", "Claims01", "ok", 50, 3),
        ("sending", "Claims01", "unavailable", 6_400, 2),
    ]
    assert timezone.now() - Tally.objects.latest("last_at").last_at < timedelta(minutes=1)


def test_a_database_that_fails_loses_no_count(scheduled, caplog):
    tally.add("pages", "ok")
    with mock.patch.object(Tally.objects, "bulk_create", side_effect=DatabaseError):
        tallies.store()
    assert len(scheduled) == 2 and "the database failed" in caplog.text
    tallies.store()
    assert Tally.objects.get().number == 1


def test_rows_that_no_page_shows_any_more_are_deleted_in_batches(monkeypatch):
    monkeypatch.setattr(tallies, "_BATCH", 2)
    now = timezone.now()
    for days in (0, 7, 9, 10, 11):
        Tally.objects.create(quarter=now - timedelta(days=days), last_at=now, what="pages", within_ms=25)
    assert tallies.delete_old() == 3
    assert Tally.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_processes_that_store_the_same_kinds_at_the_same_time_wait_for_each_other():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time anyway")
    counts = {
        tally.Key(0, "reading", box, "ok", 25): tally.Count(1, 0.0) for box in (f"B{n}" for n in range(40))
    }
    backwards = dict(reversed(counts.items()))

    def store(counted):
        try:
            for _ in range(3):
                tallies._add(counted)
        finally:
            connection.close()

    threads = [threading.Thread(target=store, args=(counted,)) for counted in (counts, backwards) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(Tally.objects.values_list("number", flat=True)) == {12}


def test_a_process_that_can_start_no_thread_answers_its_page_and_counts_on():
    tally.start(store_later)
    with mock.patch("portal.tallies.Timer.start", side_effect=RuntimeError("can't start new thread")):
        tally.add("pages", "ok")
        tally.add("pages", "ok")
    tally.add("pages", "ok")
    assert [count.number for count in tally.take().values()] == [1]
