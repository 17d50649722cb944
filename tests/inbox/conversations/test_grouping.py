from dataclasses import replace
from datetime import UTC, datetime

import pytest

from inbox.conversations.grouping import _DisjointSets, group
from tests.inbox.conversations.entries import ids, own, received


def grouped(*newest_first, **known):
    return [ids(conversation) for conversation in group(newest_first, **known)]


def test_messages_of_one_thread_belong_together():
    listed = [
        own("c", 3, thread_id="t"),
        received("b", 2, thread_id="u"),
        received("a", 1, thread_id="t"),
    ]
    assert grouped(*listed) == ["a c", "b"]


def test_an_answer_belongs_to_what_it_answers():
    assert grouped(received("c", 3, parent_id="b"), own("b", 2, parent_id="a"), received("a", 1)) == ["a b c"]


def test_answers_to_a_message_beyond_the_window_belong_together():
    assert grouped(received("c", 3, parent_id="x"), received("b", 2), own("a", 1, parent_id="x")) == [
        "a c",
        "b",
    ]


def test_an_answer_sent_from_here_belongs_to_what_it_answers():
    listed = [
        received("c", 3, thread_id="2"),
        own("b", 2, thread_id="2"),
        received("a", 1, thread_id="1"),
    ]
    assert grouped(*listed, answers={"b": "a"}) == ["a b c"]


def test_a_thread_and_a_message_with_the_same_number_are_not_the_same():
    assert grouped(own("2", 2, thread_id="1"), received("1", 1)) == ["2", "1"]


@pytest.mark.parametrize("subject", ["Broken window", "RE: broken  Window", "AW: Re: Broken window"])
def test_the_same_subject_belongs_together(subject):
    assert grouped(received("b", 2, subject=subject), own("a", 1, subject="Broken window")) == ["a b"]


@pytest.mark.parametrize("subject", ["", "Re:", "Fwd: Broken window", "Broken windows"])
def test_another_subject_or_none_stays_apart(subject):
    listed = [received("b", 2, subject=subject), own("a", 1, subject=subject and "Broken window")]
    assert grouped(*listed) == ["b", "a"]


@pytest.mark.parametrize(("days", "expected"), [(60, ["a b"]), (60.01, ["b", "a"])])
def test_the_same_subject_belongs_together_for_sixty_days(days, expected):
    assert grouped(own("b", days, subject="Rent"), received("a", 0, subject="Rent")) == expected


def test_sixty_days_are_those_between_neighbours():
    listed = [received(f"m{month}", 30 * month, subject="Rent") for month in range(12)]
    assert len(grouped(*reversed(listed))) == 1


def test_a_message_without_a_thread_joins_one_with_its_subject():
    listed = [
        received("c", 3, subject="Re: Rent"),
        own("b", 2, subject="Rent", thread_id="t"),
        received("a", 1, subject="Rent"),
    ]
    assert grouped(*listed) == ["a b c"]


def test_two_threads_with_the_same_subject_stay_apart():
    listed = [
        received("c", 3, subject="Rent", thread_id="2"),
        received("b", 2, subject="Rent"),
        received("a", 1, subject="Rent", thread_id="1"),
    ]
    assert grouped(*listed) == ["c", "a b"]


def test_conversations_are_in_the_order_of_their_newest_message():
    listed = [
        received("d", 4, thread_id="1"),
        own("c", 3, thread_id="2"),
        own("b", 2),
        own("a", 1, thread_id="1"),
    ]
    assert grouped(*listed) == ["a d", "c", "b"]


@pytest.mark.parametrize(
    "fields",
    [{"parent_id": "a"}, {"thread_id": "a"}, {"parent_id": "a", "thread_id": "a", "subject": "Rent"}],
)
def test_a_message_may_point_to_itself(fields):
    assert grouped(received("a", **fields)) == ["a"]


def test_a_thread_named_after_its_only_message_tells_nothing():
    assert grouped(received("b", 1, subject="Rent", thread_id="b"), own("a", 0, subject="Rent")) == ["a b"]


def test_answers_may_point_to_each_other_in_a_circle():
    listed = [own("c", 3, parent_id="b"), own("b", 2, parent_id="a"), own("a", 1, parent_id="c")]
    (conversation,) = group(listed)
    assert sorted(ids(conversation).split()) == ["a", "b", "c"]


