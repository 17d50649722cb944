"""Values of the API, in the many forms that APIs have for them, and what an operator says about them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from inbox.securemail import Direction
from inbox.securemail.dialect import read
from tests.securemail.conftest import MakeClient
from tests.support.wire import Wire, envelope, reply

ALICE = "alice@example.com"


@pytest.mark.parametrize(
    ("raw", "unread"),
    [
        ({"status": "NEW"}, True),
        ({"state": "Seen"}, False),
        ({"isRead": "true"}, False),
        ({"IsRead": "N"}, True),
        ({"is_read": 0}, True),
        ({"read": "1"}, False),
        ({"isUnread": "yes"}, True),
        ({"unread": 0}, False),
        ({"status": "Completed", "isRead": "Y"}, False),
        ({"status": 0}, None),
        ({"status": "1"}, None),
        ({"isRead": "maybe"}, None),
        ({"isRead": "1" * 2_000}, None),
        ({"isRead": 10**400}, None),
    ],
)
def test_words_and_flags_tell_what_is_unread(one, raw: dict[str, Any], unread: bool | None) -> None:
    assert one(**raw).unread is unread


@pytest.mark.parametrize(
    ("raw", "unread"),
    [
        ({"status": 0}, True),
        ({"status": "OPEN"}, True),
        ({"status": " done "}, False),
        ({"status": "read"}, False),
    ],
)
def test_an_operators_words_come_first(one, raw: dict[str, Any], unread: bool) -> None:
    words = {"unread": [0, "open"], "read": ["DONE"]}
    assert one({"words": words}, **raw).unread is unread


def test_an_operators_word_may_turn_one_of_ours_round(one) -> None:
    assert one({"words": {"read": ["new"], "unread": [True]}}, status="new").unread is False
    assert one({"words": {"unread": [True]}}, read=True).unread is True


@pytest.mark.parametrize(
    ("dialect", "raw", "direction"),
    [
        ({"words": {"inbound": ["C2B"], "outbound": ["b2c"]}}, {"type": "c2b"}, Direction.INBOUND),
        ({"words": {"inbound": ["C2B"], "outbound": ["b2c"]}}, {"type": "B2C"}, Direction.OUTBOUND),
        ({"words": {"outbound": [7]}}, {"type": 7}, Direction.OUTBOUND),
        ({"words": {"unread": ["B2C"]}}, {"type": "B2C"}, Direction.UNKNOWN),
        ({"message_fields": {"direction": ["isInbound"]}}, {"isInbound": "true"}, Direction.INBOUND),
        ({"message_fields": {"direction": ["isInbound"]}}, {"isInbound": "0"}, Direction.OUTBOUND),
        ({"message_fields": {"direction": ["outgoing"]}}, {"outgoing": True}, Direction.OUTBOUND),
        ({"message_fields": {"direction": ["outgoing"]}}, {"outgoing": "perhaps"}, Direction.UNKNOWN),
        ({}, {"EntityTypeId": 1}, Direction.OUTBOUND),
        ({}, {"entity_type": 2}, Direction.UNKNOWN),
    ],
)
def test_words_codes_and_flags_tell_the_direction(
    one, dialect: dict[str, Any], raw: dict[str, Any], direction: Direction
) -> None:
    assert one(dialect, **raw).direction is direction


def test_a_word_of_the_operator_does_not_make_a_consumers_own_message_received(one) -> None:
    """To mark it as read would take it out of the agents' queue."""
    raw = {"type": "B2C", "from": ALICE}
    assert one({"words": {"outbound": ["B2C"]}}, **raw).direction is Direction.UNKNOWN


@pytest.mark.parametrize(
    ("raw", "direction"),
    [
        ({"from": "claims@example.com", "to": ALICE}, Direction.OUTBOUND),
        ({"from": ALICE, "to": "claims@example.com"}, Direction.INBOUND),
        ({"from": "claims@example.com", "to": "claims@example.com"}, Direction.UNKNOWN),
        ({"from": "claims@example.com"}, Direction.UNKNOWN),
        ({"to": "claims@example.com"}, Direction.UNKNOWN),
    ],
)
def test_a_box_address_does_not_tell_the_direction(one, raw: dict[str, Any], direction: Direction) -> None:
    assert one({"box_addresses": ["Claims@example.com"]}, **raw).direction is direction


def test_the_address_of_a_box_infers_nothing_for_a_consumer_who_has_it(
    make_client: MakeClient, wire: Wire
) -> None:
    wire.script(reply(envelope(data=[{"id": "m1", "to": "claims@example.com"}])))
    client = make_client(dialect=read({"box_addresses": ["claims@example.com"]}))
    (message,) = client.list_messages("claims@example.com").messages
    assert message.direction is Direction.UNKNOWN


