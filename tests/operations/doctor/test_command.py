"""`manage.py doctor`: what it prints, and its exit status. test_broken_installations.py tests what it finds."""

import json
import os
import subprocess
import sys

import pytest
from django.core.management import call_command

from portal.findings import failure, ok, warning
from portal.operations.doctor.examination import Report
from portal.operations.management.commands import doctor


@pytest.fixture
def report(monkeypatch):
    def change(*findings):
        monkeypatch.setattr(doctor, "examine", lambda *_: Report(findings, 1.23))

    return change


def test_it_prints_what_is_wrong_what_to_do_and_the_verdict_last(report, capsys):
    report(
        failure("Mail", "Nothing listens at mail:25.", "Start it.", "EMAIL_URL=..."),
        ok("Disk", "Much is free."),
    )
    with pytest.raises(SystemExit) as caught:
        call_command("doctor")
    assert caught.value.code == 1
    assert capsys.readouterr().out.splitlines() == [
        "FAILURE  Mail: Nothing listens at mail:25.",
        "         Start it.",
        "EMAIL_URL=...",
        "ok       Disk: Much is free.",
        "1 thing has to be mended.",
    ]


def test_a_warning_does_not_fail_and_is_not_called_well(report, capsys):
    report(warning("Disk", "Little is free."))
    call_command("doctor")
    out = capsys.readouterr().out
    assert out.endswith("Nothing has to be mended, 1 thing is to be looked at.\n") and "well" not in out


def test_json_holds_the_same(report, capsys):
    report(failure("Mail", "Nothing listens.", "Start it."))
    with pytest.raises(SystemExit):
        call_command("doctor", json=True)
    found = json.loads(capsys.readouterr().out)
    assert (found["is_well"], found["verdict"], found["seconds"]) == (False, "1 thing has to be mended", 1.2)
    assert found["findings"] == [
        {
            "state": "failure",
            "topic": "Mail",
            "message": "Nothing listens.",
            "fix": "Start it.",
            "snippet": "",
        }
    ]


def test_with_an_address_it_asks_the_api_for_all_that_the_portal_reads(transactional_db, api, capsys):
    with pytest.raises(SystemExit):  # Nothing has ever been delivered here.
        call_command("doctor", address="alice@canary.example", securebox="claims")
    out = capsys.readouterr().out
    assert "ok       API, order: The newest message comes first." in out and "canary" not in out


@pytest.mark.slow
def test_while_everything_is_down_it_answers_in_words():
    """With the passwords of all servers in its settings, none of which it prints."""
    down = {
        "DATABASE_URL": "postgres://portal:canary@127.0.0.1:9/portal",
        "CACHE_URL": "redis://:canary@127.0.0.1:9/0",
        "EMAIL_URL": "smtp://portal:canary@127.0.0.1:9",
        "SECUREMAIL_API_KEY": "canary",
        "PORTAL_PAGE_SIZE": "101",
        "STATIC_ROOT": "/nowhere",
    }
    command = [sys.executable, "manage.py", "doctor", "--json"]
    run = subprocess.run(  # noqa: S603  A command of our own.
        command, env={**os.environ, **down}, capture_output=True, text=True, check=False
    )
    assert run.returncode == 1 and "canary" not in run.stdout + run.stderr
    found = json.loads(run.stdout)
    failures = {each["topic"] for each in found["findings"] if each["state"] == "failure"}
    assert failures >= {"Database", "Cache", "Mail", "API", "Settings", "Static files"}
    assert {each["topic"] for each in found["findings"] if each["state"] == "unknown"} == {
        "Programs",
        "Keys",
        "Proxy",
    }
    assert all(each["fix"] for each in found["findings"] if each["state"] == "failure")
