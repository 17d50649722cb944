"""A message in doubt: looked for upstream, never sent again without its writer's word."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inbox.models import OutgoingMessage
from inbox.outgoing import delivery, reconciling, sending
from tests.conftest import sign_in
from tests.inbox.helpers import LETTER, again, choose, discard, make_due, send, told

pytestmark = pytest.mark.postgresql("inbox.models", "inbox.outgoing.reconciling")

ALICE = "alice@example.com"


def in_doubt(client, sandbox, *, stored: bool, **typed) -> OutgoingMessage:
    sandbox.fault("store_then_error" if stored else "close", operation="send", times=1)
    message = send(client, **typed)
    assert message.state == "unconfirmed"
    return message


def look(message: OutgoingMessage) -> OutgoingMessage:
    make_due(message)
    delivery.run()
    return again(message)


def store(sandbox, subject=LETTER["subject"], text=LETTER["text"], **more):
    return sandbox.add(ALICE, subject, text=text, securebox="Claims01", direction="inbound", **more)


def test_what_arrived_is_found_and_its_writer_told(alice_client, sandbox):
    message = in_doubt(alice_client, sandbox, stored=True)
    found = look(message)
    assert (found.state, found.secure_mail_id) == ("sent", sandbox.messages(ALICE)[0]["id"])
    assert "Your message to Claims was delivered." in alice_client.get("/").content.decode()


def test_looking_for_it_takes_nothing_from_the_agents_queue(alice_client, sandbox):
    look(in_doubt(alice_client, sandbox, stored=True))
    assert [mail["routing"] for mail in sandbox.messages(ALICE)] == ["waiting"]
    assert all("read" not in call["query"] for call in sandbox.calls("get"))
    assert sandbox.calls("remove") == []


def test_what_did_not_arrive_is_not_called_lost_and_not_sent_again(alice_client, sandbox):
    message = look(in_doubt(alice_client, sandbox, stored=False))
    assert message.state == "unconfirmed" and len(sandbox.calls("send")) == 1
    assert "it broke." in told(alice_client, message)


def test_it_is_looked_for_at_these_times_and_then_its_writer_decides(alice_client, sandbox):
    message = in_doubt(alice_client, sandbox, stored=False)
    times = []
    for _ in range(6):
        times.append(round((again(message).due_at - message.unconfirmed_since).total_seconds()))
        look(message)
    assert times == [5, 15, 45, 120, 300, 900]
    assert again(message).due_at is None and again(message).lookup_count == 6
    html = told(alice_client, message)
    assert "have not found it" in html
    for choice in ("Keep checking", "Send it again", "Discard this message"):
        assert choice in html


def test_an_upstream_that_is_down_is_no_look(alice_client, settings, sandbox):
    message = in_doubt(alice_client, sandbox, stored=True)
    sandbox.fault("status", status=503)
    assert look(message).lookup_count == 0
    sandbox.heal()
    assert look(message).state == "sent"


def test_its_writer_finds_out_by_looking(alice_client, sandbox):
    message = in_doubt(alice_client, sandbox, stored=True)
    make_due(message)
    assert 'data-state="sent"' in told(alice_client, message)


@pytest.mark.parametrize("path", ["/inbox/claims/", "/outgoing/{nonce}/state.json"])
def test_the_list_and_the_polling_page_look_too(alice_client, sandbox, path):
    message = in_doubt(alice_client, sandbox, stored=True)
    make_due(message)
    alice_client.get(path.format(nonce=message.nonce))
    assert again(message).state == "sent"


def test_a_copy_that_shows_up_late_is_found_late(alice_client, sandbox):
    sandbox.fault("close", operation="send", times=1)
    message = send(alice_client)
    assert look(message).state == "unconfirmed"
    store(sandbox)
    assert look(message).state == "sent"


@pytest.mark.parametrize(
    "other",
    [
        {"subject": "Another window"},
        {"text": "Dear team,\nit did not break."},
        {"date": "2020-01-01T00:00:00Z"},
    ],
)
def test_another_message_is_not_taken_for_it(alice_client, sandbox, other):
    message = in_doubt(alice_client, sandbox, stored=False)
    store(sandbox, **other)
    assert look(message).state == "unconfirmed"


def test_an_answer_with_the_same_words_is_not_taken_for_it(alice_client, sandbox):
    message = in_doubt(alice_client, sandbox, stored=False)
    sandbox.add(ALICE, LETTER["subject"], text=LETTER["text"], securebox="Claims01")
    assert look(message).state == "unconfirmed"


def test_a_long_text_is_compared_to_its_end(alice_client, sandbox):
    """The sandbox lists the first 200 characters."""
    text = "The same beginning. " * 30
    message = in_doubt(alice_client, sandbox, stored=False, text=f"{text}And this end.")
    store(sandbox, text=f"{text}And another one.")
    assert look(message).state == "unconfirmed"
    store(sandbox, text=f"{text}And this end.")
    assert look(message).state == "sent"


def test_white_space_that_upstream_changed_does_not_hide_it(alice_client, sandbox):
    message = in_doubt(alice_client, sandbox, stored=False)
    store(sandbox, text="Dear team,\r\n\r\n it broke. ")
    assert look(message).state == "sent"


def test_of_two_equal_messages_one_copy_proves_neither(alice_client, sandbox):
    """It could be the other's, whose process was only held up and is about to be told so."""
    first, second = (in_doubt(alice_client, sandbox, stored=number == 0) for number in range(2))
    assert [look(first).state, look(second).state] == ["unconfirmed", "unconfirmed"]