@pytest.mark.parametrize(
    "value",
    [
        "Mon, 03 Nov 2025 14:05:00 +0000",
        "3 Nov 2025 15:05:00 +0100",
        "/Date(1762178700000)/",
        "/Date(1762178700000+0100)/",
        "2025-11-03 14:05:00 UTC",
        "2025-11-03 15:05:00 +0100",
        "20251103T140500Z",
        {"value": "2025-11-03T15:05:00", "offset": "+01:00"},
        {"value": "2025-11-03T15:05:00", "timeZone": "Europe/Berlin"},
        {"dateTime": "2025-11-03T14:05:00.0000000", "timeZone": "UTC"},
        {"value": 1762178700000, "timeZone": "Europe/Berlin"},
        {"$date": "2025-11-03T14:05:00Z"},
    ],
)
def test_dates_in_many_forms_are_one_moment(one, value: object) -> None:
    assert one(date=value).date == datetime(2025, 11, 3, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", ["2025-11-03T15:05:00", "3 Nov 2025 15:05:00", {"value": "2025-11-03T15:05:00"}]
)
def test_a_date_without_a_zone_is_in_the_operators(one, value: object) -> None:
    assert one({"zone": "Europe/Berlin"}, date=value).date == datetime(2025, 11, 3, 14, 5, tzinfo=UTC)
    assert one(date=value).date == datetime(2025, 11, 3, 15, 5, tzinfo=UTC)


def test_a_date_with_a_zone_keeps_it(one) -> None:
    assert one({"zone": "Europe/Berlin"}, date="2025-11-03T14:05:00Z").date == datetime(
        2025, 11, 3, 14, 5, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "value",
    [
        "03/11/2025 14:05",
        "Mon, 99 Nov 2025 14:05:00 +0000",
        "/Date(99999999999999999)/",
        "2025-11-03T14:05:00 " * 10_000,
        {"value": "2025-11-03T15:05:00", "offset": 60},
        {"value": "2025-11-03T15:05:00", "offset": "+99:99"},
        {"value": "2025-11-03T15:05:00", "timeZone": "../../etc/passwd"},
        {"value": "2025-11-03T15:05:00", "timeZone": "Z" * 200},
        {"value": {"value": {}}},
        {"value": True},
        {"zone": "UTC"},
        ["2025-11-03T14:05:00Z"],
    ],
)
def test_what_is_no_certain_date_is_none(one, value: object) -> None:
    assert one(date=value).date is None


def test_the_next_key_is_tried_after_a_date_that_is_none(one) -> None:
    assert one(date="soon", sent_date="2025-11-03T14:05:00Z").date == datetime(2025, 11, 3, 14, 5, tzinfo=UTC)


# --- Text that is HTML ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html>\n<html><body>Hello</body></html>",
        "\ufeff \n<?xml version='1.0'?><!-- from the mailer --><HTML>Hello</HTML>",
        "<body bgcolor=white>Hello",
        "<p>Dear Alice,</p>\n<p>your claim <b>was</b> paid.</p>",
        "<div class='x'><span>Hello</span></div>",
        "<font size=2>Hello<br></font>",
        "Dear Alice,<br><br/>your claim was paid.<br />",
        "Dear Alice,<br>\nyour claim was paid.<br>\n",
        "<table><tr><td>Sum</td><td>1 &lt; 2</td></tr></table>",
    ],
)
def test_a_text_of_html_is_html(one, text: str) -> None:
    message = one(text=text)
    assert (message.text, message.html) == (None, text)


@pytest.mark.parametrize(
    "text",
    [
        "a < b and b > a",
        "<alice@example.com> wrote:\n> Hello",
        "Use <br> or <p> and </p>, <div> and </div>, <li> and </li>.",
        "<b> makes it bold",
        "<p> opens and </p> closes a paragraph.",
        "Write \"<br>\" twice: '<br>', '<br>'.",
        "The <html> element, then <body>.",
        "<Name of the insured> <Policy number>",
        "Hello<br>once",
        "x" * 30_000 + "<p>a</p><p>b</p>",
    ],
)
def test_a_text_about_tags_is_a_text(one, text: str) -> None:
    message = one(text=text)
    assert (message.text, message.html) == (text, None)


def test_html_beside_it_takes_precedence(one) -> None:
    message = one(text="<html>plain?</html>", structured_text="<p>Hello</p>")
    assert (message.text, message.html) == (None, "<p>Hello</p>")


def test_deciding_takes_no_time_to_speak_of(one) -> None:
    for text in (
        "<!--" * 250_000,
        "<?xml" + " " * 900_000,
        "<p " * 300_000,
        "a</b>" * 200_000,
        "a" + "</b>" * 200_000,
    ):
        assert one(text=text).text == text
