"""One securebox fails or hangs: what its pages show, and that the others still work."""

import threading
from contextlib import suppress
from functools import partial

import pytest
from django.test import override_settings

from inbox.access import mailbox_of
from inbox.models import Securebox
from inbox.resilience import breaker, fanout
from inbox.securemail import NewMessage, SecureMailError, Unavailable
from tests.conftest import make_consumer, sign_in
from tests.inbox.helpers import unreachable
from tests.support.deadlines import give_up_on_the_last
from tests.support.patience import MINUTE, await_true

pytestmark = pytest.mark.slow

ALICE = "alice@example.com"
LETTER = NewMessage(address=ALICE, first_name="Alice", last_name="Example", subject="My claim", text="Hello")


def calls_to(sandbox, name):
    return len([call for call in sandbox.calls() if call["securebox"] == name])


def await_calls(sandbox, name, number):
    assert await_true(lambda: calls_to(sandbox, name) >= number)


def fail_five_times(consumer, sandbox, **fault):
    """List the claims until the breaker opens."""
    sandbox.fault("status", securebox="Claims01", **fault)
    for _ in range(5):
        with suppress(SecureMailError):
            mailbox_of(consumer, "claims").page(1, 10)
    sandbox.forget_calls()


@pytest.fixture
def later(monkeypatch):
    """Sets the breaker's clock forward."""
    now = breaker.monotonic
    return lambda seconds: monkeypatch.setattr(breaker, "monotonic", lambda: now() + seconds)


def test_after_five_failures_the_page_shows_the_outage_without_a_call(alice_client, alice, sandbox):
    fail_five_times(alice, sandbox)
    response = alice_client.get("/inbox/claims/")
    assert response.status_code == 503
    assert "We can’t reach our messaging system right now." in response.content.decode()
    assert calls_to(sandbox, "Claims01") == 0


def test_an_api_that_answers_too_many_requests_is_left_alone(alice_client, alice, sandbox):
    fail_five_times(alice, sandbox, status=429)
    assert alice_client.get("/inbox/claims/").status_code == 503
    assert calls_to(sandbox, "Claims01") == 0


def test_a_refused_key_does_not_open_the_breaker(alice_client, alice, sandbox):
    fail_five_times(alice, sandbox, status=401)
    assert alice_client.get("/inbox/claims/").status_code == 502
    assert calls_to(sandbox, "Claims01") > 0


def test_another_securebox_still_works(alice_client, alice, sandbox):
    fail_five_times(alice, sandbox)
    assert alice_client.get("/inbox/billing/").status_code == 200
    assert calls_to(sandbox, "") > 0


def test_after_ten_seconds_a_repaired_securebox_works_again(alice_client, alice, sandbox, later):
    fail_five_times(alice, sandbox)
    sandbox.heal()
    later(10)
    assert unreachable(alice_client.get("/").content.decode()) == []
    assert alice_client.get("/inbox/claims/").status_code == 200


def test_after_ten_seconds_a_securebox_that_still_fails_is_asked_once(alice_client, alice, sandbox, later):
    fail_five_times(alice, sandbox)
    later(10)
    for _ in range(3):
        assert alice_client.get("/inbox/claims/").status_code == 503
    await_calls(sandbox, "Claims01", 1)
    assert calls_to(sandbox, "Claims01") == 1


def test_reading_works_while_sending_fails(alice, claims, sandbox):
    mailbox = mailbox_of(alice, "claims")
    sandbox.fault("status", operation="send")
    for number in range(6):
        with pytest.raises(Unavailable) as failed:
            mailbox.send(LETTER, f"operation-{number}")
    assert failed.value.certainly_not_sent and len(sandbox.calls("send")) == 5
    assert mailbox.page(1, 10).entries == ()


def test_sixteen_calls_reach_a_hanging_securebox_and_the_other_one_works(
    alice_client, ten_mailboxes, sandbox, patient
):
    sandbox.add(ALICE)
    fault = sandbox.fault("hang", securebox="Claims01")
    calls = ten_mailboxes * 4
    hanging = start_asking(calls[:16])
    await_calls(sandbox, "Claims01", 16)
    response = alice_client.get("/inbox/billing/")
    assert response.status_code == 200 and "Your claim" in response.content.decode()
    errors = [outcome() for outcome in start_asking(calls[16:])]
    assert calls_to(sandbox, "Claims01") == 16
    break_off(sandbox, fault)
    errors += [outcome() for outcome in hanging]
    assert all(isinstance(error, Unavailable) for error in errors)
    assert sum(error.certainly_not_sent for error in errors) == 24


