"""Unconfirmed messages: looked up through the API, and sent again only if their writer decides so."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone

from inbox import paging
from inbox.models import OutgoingMessage
from inbox.outgoing import delivery, reconciling, sending
from tests.conftest import sign_in
from tests.inbox.helpers import LETTER, choose, discard, make_due, outgoing_page, reload, send

pytestmark = pytest.mark.postgresql("inbox.models.outgoing", "inbox.outgoing.reconciling")

ALICE = "alice@example.com"


def send_unconfirmed(client, sandbox, *, stored: bool, **typed) -> OutgoingMessage:
    sandbox.fault("store_then_error" if stored else "close", operation="send", times=1)
    message = send(client, **typed)
    assert message.state == "unconfirmed"
    return message


def look_up(message: OutgoingMessage) -> OutgoingMessage:
    make_due(message)
    delivery.run()
    return reload(message)


def store(sandbox, subject=LETTER["subject"], text=LETTER["text"], **more):
    return sandbox.add(ALICE, subject, text=text, securebox="Claims01", direction="inbound", **more)


def test_a_message_that_arrived_is_found_and_is_news(alice_client, sandbox):
    message = send_unconfirmed(alice_client, sandbox, stored=True)
    found = look_up(message)
    assert (found.state, found.secure_mail_id) == ("sent", sandbox.messages(ALICE)[0]["id"])
    assert "Your message to Claims was delivered." in alice_client.get("/").content.decode()


def test_a_lookup_takes_nothing_from_the_agents_queue(alice_client, sandbox):
    look_up(send_unconfirmed(alice_client, sandbox, stored=True))
    assert [mail["routing"] for mail in sandbox.messages(ALICE)] == ["waiting"]
    assert all("read" not in call["query"] for call in sandbox.calls("get"))
    assert sandbox.calls("remove") == []


def test_a_message_that_did_not_arrive_is_neither_failed_nor_sent_again(alice_client, sandbox):
    message = look_up(send_unconfirmed(alice_client, sandbox, stored=False))
    assert message.state == "unconfirmed" and len(sandbox.calls("send")) == 1
    assert "it broke." in outgoing_page(alice_client, message)


def test_lookups_follow_the_schedule_and_then_the_writer_decides(alice_client, sandbox):
    message = send_unconfirmed(alice_client, sandbox, stored=False)
    times = []
    for _ in range(6):
        times.append(round((reload(message).due_at - message.unconfirmed_since).total_seconds()))
        look_up(message)
    assert times == [5, 15, 45, 120, 300, 900]
    assert reload(message).due_at is None and reload(message).lookup_count == 6
    html = outgoing_page(alice_client, message)
    assert "haven’t found it" in html
    for choice in ("Check again", "Send it again", "Discard this message"):
        assert choice in html


def test_an_api_that_is_down_is_not_counted_as_a_lookup(alice_client, settings, sandbox):
    message = send_unconfirmed(alice_client, sandbox, stored=True)
    sandbox.fault("status", status=503)
    assert look_up(message).lookup_count == 0
    sandbox.heal()
    assert look_up(message).state == "sent"


def test_opening_the_page_looks_the_message_up(alice_client, sandbox):
    message = send_unconfirmed(alice_client, sandbox, stored=True)
    make_due(message)
    assert 'data-state="sent"' in outgoing_page(alice_client, message)


@pytest.mark.parametrize("path", ["/inbox/claims/", "/outgoing/{nonce}/state.json"])
def test_the_list_and_the_poll_look_the_message_up(alice_client, sandbox, path):
    message = send_unconfirmed(alice_client, sandbox, stored=True)
    make_due(message)
    alice_client.get(path.format(nonce=message.nonce))
    assert reload(message).state == "sent"


def test_a_copy_that_appears_later_is_found_later(alice_client, sandbox):
    sandbox.fault("close", operation="send", times=1)
    message = send(alice_client)
    assert look_up(message).state == "unconfirmed"
    store(sandbox)
    assert look_up(message).state == "sent"


@pytest.mark.parametrize(
    "other",
    [
        {"subject": "Another window"},
        {"text": "Dear team,\nit did not break."},
        {"date": "2020-01-01T00:00:00Z"},
    ],
)
def test_a_different_message_is_not_taken(alice_client, sandbox, other):
    message = send_unconfirmed(alice_client, sandbox, stored=False)
    store(sandbox, **other)
    assert look_up(message).state == "unconfirmed"


def test_an_answer_with_the_same_text_is_not_taken(alice_client, sandbox):
    message = send_unconfirmed(alice_client, sandbox, stored=False)
    sandbox.add(ALICE, LETTER["subject"], text=LETTER["text"], securebox="Claims01")
    assert look_up(message).state == "unconfirmed"


def test_a_long_text_is_compared_as_a_whole(alice_client, sandbox):
    """The sandbox lists only the first 200 characters."""
    text = "The same beginning. " * 30
    message = send_unconfirmed(alice_client, sandbox, stored=False, text=f"{text}And this end.")
    store(sandbox, text=f"{text}And another one.")
    assert look_up(message).state == "unconfirmed"
    store(sandbox, text=f"{text}And this end.")
    assert look_up(message).state == "sent"


def test_changed_white_space_does_not_matter(alice_client, sandbox):
    message = send_unconfirmed(alice_client, sandbox, stored=False)
    store(sandbox, text="Dear team,\r\n\r\n it broke. ")
    assert look_up(message).state == "sent"


def test_one_copy_of_two_equal_messages_proves_neither(alice_client, sandbox):
    """It may belong to the other message, if the process that sends that one is only held up."""
    first, second = (send_unconfirmed(alice_client, sandbox, stored=number == 0) for number in range(2))
    assert [look_up(first).state, look_up(second).state] == ["unconfirmed", "unconfirmed"]


def test_two_copies_of_two_equal_messages_prove_both(alice_client, sandbox):
    first, second = (send_unconfirmed(alice_client, sandbox, stored=True) for _ in range(2))
    assert [look_up(first).state, look_up(second).state] == ["sent", "sent"]
    assert reload(first).secure_mail_id != reload(second).secure_mail_id


def test_the_copy_of_an_equal_sent_message_is_not_taken(alice_client, sandbox):
    assert send(alice_client).state == "sent"
    assert look_up(send_unconfirmed(alice_client, sandbox, stored=False)).state == "unconfirmed"


def test_the_copy_of_an_equal_message_that_is_being_sent_is_not_taken(alice_client, sandbox):
    doubted = send_unconfirmed(alice_client, sandbox, stored=False)
    sandbox.fault("status", status=429, operation="send", times=1)
    sending.claim(send(alice_client))
    store(sandbox)
    assert look_up(doubted).state == "unconfirmed"


def test_the_copy_of_an_equal_message_that_was_discarded_is_not_taken(alice_client, sandbox):
    discard(alice_client, send_unconfirmed(alice_client, sandbox, stored=True))
    assert look_up(send_unconfirmed(alice_client, sandbox, stored=False)).state == "unconfirmed"


def test_both_copies_of_a_message_that_was_sent_twice_are_its_own(alice_client, sandbox):
    twice = send_unconfirmed(alice_client, sandbox, stored=True)
    sandbox.fault("store_then_error", operation="send", times=1)
    choose(alice_client, twice, "again", attempts=1)
    other = send_unconfirmed(alice_client, sandbox, stored=False)
    assert [look_up(twice).state, look_up(other).state] == ["sent", "unconfirmed"]


def test_our_id_in_the_userdata_finds_it_even_if_its_text_was_changed(alice_client, claims, sandbox):
    claims.operation_key = "PortalOperation"
    claims.save()
    message = send_unconfirmed(alice_client, sandbox, stored=False)
    long_ago = "2020-01-01T00:00:00Z"
    store(
        sandbox,
        "[removed]",
        text="[removed]",
        date=long_ago,
        userdata={"PortalOperation": str(message.operation_id)},
    )
    assert look_up(message).state == "sent"


def test_a_message_deleted_after_listing_does_not_stop_the_lookup(alice_client, claims, sandbox):
    claims.operation_key = "PortalOperation"
    claims.save()
    message = send_unconfirmed(alice_client, sandbox, stored=True)
    sandbox.fault("status", status=404, operation="userdata")
    assert outgoing_page(alice_client, message) and look_up(message).state == "sent"


def test_a_bug_triggered_by_one_message_does_not_stop_the_others(alice_client, sandbox, monkeypatch, caplog):
    one, other = (
        send_unconfirmed(alice_client, sandbox, stored=True, subject=name) for name in ("One", "Other")
    )
    for message in (one, other):
        make_due(message)
    searched = reconciling._find

    def find(message, *rest):
        return 1 / 0 if message.pk == one.pk else searched(message, *rest)

    monkeypatch.setattr(reconciling, "_find", find)
    delivery.run()
    assert [reload(one).state, reload(other).state] == ["unconfirmed", "sent"]
    assert "could not be dealt with" in caplog.text


def test_our_operation_id_in_the_list_finds_it(alice_client, sandbox, monkeypatch):
    message = send_unconfirmed(alice_client, sandbox, stored=False)
    named = store(sandbox, "A filter changed this", text="And this")
    listed = reconciling.Mailbox.newest

    def newest_with_ids(mailbox, *arguments):
        (entry,), is_whole = listed(mailbox, *arguments)
        mail = entry.message.model_copy(update={"operation_id": str(message.operation_id)})
        return (replace(entry, message=mail),), is_whole

    monkeypatch.setattr(reconciling.Mailbox, "newest", newest_with_ids)
    assert (look_up(message).state, reload(message).secure_mail_id) == ("sent", named)


def test_a_message_from_a_former_address_is_not_looked_up(alice_client, alice, sandbox):
    message = send_unconfirmed(alice_client, sandbox, stored=True)
    alice.email = "alice.new@example.com"
    alice.save()
    alice.mark_verified()
    sandbox.forget_calls()
    look_up(message)
    assert sandbox.calls() == [] and reload(message).state == "unconfirmed"


def test_sending_again_sends_once_for_each_decision(alice_client, sandbox):
    message = send_unconfirmed(alice_client, sandbox, stored=True)
    assert "we’ll get it twice" in outgoing_page(alice_client, message)
    assert choose(alice_client, message, "again", attempts=1).state == "sent"
    choose(alice_client, message, "again", attempts=1)
    assert len(sandbox.messages(ALICE)) == 2 and len(sandbox.calls("send")) == 2


def test_a_double_click_on_send_again_is_one_decision(alice_client, sandbox):
    message = send_unconfirmed(alice_client, sandbox, stored=False)
    sandbox.fault("close", operation="send", times=1)
    choose(alice_client, message, "again", attempts=1)
    choose(alice_client, message, "again", attempts=1)
    assert len(sandbox.calls("send")) == 2 and reload(message).state == "unconfirmed"


def test_a_refused_second_attempt_leaves_the_message_unconfirmed(alice_client, sandbox):
    message = send_unconfirmed(alice_client, sandbox, stored=True)
    sandbox.fault("status", status=400, code="INVALID_PARAMETER", operation="send", times=1)
    assert choose(alice_client, message, "again", attempts=1).state == "unconfirmed"


def test_cancelling_a_second_attempt_leaves_the_message_unconfirmed(alice_client, sandbox):
    message = send_unconfirmed(alice_client, sandbox, stored=True)
    sandbox.fault("status", status=429, operation="send", times=1)
    assert choose(alice_client, message, "again", attempts=1).state == "queued"
    assert choose(alice_client, message, "cancel").state == "unconfirmed"


def test_keep_checking_restarts_the_lookups(alice_client, sandbox):
    message = send_unconfirmed(alice_client, sandbox, stored=False)
    OutgoingMessage.objects.update(
        due_at=None, lookup_count=6, unconfirmed_since=timezone.now() - timedelta(hours=1)
    )
    store(sandbox)
    choose(alice_client, message, "check")
    assert 'data-state="sent"' in outgoing_page(alice_client, message)


def test_keep_checking_works_once_the_address_is_changed_back(alice_client, sandbox):
    message = send_unconfirmed(alice_client, sandbox, stored=False)
    OutgoingMessage.objects.update(due_at=None, reason="address")
    assert "your email address has changed" in outgoing_page(alice_client, message).lower()
    choose(alice_client, message, "check")
    assert "address has changed" not in outgoing_page(alice_client, message) and sandbox.calls("list") != []


def test_discarding_deletes_the_text_and_ends_the_lookups(alice_client, sandbox):
    message = send_unconfirmed(alice_client, sandbox, stored=True)
    discard(alice_client, message)
    sandbox.forget_calls()
    assert look_up(message).state == "discarded" and sandbox.calls() == []
    assert "it broke." not in outgoing_page(alice_client, message)


def test_others_cannot_cause_a_lookup(alice_client, bob, sandbox):
    message = send_unconfirmed(alice_client, sandbox, stored=True)
    make_due(message)
    sandbox.forget_calls()
    assert sign_in(bob).get(f"/outgoing/{message.nonce}/").status_code == 404
    assert sandbox.calls() == []


def bury(sandbox, number, **more):
    """Newer mail, before which the message stands in the list."""
    fields = {"address": ALICE, "securebox": "Claims01", "text": "", **more}
    sandbox.add_many([{**fields, "subject": f"Newer {n}"} for n in range(number)])


def test_a_message_beyond_the_cap_of_a_list_is_found(alice_client, sandbox):
    sandbox.dialect("cap=5")
    message = send_unconfirmed(alice_client, sandbox, stored=True)
    bury(sandbox, 12)
    assert look_up(message).state == "sent"


@pytest.mark.parametrize(("date", "lookups"), [(None, 0), ("2020-01-01T00:00:00Z", 1)])
def test_a_list_read_in_part_is_a_lookup_only_if_it_reaches_far_enough_back(
    alice_client, sandbox, monkeypatch, date, lookups
):
    """The time is over after one call. Mail from before the message was written shows that it is not further on."""
    sandbox.dialect("cap=5")
    message = send_unconfirmed(alice_client, sandbox, stored=False)
    bury(sandbox, 12, **({"date": date} if date else {}))
    clock = count(0, 100)
    monkeypatch.setattr(paging, "monotonic", lambda: next(clock))
    assert look_up(message).lookup_count == lookups


def test_the_newest_messages_are_searched_where_the_oldest_come_first(
    alice_client, sandbox, settings, monkeypatch
):
    monkeypatch.setattr(reconciling, "MAX_LISTED", 5)
    settings.SECUREMAIL_DIALECT = {"order": "oldest_first"}
    sandbox.dialect("oldest-first")
    bury(sandbox, 12, date="2020-01-01T00:00:00Z")
    message = send_unconfirmed(alice_client, sandbox, stored=True)
    assert look_up(message).state == "sent"
