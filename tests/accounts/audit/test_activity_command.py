"""`manage.py activity` writes the activity log to standard output."""

import json
import os
import subprocess
import sys

import pytest
from django.core.management import call_command

from portal.accounts.audit.activity import Event
from portal.accounts.models import Activity
from tests.conftest import make_consumer

pytestmark = pytest.mark.slow


@pytest.fixture
def anna(db):
    return make_consumer("Anna")


def test_command_filters_by_account_and_days(anna, capsys):
    Activity.objects.create(event=Event.SIGNED_IN, address=anna.email, at="2026-11-01T12:00:00Z")
    Activity.objects.create(event=Event.SIGNED_OUT, address=anna.email, at="2026-11-02T23:59:00Z")
    Activity.objects.create(event=Event.SIGNED_OUT, address="bob@example.com", at="2026-11-01T12:00:00Z")
    Activity.objects.create(event=Event.SIGN_IN_FAILED, address=anna.email, at="2026-11-03T00:00:00Z")
    call_command("activity", "--since=2026-11-01", "--until=2026-11-02", "--address=Anna@example.com")
    names, *lines = capsys.readouterr().out.splitlines()
    assert names.startswith("time,event,account,operator,mailbox")
    assert [line.split(",")[1] for line in lines] == ["signed_in", "signed_out"]


@pytest.mark.proof
def test_command_ends_quietly_when_its_reader_closes_the_pipe(tmp_path):
    """For example `head`, which closes the pipe before the last line."""
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/log.sqlite3"}
    subprocess.run([sys.executable, "manage.py", "migrate"], env=environment, check=True, capture_output=True)
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "manage.py", "activity"]
    run = subprocess.run(command, env=environment, stdout=writing, stderr=subprocess.PIPE, check=False)  # noqa: S603  A command of our own.
    os.close(writing)
    assert (run.returncode, run.stderr) == (0, b"")


def test_command_writes_json_lines_and_is_itself_logged(db, capsys):
    call_command("activity", "--format=jsonl")
    (record,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (record["event"], record["detail"]) == ("log_exported", "jsonl, on the server")
