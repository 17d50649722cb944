"""Run a browser test once more when it fails, and name each that then passed at the end of the run.

A browser can miss a click or drop a connection for reasons of its own. No other test is ever run twice.
"""

import pytest
from _pytest.runner import runtestprotocol

FLAKY = "flaky"  # A property of the report, which pytest-xdist carries from its workers to the summary.


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    if item.get_closest_marker("browser") is None:
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, nextitem=nextitem, log=False)
    if failure := next((report for report in reports if report.failed), None):
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        if not any(report.failed for report in reports):
            for report in reports:
                report.user_properties.append((FLAKY, failure.longreprtext))
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    passed = [report for report in terminalreporter.getreports("passed") if report.when == "call"]
    flaky = [
        (report.nodeid, text) for report in passed for name, text in report.user_properties if name == FLAKY
    ]
    if not flaky:
        return
    terminalreporter.section("flaky: failed once, passed when run again")
    for _nodeid, failure in flaky:
        terminalreporter.line(failure)
        terminalreporter.line("")
    for nodeid, _failure in flaky:
        terminalreporter.line(f"FLAKY {nodeid}", yellow=True)
