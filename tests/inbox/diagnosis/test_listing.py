"""Lists and counts: what is asked at once, where pages begin, in which order, and how numbers agree."""

from datetime import UTC, datetime, timedelta

import pytest

from inbox.diagnosis import State
from tests.inbox.diagnosis.api import ALICE, message
from tests.support.wire import envelope, reply

MANY = [message(n) for n in range(28, 0, -1)]


@pytest.mark.parametrize("most", [2, 5, 27])
def test_a_limit_on_messages_at_once_is_found(api, found, most):
    api.messages, api.most = MANY, most
    assert f"gives at most {most} messages at once; 51 were asked for" in found("Pages", State.OK)


def test_a_single_message_of_several_is_a_warning(api, found):
    api.most = 1
    assert "count says 4, and the list holds 1." in found("Count", State.WARNING)


def test_an_api_without_a_limit_goes_on_where_it_is_told_to(api, found):
    assert "goes on where it is told to" in found("Pages", State.OK)


def test_an_api_that_ignores_the_index_is_a_failure(api, found):
    api.ignores_index = True
    assert "begins with the same message again" in found("Pages")


def test_an_index_that_counts_pages_is_a_failure(api, found):
    api.messages = MANY
    page = api._page
    api._page = lambda query: page({**query, "index": str(int(query["index"]) * int(query["count"]))})
    assert "does not go on with the message that it listed there" in found("Pages")


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({"all": 6}, "count says 6, and the list holds 4."),
        ({"all": 3}, "count says 3, and the list holds 4."),
        ({"read": 7}, "1 unread and 7 read messages are not 4 in all."),
        ({"unread": 9}, "9 unread and 3 read messages are not 4 in all."),
    ],
)
def test_numbers_that_do_not_agree_are_a_warning(api, found, counts, words):
    api.counts = counts
    assert words in found("Count", State.WARNING)


def test_an_api_that_lists_the_oldest_first_is_a_failure(api, found):
    api.messages.reverse()
    text = found("Order")
    assert "lists the oldest message first" in text and 'SECUREMAIL_DIALECT={"order": "oldest_first"}' in text


def test_the_order_that_is_set_is_compared(api, found, settings):
    settings.SECUREMAIL_DIALECT = '{"order": "oldest_first"}'
    text = found("Order")
    assert "lists the newest message first" in text and '"order": "newest_first"' in text
    api.messages.reverse()
    assert "The oldest message comes first, as you have set." in found("Order", State.OK)


def test_dates_in_the_future_are_a_warning(api, found):
    api.messages[0]["date"] = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    assert "Dated in the future: 1 of 4 messages." in found("Date", State.WARNING)


def test_messages_without_order_are_a_failure(api, found):
    api.messages = [message(n) for n in (2, 4, 1, 3)]
    assert "neither newest nor oldest first" in found("Order")


def test_the_order_of_equal_dates_is_not_known(api, found):
    api.change(date="2025-11-01T08:00:00Z")
    assert "the order is not known" in found("Order", State.WARNING)


def test_unread_messages_that_are_taken_for_read_are_a_failure(api, found, settings):
    settings.SECUREMAIL_MESSAGE_FIELDS = {"unread": ["seen"]}
    api.change(seen=True)
    assert "are taken for read" in found("Unread")


def test_an_api_that_lists_read_messages_as_unread_is_a_warning(api, found):
    api._with = lambda _status: api.messages
    assert "lists read ones too" in found("Unread", State.WARNING)


def test_an_empty_answer_to_the_unread_ones_is_no_error(api, report):
    api.counts = {"unread": 0, "read": 4}
    assert "list unread" not in [name for name, *_ in report().steps.rows]


def test_entries_that_are_no_messages_are_counted(api, found):
    api.acts["list"] = reply(envelope(data=[{"id": "m1", "date": "2025-11-02"}, 7]))
    assert "Missing in 1 of 2 messages." in found("id", State.FAILURE)


def test_directions_the_wrong_way_round_are_a_failure(api, found):
    for number, each in enumerate(api.messages):
        each["direction"] = "inbound" if number % 2 == 0 else "outbound"
    assert "4 of 4 messages say one direction, and their addresses another" in found("Direction")


def test_a_message_to_oneself_is_no_contradiction(api, found):
    api.change(direction="inbound", **{"from": ALICE, "to": ALICE})
    assert found("Direction") == ""