def test_of_two_equal_messages_two_copies_prove_both(alice_client, sandbox):
    first, second = (in_doubt(alice_client, sandbox, stored=True) for _ in range(2))
    assert [look(first).state, look(second).state] == ["sent", "sent"]
    assert again(first).secure_mail_id != again(second).secure_mail_id


def test_the_copy_of_an_equal_message_that_is_known_is_left_to_it(alice_client, sandbox):
    assert send(alice_client).state == "sent"
    assert look(in_doubt(alice_client, sandbox, stored=False)).state == "unconfirmed"


def test_the_copy_of_an_equal_message_that_is_just_being_sent_is_left_to_it(alice_client, sandbox):
    doubted = in_doubt(alice_client, sandbox, stored=False)
    sandbox.fault("status", status=429, operation="send", times=1)
    sending.claim(send(alice_client))
    store(sandbox)
    assert look(doubted).state == "unconfirmed"


def test_a_copy_that_was_discarded_in_doubt_is_not_taken_for_another(alice_client, sandbox):
    discard(alice_client, in_doubt(alice_client, sandbox, stored=True))
    assert look(in_doubt(alice_client, sandbox, stored=False)).state == "unconfirmed"


def test_both_copies_of_one_that_was_sent_again_are_its_own(alice_client, sandbox):
    twice = in_doubt(alice_client, sandbox, stored=True)
    sandbox.fault("store_then_error", operation="send", times=1)
    choose(alice_client, twice, "again", attempts=1)
    other = in_doubt(alice_client, sandbox, stored=False)
    assert [look(twice).state, look(other).state] == ["sent", "unconfirmed"]


def test_our_id_in_the_userdata_finds_it_whatever_became_of_its_words(alice_client, claims, sandbox):
    claims.operation_key = "PortalOperation"
    claims.save()
    message = in_doubt(alice_client, sandbox, stored=False)
    long_ago = "2020-01-01T00:00:00Z"
    store(
        sandbox,
        "[removed]",
        text="[removed]",
        date=long_ago,
        userdata={"PortalOperation": str(message.operation_id)},
    )
    assert look(message).state == "sent"


def test_a_message_that_is_gone_since_it_was_listed_stops_no_search(alice_client, claims, sandbox):
    claims.operation_key = "PortalOperation"
    claims.save()
    message = in_doubt(alice_client, sandbox, stored=True)
    sandbox.fault("status", status=404, operation="userdata")
    assert told(alice_client, message) and look(message).state == "sent"


def test_a_fault_with_one_message_stops_no_other(alice_client, sandbox, monkeypatch, caplog):
    one, other = (in_doubt(alice_client, sandbox, stored=True, subject=name) for name in ("One", "Other"))
    for message in (one, other):
        make_due(message)
    searched = reconciling._find

    def find(message, *rest):
        return 1 / 0 if message.pk == one.pk else searched(message, *rest)

    monkeypatch.setattr(reconciling, "_find", find)
    delivery.run()
    assert [again(one).state, again(other).state] == ["unconfirmed", "sent"]
    assert "could not be dealt with" in caplog.text


