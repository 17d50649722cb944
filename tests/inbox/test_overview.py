"""The order of the conversations of several secureboxes, and what is asked for them."""

from datetime import UTC, datetime, timedelta

import pytest

from inbox import overview, unread
from inbox.access import mailboxes_of
from inbox.conversations.conversation import Conversation
from inbox.entries import Entry
from inbox.models import Securebox
from inbox.securemail import Direction, Message, Unauthorised, Unavailable
from inbox.unread_refresh import Refresh

ALICE = "alice@example.com"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def read(consumer, size):
    mailboxes = mailboxes_of(consumer)
    return overview.read(mailboxes, size, 60, unread.Counts(mailboxes))


def conversation(name, hours_ago):
    """Of one message; `hours_ago` is None if it has no date."""
    date = None if hours_ago is None else NOW - timedelta(hours=hours_ago)
    return Conversation((Entry(Direction.OUTBOUND, Message(id=name, date=date), lambda: name),))


def order(**boxes):
    """The names in the order of the home page. Those of each box come as its list has them, the newest first."""
    found = [(box, [conversation(*one) for one in conversations]) for box, conversations in boxes.items()]
    return "".join(one.newest.reference for _box, one in overview.newest_first(found, NOW))


@pytest.mark.parametrize(
    ("boxes", "expected"),
    [
        ({"claims": [("a", 1), ("c", 3)], "billing": [("b", 2), ("d", 4)]}, "abcd"),
        ({"claims": [("a", 1), ("b", 1)], "billing": [("c", 1)]}, "abc"),
        ({"claims": [("b", 2), ("c", None), ("d", 3)], "billing": [("a", 1), ("e", 4)]}, "abcde"),
        ({"claims": [("a", None), ("b", 1)], "billing": [("c", 2)]}, "abc"),
        ({"claims": [("b", 2), ("c", None)], "billing": [("a", 1), ("d", 9)]}, "abcd"),
        ({"claims": [("c", None), ("d", None)], "billing": [("a", 1), ("b", 999)]}, "abcd"),
        ({"claims": [("a", -48), ("d", 5)], "billing": [("b", 0), ("c", 1)]}, "abcd"),
        ({"claims": [("c", 3), ("b", 2)], "billing": [("a", 1)]}, "abc"),
        ({"claims": [], "billing": []}, ""),
    ],
    ids=[
        *(
            "interleaved",
            "same moment",
            "no date",
            "no date at the top",
            "no date at the end",
            "no dates at all",
        ),
        *("from the future", "another order in its list", "none"),
    ],
)
def test_the_newest_conversation_of_all_boxes_comes_first(boxes, expected):
    assert order(**boxes) == expected


def test_each_box_is_asked_once_whatever_it_holds(alice, sandbox):
    letter = {"address": ALICE, "securebox": "Claims01", "text": ""}
    sandbox.add_many([{**letter, "subject": str(number)} for number in range(30)])
    sandbox.add(ALICE)
    claims, billing = read(alice, 10)
    assert len(claims.page.entries) == 10 and claims.page.has_next and len(billing.page.entries) == 1
    asked = {"address": ALICE, "status": "all", "index": "0", "count": "11"}
    calls = sorted((call["query"] for call in sandbox.calls()), key=len)
    assert calls == [asked, {**asked, "securebox": "Claims01"}]


def test_a_whole_list_tells_the_count_and_a_part_of_it_the_least(alice, sandbox):
    for _ in range(4):
        sandbox.add(ALICE, securebox="Claims01")
    sandbox.add(ALICE)
    claims, billing = read(alice, 3)
    assert (claims.unread.label, claims.all_unread) == ("3+", None)
    assert (billing.unread.label, billing.all_unread) == ("1", 1)
    known = unread.look_up(mailboxes_of(alice))
    assert known["claims"].count is None and known["billing"].count == 1


def test_a_count_that_is_known_is_better_than_the_least(alice, sandbox):
    for _ in range(4):
        sandbox.add(ALICE, securebox="Claims01")
    boxes = mailboxes_of(alice)
    Refresh(unread.Counts(boxes), boxes, 60).wait()
    claims, _billing = read(alice, 3)
    assert claims.unread.label == "4" and claims.all_unread is None


def test_a_box_that_fails_takes_nothing_from_the_others(alice, sandbox):
    sandbox.add(ALICE)
    sandbox.fault("status", securebox="Claims01", status=500)
    claims, billing = read(alice, 10)
    assert claims.page is None and claims.unread.count is None
    assert len(billing.page.entries) == 1


def test_if_no_box_can_be_read_the_error_that_may_pass_is_raised(alice, sandbox):
    sandbox.fault("status", securebox="Claims01", status=401)
    sandbox.fault("status", securebox="", status=503)
    with pytest.raises(Unavailable):
        read(alice, 10)
    sandbox.heal()
    sandbox.fault("status", status=401)
    with pytest.raises(Unauthorised):
        read(alice, 10)


def test_an_api_that_lists_the_oldest_first_is_read_from_its_end(alice, sandbox, settings):
    settings.SECUREMAIL_DIALECT = {"order": "oldest_first"}
    sandbox.dialect("oldest-first")
    for number in range(4):
        sandbox.add(ALICE, str(number), securebox="Claims01", date=NOW + timedelta(hours=number))
    claims, billing = read(alice, 2)
    assert [entry.message.subject for entry in claims.page.entries] == ["3", "2"] and claims.page.has_next
    assert billing.page.entries == ()
    assert len(sandbox.calls()) <= 4


def test_forty_boxes_with_hundreds_of_messages_are_asked_once_each(alice, sandbox):
    boxes = [Securebox(slug=f"box{n}", name=f"Box{n:02}", title=f"Box {n}") for n in range(38)]
    Securebox.objects.bulk_create(boxes)
    sandbox.add_many(
        [
            {"address": ALICE, "securebox": f"Box{box:02}", "subject": "", "text": ""}
            for box in range(3)
            for _ in range(300)
        ]
    )
    readings = read(alice, 10)
    assert len(readings) == 40 and all(one.page for one in readings)
    assert len(sandbox.calls()) == 40
    assert sum(len(one.page.entries) for one in readings) == 30
