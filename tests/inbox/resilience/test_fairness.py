"""One consumer's calls fail or hang: what the others see of it, which is nothing."""

import threading
from collections import Counter

import pytest

from inbox.access import mailbox_of
from inbox.resilience import breaker, bulkhead, channel, fanout
from inbox.securemail import Unavailable
from tests.conftest import make_consumer, sign_in
from tests.inbox.helpers import send
from tests.support.patience import await_true

pytestmark = pytest.mark.slow

ALICE = "alice@example.com"


def ask(mailbox):
    try:
        mailbox.page(1, 10)
        return "answered"
    except Unavailable as error:
        return "not tried" if isinstance(error, breaker.NotTried) else "failed"


@pytest.fixture
def mailboxes(claims):
    """Of as many consumers as it takes to open the securebox's breaker, and of one more."""
    people = [make_consumer(f"Person{number}", claims) for number in range(breaker.FAILURES + 1)]
    return [mailbox_of(person, "claims") for person in people]


@pytest.fixture
def later(monkeypatch):
    """Sets the breakers' clock forward."""
    now = breaker.monotonic
    return lambda seconds: monkeypatch.setattr(breaker, "monotonic", lambda: now() + seconds)


def test_the_failures_of_one_consumer_close_the_box_for_nobody_else(alice, bob, sandbox):
    alices, bobs = mailbox_of(alice, "claims"), mailbox_of(bob, "claims")
    sandbox.fault("status", address=ALICE, status=503)
    seen = Counter((ask(alices), ask(bobs)) for _ in range(30))
    assert seen == {("failed", "answered"): 5, ("not tried", "answered"): 25}


def test_the_failures_of_one_consumer_do_not_count_again_while_they_go_on(mailboxes, sandbox, later):
    """At night nobody else has an answer in between: a few mailboxes that always fail must not add up."""
    *broken, healthy = mailboxes
    for mailbox in broken[1:]:
        sandbox.fault("status", address=mailbox.address, status=503)
        assert [ask(mailbox) for _ in range(5)] == ["failed"] * 5
    assert ask(healthy) == "answered"
    for minute in range(1, 4):
        later(60 * minute)
        assert [ask(mailbox) for mailbox in broken[1:]] == ["failed"] * 4
    sandbox.fault("status", address=broken[0].address, status=503)
    assert [ask(broken[0]), ask(healthy)] == ["failed", "answered"]


def test_the_failures_of_several_consumers_close_the_box_for_all(mailboxes, sandbox):
    sandbox.fault("status", securebox="Claims01", status=503)
    assert [ask(mailbox) for mailbox in mailboxes] == ["failed"] * 5 + ["not tried"]


def test_a_box_that_was_closed_for_all_opens_for_all(mailboxes, sandbox, later):
    sandbox.fault("status", securebox="Claims01", status=503)
    for _ in range(3):
        for mailbox in mailboxes:
            ask(mailbox)
    sandbox.heal()
    later(10)
    assert [ask(mailbox) for mailbox in mailboxes] == ["answered"] * 6


def test_one_consumers_sending_does_not_stop_the_others(alice_client, bob, sandbox):
    sandbox.fault("status", address=ALICE, operation="send", status=503)
    for _ in range(6):
        send(alice_client)
    assert send(sign_in(bob)).state == "sent"


def test_the_hanging_calls_of_one_consumer_leave_the_slots_to_the_others(
    alice, bob, sandbox, monkeypatch, patient
):
    monkeypatch.setattr(bulkhead, "WAIT", 0)
    alices, bobs = mailbox_of(alice, "claims"), mailbox_of(bob, "claims")
    sandbox.fault("hang", address=ALICE)
    threads = [threading.Thread(target=ask, args=[alices]) for _ in range(30)]
    for thread in threads:
        thread.start()
    assert await_true(lambda: len(sandbox.calls("list")) == 4)
    assert [ask(bobs) for _ in range(20)] == ["answered"] * 20
    assert sum(call["address"] == ALICE for call in sandbox.calls("list")) == 4
    sandbox.heal()
    for thread in threads:
        thread.join()


def test_the_hanging_counts_of_one_consumer_leave_the_threads_to_the_others(alice, bob, sandbox):
    over = threading.Event()
    hanging = fanout.start([lambda: over.wait(60)] * 500, alice.pk)
    assert fanout.ask_all([lambda: "answered"] * 10, bob.pk, 60) == ["answered"] * 10
    over.set()
    for future in hanging:
        future.result(60)


def test_only_consumers_in_trouble_are_remembered():
    breakers = channel.ConsumerBreakers("test")
    for number in range(5_000):
        with breakers.breaker_of(number):
            pass
    assert len(breakers._breakers) == 0


def test_a_thousand_of_them_at_most(monkeypatch):
    monkeypatch.setattr(channel, "REMEMBERED", 10)
    breakers = channel.ConsumerBreakers("test")

    def fail(number):
        with breakers.breaker_of(number) as own, own.watch("list", object()):
            raise Unavailable("list")

    for number in range(50):
        for each in (0, number):
            with pytest.raises(Unavailable):
                fail(each)
    assert set(breakers._breakers) == {0, *range(41, 50)}
