"""Examinations run at the same time, none keeps the others from being reported, and none takes forever."""

import threading

import pytest
from django.db import DatabaseError

from portal.findings import State, failure, ok, unknown, warning
from portal.operations.doctor.examination import Examination, Report, run

pytestmark = pytest.mark.django_db(databases=[])


def test_what_is_to_be_mended_comes_first():
    found = [ok("A", "a"), unknown("B", "b"), warning("C", "c"), failure("D", "d")]
    report = run([Examination(finding.topic, lambda finding=finding: [finding]) for finding in found])
    assert [finding.topic for finding in report.findings] == ["D", "C", "B", "A"]


def test_one_that_hangs_is_left_behind_and_named():
    hangs, go_on = threading.Event(), threading.Event()

    def hang():
        yield ok("Frozen", "so far")
        hangs.set()
        go_on.wait(60)

    report = run(
        [
            # Finds nothing, and is waited for first: a busy machine may be slow to begin with the next one.
            Examination("Patient", lambda: hangs.wait(60) and [], seconds=60),
            Examination("Frozen", hang, seconds=0.05),
            Examination("Quick", lambda: [ok("Quick", "yes")], seconds=60),
        ]
    )
    go_on.set()
    assert [(finding.state, finding.topic) for finding in report.findings] == [
        (State.UNKNOWN, "Frozen"),
        (State.OK, "Frozen"),
        (State.OK, "Quick"),
    ]
    assert "does not answer" in report.findings[0].message and not report.is_well


def test_they_run_at_the_same_time():
    """Each waits for the other: one after the other, none would end."""
    both = threading.Barrier(2, timeout=60)
    report = run(
        [Examination(str(number), lambda: [ok("Met", str(both.wait() >= 0))]) for number in range(2)]
    )
    assert [finding.message for finding in report.findings] == ["True", "True"]


def test_one_that_fails_is_named_and_its_error_is_not_shown(caplog):
    def fail():
        raise RuntimeError("canary")

    report = run([Examination("Mail", fail)])
    (finding,) = report.findings
    assert finding.state == State.UNKNOWN and "RuntimeError" in finding.message
    assert "canary" not in str(report) + caplog.text


def test_what_takes_the_database_is_unknown_without_it():
    def ask():
        raise DatabaseError

    (finding,) = run([Examination("Keys", ask)]).findings
    assert (finding.state, finding.message) == (State.UNKNOWN, "It takes the database to tell.")


@pytest.mark.parametrize(
    ("findings", "verdict", "is_well"),
    [
        ((ok("A", ""),), "All is well", True),
        ((warning("A", ""),), "Nothing has to be mended, 1 thing is to be looked at", True),
        ((unknown("A", ""),), "Nothing has to be mended, 1 thing is not known", False),
        (
            (failure("A", ""), warning("B", ""), warning("C", "")),
            "1 thing has to be mended, 2 things are to be looked at",
            False,
        ),
        ((failure("A", ""), failure("B", "")), "2 things have to be mended", False),
    ],
)
def test_the_verdict_says_well_only_if_all_of_it_is(findings, verdict, is_well):
    report = Report(findings, 0.0)
    assert (report.verdict, report.is_well) == (verdict, is_well)