@pytest.mark.proof
def test_the_number_of_calls_is_a_setting(ten_mailboxes, sandbox, settings, patient):
    settings.SECUREMAIL_CALLS_PER_BOX = 2
    fault = sandbox.fault("hang", securebox="Claims01")
    hanging = start_asking(ten_mailboxes[:2])
    await_calls(sandbox, "Claims01", 2)
    for outcome in start_asking(ten_mailboxes[2:]):
        outcome()
    assert calls_to(sandbox, "Claims01") == 2
    break_off(sandbox, fault)
    for outcome in hanging:
        outcome()


def test_a_call_without_a_slot_is_not_a_failure(alice, claims, sandbox, settings, patient):
    settings.SECUREMAIL_CALLS_PER_BOX = 1
    sandbox.fault("delay", securebox="Claims01", seconds=MINUTE)
    mailbox = mailbox_of(alice, "claims")
    answered = start_asking([mailbox])
    await_calls(sandbox, "Claims01", 1)
    errors = [outcome() for outcome in start_asking([mailbox] * 9)]
    sandbox.heal()
    errors += [outcome() for outcome in answered]
    assert sum(isinstance(error, Unavailable) for error in errors) == 9
    assert mailbox.count("all") == 0


@pytest.fixture
def ten_mailboxes(claims):
    """Ten consumers' views of the claims."""
    return [mailbox_of(make_consumer(f"Person{number}", claims), "claims") for number in range(10)]


def start_asking(mailboxes):
    """Start a thread with one call for each. Returns functions that wait for the result or error of a call."""

    def ask(mailbox):
        try:
            return mailbox.page(1, 10)
        except SecureMailError as error:
            return error

    return [run(partial(ask, mailbox)) for mailbox in mailboxes]


def break_off(sandbox, fault):
    """End the calls that hang in this fault. They are repeated once, and fail again."""
    sandbox.fault("close", securebox="Claims01")
    sandbox.control("DELETE", f"/faults/{fault}")


def run(ask):
    found = []
    thread = threading.Thread(target=lambda: found.append(ask()))
    thread.start()
    return lambda: thread.join() or found[0]


@pytest.fixture
def home_with_five_boxes(alice, sandbox):
    """Alice's client, with three more secureboxes; claims hangs."""
    for number in range(3):
        box = Securebox.objects.create(slug=f"box{number}", name=f"Box{number}", title=f"Box {number}")
        box.consumers.add(alice)
    sandbox.add(ALICE, "Your invoice")
    sandbox.fault("hang", securebox="Claims01")
    return sign_in(alice)


def test_home_shows_the_other_secureboxes_in_time_and_says_which_is_missing(
    home_with_five_boxes, monkeypatch
):
    allowed = give_up_on_the_last(monkeypatch)
    html = home_with_five_boxes.get("/").content.decode()
    assert allowed and max(allowed) <= 4
    assert unreachable(html) == ["Claims"] and "Your invoice" in html


def test_home_does_not_wait_for_a_securebox_that_is_known_to_hang(alice, home_with_five_boxes, sandbox):
    with override_settings(SECUREMAIL_READ_TIMEOUT=0.2):  # Of this one alone: the others are to answer.
        for _ in range(5):
            with pytest.raises(Unavailable):
                mailbox_of(alice, "claims").page(1, 10)
    await_calls(sandbox, "Claims01", 5)  # They may come later than they were waited for.
    sandbox.forget_calls()
    html = home_with_five_boxes.get("/").content.decode()
    assert unreachable(html) == ["Claims"] and "Your invoice" in html
    assert calls_to(sandbox, "Claims01") == 0


def test_three_hanging_secureboxes_leave_threads_for_the_fourth(alice, sandbox, home_with_five_boxes):
    """The counts of all secureboxes are fetched on shared threads."""
    for name in ("Box0", "Box1"):
        sandbox.fault("hang", securebox=name)
    for slug in ("claims", "box0", "box1"):
        fanout.start([partial(mailbox_of(alice, slug).count, "all")] * 16, alice.pk)
    assert fanout.ask_all([partial(mailbox_of(alice, "billing").count, "all")], alice.pk, 60) == [1]