def test_our_operation_id_in_the_list_finds_it(alice_client, sandbox, monkeypatch):
    message = in_doubt(alice_client, sandbox, stored=False)
    named = store(sandbox, "A filter changed this", text="And this")
    listed = reconciling.Mailbox.page

    def page_with_ids(mailbox, *arguments):
        found = listed(mailbox, *arguments)
        (entry,) = found.entries
        mail = entry.message.model_copy(update={"operation_id": str(message.operation_id)})
        return type(found)((type(entry)(entry.reference, entry.direction, mail),), 1, False, 0)

    monkeypatch.setattr(reconciling.Mailbox, "page", page_with_ids)
    assert (look(message).state, again(message).secure_mail_id) == ("sent", named)


def test_a_changed_address_is_never_looked_into(alice_client, alice, sandbox):
    message = in_doubt(alice_client, sandbox, stored=True)
    alice.email = "alice.new@example.com"
    alice.save()
    alice.mark_verified()
    sandbox.forget_calls()
    look(message)
    assert sandbox.calls() == [] and again(message).state == "unconfirmed"


def test_sending_again_sends_once_for_each_time_it_was_asked(alice_client, sandbox):
    message = in_doubt(alice_client, sandbox, stored=True)
    assert "your message arrives twice" in told(alice_client, message)
    assert choose(alice_client, message, "again", attempts=1).state == "sent"
    choose(alice_client, message, "again", attempts=1)
    assert len(sandbox.messages(ALICE)) == 2 and len(sandbox.calls("send")) == 2


def test_a_second_click_on_send_again_is_not_a_second_decision(alice_client, sandbox):
    message = in_doubt(alice_client, sandbox, stored=False)
    sandbox.fault("close", operation="send", times=1)
    choose(alice_client, message, "again", attempts=1)
    choose(alice_client, message, "again", attempts=1)
    assert len(sandbox.calls("send")) == 2 and again(message).state == "unconfirmed"


def test_a_refusal_after_a_doubt_is_still_a_doubt(alice_client, sandbox):
    message = in_doubt(alice_client, sandbox, stored=True)
    sandbox.fault("status", status=400, code="INVALID_PARAMETER", operation="send", times=1)
    assert choose(alice_client, message, "again", attempts=1).state == "unconfirmed"


def test_taking_back_a_second_sending_leaves_the_first_in_doubt(alice_client, sandbox):
    message = in_doubt(alice_client, sandbox, stored=True)
    sandbox.fault("status", status=429, operation="send", times=1)
    assert choose(alice_client, message, "again", attempts=1).state == "queued"
    assert choose(alice_client, message, "cancel").state == "unconfirmed"


def test_keeping_to_check_begins_anew(alice_client, sandbox):
    message = in_doubt(alice_client, sandbox, stored=False)
    OutgoingMessage.objects.update(
        due_at=None, lookup_count=6, unconfirmed_since=timezone.now() - timedelta(hours=1)
    )
    store(sandbox)
    choose(alice_client, message, "check")
    assert 'data-state="sent"' in told(alice_client, message)


def test_who_has_their_address_back_is_looked_for_again(alice_client, sandbox):
    message = in_doubt(alice_client, sandbox, stored=False)
    OutgoingMessage.objects.update(due_at=None, reason="address")
    assert "your e-mail address has changed" in told(alice_client, message).lower()
    choose(alice_client, message, "check")
    assert "address has changed" not in told(alice_client, message) and sandbox.calls("list") != []


def test_discarding_deletes_the_words_and_ends_the_search(alice_client, sandbox):
    message = in_doubt(alice_client, sandbox, stored=True)
    discard(alice_client, message)
    sandbox.forget_calls()
    assert look(message).state == "discarded" and sandbox.calls() == []
    assert "it broke." not in told(alice_client, message)


def test_nobody_else_looks_for_my_message(alice_client, bob, sandbox):
    message = in_doubt(alice_client, sandbox, stored=True)
    make_due(message)
    sandbox.forget_calls()
    assert sign_in(bob).get(f"/outgoing/{message.nonce}/").status_code == 404
    assert sandbox.calls() == []