def test_an_answer_comes_after_what_it_answers_whatever_the_clocks_say():
    fast = [received("a", 1), own("b", 0, parent_id="a"), received("c", 0.5, parent_id="b")]
    assert grouped(*fast) == ["a b c"]
    (sent_from_here,) = group([received("a", 400), own("b", 0)], {"b": "a"})
    assert ids(sent_from_here) == "a b" and sent_from_here.newest.is_own


def test_a_message_without_a_date_keeps_its_place_in_the_list():
    listed = [
        own("d", None, thread_id="t"),
        received("c", 2, thread_id="t"),
        received("b", None, thread_id="t"),
        own("a", 1, thread_id="t"),
    ]
    assert grouped(*listed) == ["a b c d"]


def test_without_any_date_the_list_tells_the_order():
    assert grouped(own("b", None, thread_id="t"), received("a", None, thread_id="t")) == ["a b"]


def test_messages_whose_time_nobody_knows_are_not_grouped_by_subject():
    assert grouped(own("b", None, subject="Rent"), received("a", None, subject="Rent")) == ["b", "a"]
    assert grouped(own("b", None, subject="Rent"), received("a", 1, subject="Rent")) == ["a b"]


def test_the_first_and_the_last_year_do_no_harm():
    first, last = (datetime(year, 1, 1, tzinfo=UTC) for year in (1970, 9998))
    listed = [received("b", subject="Rent"), received("a", subject="Rent")]
    ends = [
        entry.message.model_copy(update={"date": date})
        for entry, date in zip(listed, (last, first), strict=True)
    ]
    entries = [replace(entry, message=message) for entry, message in zip(listed, ends, strict=True)]
    assert grouped(*entries) == ["b", "a"]


def test_a_message_that_is_listed_twice_is_there_once():
    assert grouped(own("b", 2), own("b", 2), own("a", 1)) == ["b", "a"]


def test_nothing_makes_no_conversation():
    assert group([]) == ()


@pytest.mark.parametrize("chained", [True, False])
def test_five_thousand_messages(chained):
    """The deepest chain of answers, and the longest thread: each in one conversation, without recursion."""
    links = [{"parent_id": f"m{n - 1}"} if chained else {"thread_id": "t"} for n in range(5000)]
    listed = [received(f"m{n}", n / 10, subject="Rent", **link) for n, link in enumerate(links)]
    (conversation,) = group(reversed(listed))
    assert len(conversation) == 5000 and ids(conversation).startswith("m0 m1 m2 ")


def test_the_work_grows_with_the_number_of_messages(monkeypatch):
    """Counted in lookups, since a busy machine takes any time."""
    lookups, root = [], _DisjointSets.root
    monkeypatch.setattr(_DisjointSets, "root", lambda sets, node: lookups.append(1) or root(sets, node))

    def lookups_for(number):
        before = len(lookups)
        group([received(f"m{n}", n, parent_id=f"m{n - 1}", subject="Rent") for n in reversed(range(number))])
        return len(lookups) - before

    assert lookups_for(3000) < 11 * lookups_for(300)


def test_a_conversation_knows_that_it_goes_further_back():
    known = [
        group(listed, answers)[0].goes_back
        for listed, answers in (
            ([own("b", 2, parent_id="a"), received("a", 1)], {}),
            ([own("b", 2, parent_id="a")], {}),
            ([own("b", 2, thread_id="b")], {"b": "a"}),
        )
    ]
    assert known == [False, True, True]


def test_a_conversation_tells_its_subject_its_unread_and_what_to_open():
    (conversation,) = group(
        [
            own("d", 4, thread_id="t"),
            received("c", 3, thread_id="t", unread=True, subject="Re: Rent"),
            received("b", 2, thread_id="t", unread=True, subject="Rent"),
            own("a", 1, thread_id="t"),
        ]
    )
    assert (conversation.subject, conversation.unread_count) == ("Rent", 2)
    assert (conversation.newest.message.id, conversation.reference) == ("d", "reference-c")


def test_a_conversation_that_was_read_opens_with_its_newest_message():
    (conversation,) = group([own("b", 2, parent_id="a"), received("a", 1)])
    assert conversation.reference == "reference-b" and conversation.unread_count == 0
