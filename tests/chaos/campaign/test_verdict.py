"""The verdict of a campaign notices each way in which the promise can be broken."""

from collections import Counter

from tests.chaos.campaign.diary import Entry
from tests.chaos.campaign.plan import plan
from tests.chaos.campaign.verdict import Held, Verdict, Written, gather, judge

PLAN = plan(seed=1, number=0, writers=10)
COPY = Held(PLAN.subject, PLAN.text)
ORIGINAL, TWIN = (plan(seed=1, number=number, writers=10) for number in (18, 19))


def written(state: str, *pressed: str, **row: object) -> Written:
    shown = "" if state == "draft" else state
    words = "" if state in ("sent", "discarded") else PLAN.text
    seen = {"nonce": "n", "state": state, "status": 200, "shown_state": shown, "words": words, **row}
    return Written(PLAN, answered=True, pressed=Counter(pressed), row=seen)


def verdict(*messages: Written, copies: int = 0, diary: tuple[Entry, ...] = ()) -> Verdict:
    return judge(list(messages), [COPY] * copies, diary)


def test_a_message_that_arrived_once_breaks_nothing() -> None:
    assert verdict(written("sent"), copies=1).broken == []


def test_doubt_breaks_nothing_whether_it_arrived_or_not() -> None:
    assert verdict(written("unconfirmed"), copies=1).broken == []
    assert verdict(written("unconfirmed"), copies=0).broken == []


def test_a_message_without_a_row_is_lost_once_it_was_taken_over() -> None:
    assert verdict(Written(PLAN, answered=True)).lost
    assert not verdict(Written(PLAN, answered=False)).lost


def test_words_that_cannot_be_read_any_more_are_lost() -> None:
    assert verdict(written("unconfirmed", words="")).lost
    assert verdict(written("failed", words="Other words")).lost


def test_a_page_that_tells_another_state_than_the_row_is_seen() -> None:
    assert verdict(written("queued", shown_state="sent")).lost
    assert verdict(written("sent", status=404), copies=1).lost


def test_what_nobody_discarded_or_took_back_may_not_lie_aside() -> None:
    assert verdict(written("discarded")).lost
    assert verdict(written("draft")).lost
    assert not verdict(written("discarded", "discard")).lost
    assert not verdict(written("draft", "cancel")).lost


def test_a_second_copy_is_a_duplicate_unless_its_writer_asked_again() -> None:
    assert verdict(written("sent"), copies=2).duplicates
    assert not verdict(written("sent", "again"), copies=2).broken
    assert verdict(written("sent", "again"), copies=3).duplicates


def test_sent_without_a_copy_is_wrong() -> None:
    assert verdict(written("sent"), copies=0).wrong_sent


def test_failed_with_a_copy_is_wrong() -> None:
    assert verdict(written("failed"), copies=1).wrong_failed
    assert verdict(written("failed", "again"), copies=1).wrong_failed


def test_a_draft_that_has_arrived_is_wrong() -> None:
    assert verdict(written("draft", "cancel"), copies=1).wrong_failed


def test_what_is_still_under_way_in_the_end_is_seen() -> None:
    assert verdict(written("queued")).left_waiting
    assert verdict(written("sending")).left_waiting


def test_a_copy_with_other_words_is_seen() -> None:
    assert judge([written("sent")], [Held(PLAN.subject, "Other words")], ()).altered
    assert judge([], [Held("Strange", "words")], ()).altered


def test_one_copy_cannot_stand_for_two_messages_that_are_the_same() -> None:
    row = {"nonce": "n", "state": "sent", "status": 200, "shown_state": "sent", "words": ""}
    twins = [Written(each, answered=True, row=row) for each in (ORIGINAL, TWIN)]
    copies = [Held(TWIN.subject, TWIN.text)] * 2
    assert ORIGINAL.subject == TWIN.subject
    assert judge(twins, copies[:1], ()).wrong_sent
    assert not judge(twins, copies, ()).broken


def test_a_sweep_or_a_page_that_fell_over_is_seen() -> None:
    assert verdict(diary=({"did": "sweep failed", "error": "Http404"},)).fell_over
    assert verdict(diary=({"did": "saw", "number": 1, "status": 500},)).fell_over
    assert not verdict(diary=({"did": "saw", "number": 1, "status": 200},)).fell_over


def test_the_diary_tells_what_belongs_to_which_message() -> None:
    diary = [
        {"number": 0, "did": "opened", "nonce": "n"},
        {"number": 0, "did": "answered", "status": 302},
        {"number": 0, "did": "pressed", "button": "again"},
    ]
    (one,) = gather([PLAN], diary, [{"nonce": "n", "state": "sent"}])
    assert (one.answered, one.pressed["again"], one.state) == (True, 1, "sent")
