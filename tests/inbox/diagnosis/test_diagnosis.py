"""The diagnosis as a whole: its calls, what it never says, and when it fails."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from inbox.diagnosis import MAX_CALLS, Box, State, diagnose, server
from inbox.diagnosis.calls import Observations, Step
from inbox.diagnosis.setup import Setup
from inbox.securemail import Connection, Dialect, Timeouts
from tests.inbox.diagnosis.api import ALICE, message
from tests.support.patience import await_true
from tests.support.wire import envelope, hang, reply

SETUP = Setup(Connection("http://127.0.0.1:1/nexus/v3", ("key",)), Timeouts(deadline=4), Dialect())


def test_a_healthy_api_has_no_failure_and_no_warning(api, report):
    findings = report().findings
    assert [each for each in findings if each.state is not State.OK] == []
    assert {"Fields", "Hidden", "Pages", "Order", "Unknown contact", "Time"} <= {
        each.topic for each in findings
    }


def test_it_only_reads_with_few_calls(api, report):
    report()
    calls = [f"{request.method} {request.target.removeprefix('/nexus/v3')}" for request in api.wire.requests]
    query = "address=alice%40canary.example&status="
    assert calls.pop(3).startswith("GET /securemail/count?address=portal-check-")
    assert calls == [
        f"GET /securemail/count?{query}all&securebox=claims",
        f"GET /securemail/count?{query}unread&securebox=claims",
        f"GET /securemail/count?{query}read&securebox=claims",
        f"GET /securemail?{query}all&index=0&count=51&securebox=claims",
        f"GET /securemail?{query}all&index=3&count=51&securebox=claims",
        f"GET /securemail?{query}unread&index=0&count=51&securebox=claims",
        "GET /securemail/m4",
        "GET /securemail/m3",
        "GET /securemail/m4/userdata",
    ]
    assert len(api.wire.requests) == MAX_CALLS


def test_it_never_repeats_a_value(api, report):
    api.change(**{"alice@canary.example": "canary", "topic": "canary", "subject": None, "date": None})
    assert "canary" not in repr(report()).lower()


def test_the_clock_of_the_server_is_compared(api, found):
    soon = datetime.now(UTC) + timedelta(minutes=7)
    api.headers = [f"Date: {format_datetime(soon, usegmt=True)}"]
    assert "is 7 min ahead of this machine's" in found("Clock", State.WARNING)
    api.headers = [f"Date: {format_datetime(soon - timedelta(minutes=7), usegmt=True)}"]
    assert "agree within a minute" in found("Clock", State.OK)


@pytest.mark.parametrize(
    "date",
    [
        "tomorrow",
        "",
        "Mon, 03 Nov 2025 14:05:00 +9999999999999999999",
        "Mon, 03 Nov 99999999999 14:05:00 GMT",
    ],
)
def test_a_date_that_is_none_tells_nothing_of_the_clock(api, found, date):
    api.headers = [f"Date: {date}"]
    assert found("Clock", State.OK) == found("Clock", State.WARNING) == ""


def test_slow_calls_are_compared_with_the_deadline():
    def times(seconds: float) -> tuple[State, str]:
        (finding,) = server.check(Observations(steps=[Step("list", seconds, "works")]), SETUP)
        return finding.state, finding.message

    assert times(1.9) == (State.OK, "The slowest call, list, took 1.9 s of 4 s.")
    assert times(2.1) == (State.WARNING, "The slowest call, list, took 2.1 s of 4 s.")


def test_no_call_is_begun_after_its_time(api, wire):
    report = diagnose(ALICE, Box("claims"), seconds=-1)
    assert wire.requests == []
    assert report.failures == 1 and "ended, since it took too long" in report.findings[0].message


@pytest.mark.parametrize(("address", "box"), [("alice", "claims"), (ALICE, "a b"), (f"{ALICE}\n", "claims")])
def test_what_cannot_be_asked_for_is_refused_before_any_call(wire, address, box):
    with pytest.raises(ValueError, match="must be"):
        diagnose(address, Box(box))
    assert wire.connections == 0


def test_a_wrong_setting_is_named(wire, settings):
    settings.SECUREMAIL_MESSAGE_FIELDS = {"subjct": ["topic"]}
    with pytest.raises(ValueError, match="no field 'subjct'"):
        diagnose(ALICE, Box())
    assert wire.connections == 0


def test_a_contact_who_is_not_known_is_never_counted_as_zero(api, report):
    api.acts = dict.fromkeys(("count", "list"), reply(envelope("FAILURE"), 404))
    found = report()
    assert {result for *_, result in found.steps.rows} == {"404: this contact is not known"}
    assert found.failures == 1 and "this contact is not known" in found.findings[0].message


def test_a_contact_without_messages_tells_nothing(api, found):
    api.messages = []
    assert "nothing can be told" in found("Contact")


def test_a_contact_who_is_known_to_half_of_the_api_is_a_failure(api, found):
    api.acts["count"] = reply(envelope("FAILURE"), 404)
    assert "count all, count unread, count read: 404" in found("Contact")


def test_an_api_that_counts_for_made_up_is_a_failure(api, found):
    api.counts_for_made_up = 4
    assert "4 messages for a made-up address" in found("Unknown contact")
    api.counts_for_made_up = 0
    assert "answered with 200" in found("Unknown contact", State.OK)


def test_a_customer_whom_the_api_does_not_know_must_not_be_an_error(api, found):
    refuses_others = reply(envelope("INVALID_PARAMETER"), 400)
    answer = api._answer
    api._answer = lambda request: (
        answer(request) if b"portal-check" not in request.target.encode() else refuses_others
    )
    assert "instead of an empty inbox: count: HTTP 400, INVALID_PARAMETER." in found("Unknown contact")
    assert found("API") == ""


def test_nothing_follows_on_silence(api, report, wire, impatient):
    api.acts["count"] = hang
    found = report()
    assert await_true(lambda: wire.requests)  # The server may be later than the client's patience.
    assert len(wire.requests) == 1 and found.failures == 1


def test_messages_are_looked_at_both_ways(api, report):
    api.messages = [message(2)]
    steps = [name for name, *_ in report().steps.rows]
    assert "get received" in steps and "get sent" not in steps and "list on" not in steps
