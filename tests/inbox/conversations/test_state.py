import pytest

from inbox.conversations.conversation import Conversation
from inbox.conversations.state import State
from inbox.entries import Entry
from inbox.securemail import Direction, Message
from tests.inbox.conversations.entries import NOON, own, received


def state(*oldest_first, withdrawn=()):
    return Conversation(oldest_first, frozenset(withdrawn)).state


@pytest.mark.parametrize("unread", [True, False])
def test_what_the_consumer_wrote_last_waits_until_an_answer_comes(unread):
    """That an agent has read it, or that it left the queue elsewhere, is no answer."""
    assert state(received("a"), own("b", unread=unread)) is State.WAITING


def test_an_api_that_does_not_tell_what_was_read_only_says_that_it_was_sent():
    assert state(own("a", unread=None)) is State.SENT


def test_what_came_after_an_own_message_answers_it():
    assert state(own("a"), received("b")) is State.ANSWERED
    assert state(own("a"), received("b"), own("c")) is State.WAITING


def test_what_was_only_received_has_no_state():
    assert state(received("a"), received("b")) is None


def test_a_message_of_unknown_direction_has_no_state():
    unknown = Entry(Direction.UNKNOWN, Message(id="b", unread=False), lambda: "reference")
    assert state(own("a"), unknown) is None


def test_what_the_consumer_withdrew_does_not_wait():
    assert state(received("a"), own("b", unread=False), withdrawn=["b"]) is State.WITHDRAWN
    assert state(own("a"), own("b", unread=False), withdrawn=["b"]) is State.WAITING
    assert state(own("a"), received("b"), withdrawn=["a"]) is State.ANSWERED


@pytest.mark.parametrize("write", [own, received])
def test_upstream_says_what_is_closed(write):
    assert state(own("a"), write("b", closed=True)) is State.CLOSED


def test_a_message_after_the_end_opens_it_again():
    assert state(received("a", closed=True), own("b")) is State.WAITING


def test_it_waits_since_the_first_message_that_was_not_answered():
    entries = (own("a", 1), received("b", 2), own("c", 3), own("d", 4))
    assert (Conversation(entries).waiting_since - NOON).days == 3
    assert (Conversation(entries, frozenset("c")).waiting_since - NOON).days == 4


def test_nothing_waits_in_what_is_answered_withdrawn_or_undated():
    answered = Conversation((own("a"), received("b")))
    withdrawn = Conversation((own("a"),), frozenset("a"))
    undated = Conversation((own("a", None),))
    assert [it.waiting_since for it in (answered, withdrawn, undated)] == [None, None, None]


def test_each_state_has_words():
    assert [str(state.label) for state in State] == [
        "Sent",
        "Waiting for our reply",
        "Answered",
        "Withdrawn",
        "Closed",
    ]
