"""The rows by which operators see that `deliver` and `tidy` run."""

from datetime import timedelta
from unittest import mock

import pytest
import time_machine
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone

from inbox.outgoing import delivery
from portal import heartbeats
from portal.heartbeats import DELIVER, SECONDS_BETWEEN, HeartbeatWriter
from portal.models import Heartbeat
from portal.stopping import Stop

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql("portal.models")]


def test_a_round_of_deliver_leaves_a_sign_of_life():
    call_command("deliver")
    call_command("deliver")
    row = Heartbeat.objects.get()
    assert row.program == "deliver" and row.host and row.succeeded
    assert row.outcome == "0 tried, 0 looked for, 0 left in doubt, 0 old ones forgotten"
    assert timezone.now() - row.at < timedelta(minutes=1)


def test_tidy_leaves_one_too():
    call_command("tidy")
    assert Heartbeat.objects.get(program="tidy").outcome == "0 rows removed"


def test_a_round_that_failed_is_named():
    stopped = Stop()

    def fail(*_):
        stopped.set()  # The first round is the last.
        raise DatabaseError

    with (
        mock.patch("inbox.management.commands.deliver.Stop", return_value=stopped),
        mock.patch("inbox.management.commands.deliver.signal.signal"),
        mock.patch("inbox.management.commands.deliver.close_old_connections"),
        mock.patch.object(delivery, "run", side_effect=fail),
    ):
        call_command("deliver", forever=True)
    row = Heartbeat.objects.get()
    assert (row.outcome, row.succeeded) == ("the database failed", False)


def test_a_long_round_is_a_sign_of_life_but_no_more_than_one_in_thirty_seconds(monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr("portal.heartbeats.time.monotonic", lambda: clock[0])
    writer = HeartbeatWriter(DELIVER)
    with time_machine.travel("2026-03-01 12:00:00Z", tick=False):
        writer.beat()
    clock[0] += SECONDS_BETWEEN - 1
    with time_machine.travel("2026-03-01 12:00:29Z", tick=False):
        writer.beat()
    assert f"{Heartbeat.objects.get().at:%H:%M:%S}" == "12:00:00"
    clock[0] += 1
    with time_machine.travel("2026-03-01 12:00:30Z", tick=False):
        writer.beat()
    assert f"{Heartbeat.objects.get().at:%H:%M:%S}" == "12:00:30"


def test_a_beat_within_a_round_does_not_forget_how_the_last_one_ended():
    HeartbeatWriter(DELIVER).end_round("the database failed", succeeded=False)
    HeartbeatWriter(DELIVER).beat()
    row = Heartbeat.objects.get()
    assert (row.outcome, row.succeeded) == ("the database failed", False)


def test_work_goes_on_where_no_sign_of_life_can_be_written(caplog):
    with mock.patch.object(Heartbeat.objects, "bulk_create", side_effect=DatabaseError):
        call_command("deliver")
    assert "its sign of life cannot be written" in caplog.text


def test_rows_of_hosts_that_are_gone_are_deleted_but_the_last_of_each_program():
    old = timezone.now() - timedelta(days=30)
    for program, host in (("deliver", "a"), ("tidy", "b"), ("tidy", "c")):
        Heartbeat.objects.create(program=program, host=host, at=old + timedelta(minutes=ord(host)))
    assert heartbeats.delete_old() == 1
    assert {row.host for row in Heartbeat.objects.all()} == {"a", "c"}
