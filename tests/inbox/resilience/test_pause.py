"""The API's `Retry-After` is kept to, with a clock that the tests set."""

import pytest

from inbox.access import mailbox_of
from inbox.resilience import pause
from inbox.resilience.breaker import NotTried
from inbox.resilience.pause import Pause
from inbox.securemail import NewMessage, Rejected, Unavailable
from tests.support.clock import Clock
from tests.support.wire import Wire, envelope, reply

LETTER = NewMessage(address="alice@example.com", first_name="A", last_name="B", subject="S", text="T")
ASKS = [reply(envelope("FAILURE"), 429, ["Retry-After: 40"]), reply(b"Maintenance", 503, ["Retry-After: 40"])]


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(pause, "monotonic", clock)
    return clock


def end(box, error=None):
    """Make one call with this outcome. Returns whether it was let through."""
    made = False
    try:
        with box.keep("list"):
            made = True
            if error:
                raise error
    except type(error or Unavailable("")):
        pass
    return made


def asks(seconds):
    return Unavailable("list", http_status=429, retry_after=seconds)


def test_no_call_is_made_until_the_api_may_be_called_again(clock):
    box = Pause("Claims01")
    end(box, asks(40))
    clock.now += 39.9
    assert not end(box)
    clock.now += 0.2
    assert end(box)


def test_a_call_that_is_not_made_was_certainly_not_sent_and_says_when(clock):
    box = Pause("Claims01")
    end(box, asks(40))
    clock.now += 15
    with pytest.raises(NotTried, match="list: not tried") as refused, box.keep("list"):
        pass
    assert (refused.value.certainly_not_sent, refused.value.retry_after) == (True, 25)


def test_a_pause_is_bounded(clock):
    box = Pause("Claims01")
    end(box, asks(3600))
    clock.now += 301
    assert end(box)


def test_the_longer_of_two_pauses_counts(clock):
    box = Pause("Claims01")
    with pytest.raises(Unavailable), box.keep("list"):
        end(box, asks(40))
        raise asks(5)
    clock.now += 39
    assert not end(box)


@pytest.mark.parametrize("error", [Unavailable("list"), asks(0), Rejected("list", retry_after=9)])
def test_without_a_request_to_wait_there_is_no_pause(clock, error):
    box = Pause("Claims01")
    end(box, error)
    assert end(box)


def test_a_call_that_is_refused_further_in_begins_no_pause(clock):
    box = Pause("Claims01")
    end(box, NotTried("list", retry_after=9))
    assert end(box)


def test_a_pause_is_logged_once(clock, caplog):
    box = Pause("Claims01")
    with pytest.raises(Unavailable), box.keep("list"):
        end(box, asks(40))
        raise asks(40)
    assert [record.getMessage() for record in caplog.records] == [
        "Claims01: no calls for 40 s, since the API has asked to wait"
    ]


@pytest.fixture
def wire(settings):
    with Wire() as wire:
        settings.SECUREMAIL_API_URL = wire.url
        yield wire


def outcome(call):
    try:
        call()
        return "made"
    except NotTried:
        return "not tried"
    except Unavailable:
        return "told to wait"


@pytest.mark.parametrize("answer", ASKS)
def test_a_box_that_asks_to_wait_is_left_alone_by_everyone_in_both_directions(
    alice, bob, clock, wire, answer
):
    wire.script(answer, reply(envelope(data={"count": 1}, secureMailId="m1")))
    alices, bobs, other = (
        mailbox_of(alice, "claims"),
        mailbox_of(bob, "claims"),
        mailbox_of(alice, "billing"),
    )
    calls = [
        lambda: alices.count("all"),
        lambda: bobs.count("all"),
        lambda: bobs.send(LETTER, "op-1"),
        lambda: other.count("all"),
    ]
    assert [outcome(call) for call in calls] == ["told to wait", "not tried", "not tried", "made"]
    clock.now += 41
    assert [outcome(call) for call in calls] == ["made"] * 4
    assert len(wire.requests) == 6
