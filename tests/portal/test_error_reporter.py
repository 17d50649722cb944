"""PORTAL_ERROR_REPORTER: what the company's function gets, and that nothing it does reaches a page."""

import logging
import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory
from django.urls import resolve

from portal import logs, request_context
from portal.error_reporter import ErrorReport, ReportHandler
from tests.support.patience import await_true

WORD = "aardvark"
OPERATIONS = Path(__file__).resolve().parents[2] / "docs/operations.md"
reports: list[ErrorReport] = []
hangs = threading.Event()


def report(error: ErrorReport) -> None:
    reports.append(error)


def fail(error: ErrorReport) -> None:
    reports.append(error)
    raise RuntimeError(WORD)


def hang(error: ErrorReport) -> None:
    hangs.wait(60)


@pytest.fixture
def reported_to() -> Iterator[object]:
    """Reports the errors of all loggers to a function of this module."""
    handlers = []

    def to(function: str) -> None:
        handlers.append(ReportHandler(f"{__name__}.{function}"))
        logging.root.addHandler(handlers[-1])

    reports.clear()
    yield to
    for handler in handlers:
        logging.root.removeHandler(handler)


def go_wrong(kind: type[Exception] = ValueError, **extra: object) -> None:
    try:
        secret = WORD
        raise kind(secret)
    except kind:
        logging.getLogger("portal").exception("failed", extra=extra)


def test_a_report_has_class_places_and_request_and_no_word_of_it(reported_to):
    reported_to("report")
    request = RequestFactory().post(f"/inbox/claims/?{WORD}", {WORD: WORD})
    request.resolver_match = resolve("/inbox/claims/")
    begun = request_context.begin()
    go_wrong(request=request, status_code=500)
    assert await_true(lambda: reports)
    (found,) = reports
    assert (found.kind, found.view, found.method, found.status) == (
        "builtins.ValueError",
        "inbox",
        "POST",
        500,
    )
    assert found.request_id == begun.id and found.time.tzinfo is not None
    (frame,) = found.raised[0].frames
    assert (frame.file, frame.function) == (__file__, "go_wrong")
    assert WORD not in repr(found)


def test_a_method_that_is_none_is_not_told(reported_to):
    reported_to("report")
    go_wrong(request=RequestFactory().generic(WORD, "/"))
    assert await_true(lambda: reports) and reports[0].method == "another" and WORD not in repr(reports)


def test_what_is_wrong_with_the_configuration_is_told(reported_to):
    reported_to("report")
    go_wrong(ImproperlyConfigured)
    assert await_true(lambda: reports) and reports[0].raised[0].text == WORD


def test_a_line_without_an_exception_is_no_report(reported_to):
    reported_to("report")
    logging.getLogger("portal").error("the API refuses the portal")
    go_wrong()
    assert await_true(lambda: reports) and len(reports) == 1


def test_the_same_error_is_reported_once_in_a_minute_and_counted(reported_to):
    reported_to("report")
    with time_machine.travel("2026-11-28T12:00:00Z", tick=False) as now:
        for _ in range(5):
            go_wrong()
        go_wrong(KeyError)  # Another error is not the same.
        now.shift(61)
        go_wrong()
    assert await_true(lambda: len(reports) == 3)
    assert [(found.kind, found.repeated) for found in reports] == [
        ("builtins.ValueError", 0),
        ("builtins.KeyError", 0),
        ("builtins.ValueError", 4),
    ]


def test_a_function_that_fails_is_called_again_and_said_to_fail(reported_to, caplog):
    reported_to("fail")
    go_wrong()
    go_wrong(KeyError)
    assert await_true(lambda: len(reports) == 2)
    assert await_true(
        lambda: caplog.text.count("PORTAL_ERROR_REPORTER has failed: builtins.RuntimeError") == 2
    )
    assert WORD not in caplog.text


def test_a_function_that_hangs_holds_up_nothing(reported_to):
    hangs.clear()
    reported_to("hang")
    with time_machine.travel("2026-11-28T12:00:00Z", tick=False) as now:
        for _ in range(300):
            go_wrong()
            now.shift(61)
    hangs.set()


def test_the_handler_is_no_danger_to_the_log(reported_to):
    reported_to("report")
    assert logs.unsafe_loggers() == []


def test_the_recipe_for_sentry_in_the_docs_works(monkeypatch, reported_to):
    events: list[dict[str, object]] = []
    sentry = ModuleType("sentry_sdk")
    sentry.init = dict
    sentry.capture_event = events.append
    monkeypatch.setitem(sys.modules, "sentry_sdk", sentry)
    (recipe,) = re.findall(r"^```python\n(import sentry_sdk.*?)^```$", OPERATIONS.read_text(), re.M | re.S)
    exec(recipe, names := {})  # noqa: S102  It is the project's own page.
    reported_to("report")
    go_wrong()
    assert await_true(lambda: reports)
    names["report"](reports[0])
    (event,) = events
    (shown,) = event["exception"]["values"]
    assert shown["type"] == "builtins.ValueError"
    assert shown["stacktrace"]["frames"][-1]["function"] == "go_wrong"
