"""How the values of a message are parsed, in each form that the API may use."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox.securemail import MESSAGE_FIELDS, Dialect, Direction, Hidden, Message, Owner, Party
from inbox.securemail.parsing import MessageParser

ALICE = "alice@example.com"


def read_entry(raw: object, dialect: Dialect | None = None) -> Message | None:
    (message,) = MessageParser(dialect or Dialect()).parse_list([raw], address=ALICE)
    return message


def read(**raw: Any) -> Message:
    message = read_entry({"id": "m1", **raw})
    assert message
    return message


@pytest.mark.parametrize("key", ["direction", "type", "typeId", "entityType"])
@pytest.mark.parametrize(
    "value", ["inbound", "INBOUND", "In", "InboundNew", "incoming", "EMAIL_IN", "EmailIn", 0, "0"]
)
def test_many_spellings_mean_inbound(key: str, value: object) -> None:
    assert read(**{key: value}).direction is Direction.INBOUND


@pytest.mark.parametrize(
    "value", ["outbound", "OUT", "OutboundReply", "outgoing", "EMAIL_OUT", " Outbound ", 1, "1"]
)
def test_many_spellings_mean_outbound(value: object) -> None:
    assert read(type=value).direction is Direction.OUTBOUND


@pytest.mark.parametrize(
    "value", ["internal", "interaction", "info", "email", "", 2, True, False, None, {}, []]
)
def test_other_values_leave_the_direction_unknown(value: object) -> None:
    assert read(type=value).direction is Direction.UNKNOWN


@pytest.mark.parametrize(
    ("raw", "closed"),
    [
        ({"status": "closed"}, True),
        ({"status": "read", "state": "Resolved"}, True),
        ({"status": "unread"}, False),
        ({"status": True}, False),
        ({"status": ["closed"]}, False),
        ({}, False),
    ],
)
def test_a_status_that_says_closed_closes(raw: dict[str, object], closed: bool) -> None:
    assert read(**raw).closed is closed


def test_an_operators_word_for_closed_closes() -> None:
    dialect = Dialect(words={"closed": ["done", 9]})
    message = read_entry({"id": "m1", "status": 9}, dialect)
    assert message and message.closed and message.unread is None


def test_an_outbound_message_from_the_consumers_own_address_has_an_unknown_direction() -> None:
    assert (
        read(direction="outbound", **{"from": ALICE, "to": "claims@example.com"}).direction
        is Direction.UNKNOWN
    )


def test_the_next_key_is_used_if_the_first_is_not_usable() -> None:
    assert read(type="email", entityType="EMAIL_OUT").direction is Direction.OUTBOUND


def test_the_addresses_tell_the_direction_if_no_key_does() -> None:
    assert read(**{"from": "Alice <ALICE@example.com>"}).direction is Direction.INBOUND
    assert read(**{"from": "x@example.com", "to": ["bob@example.com", ALICE]}).direction is Direction.OUTBOUND
    assert read(**{"from": "x@example.com", "to": "bob@example.com"}).direction is Direction.UNKNOWN


def test_a_message_from_and_to_the_consumer_is_inbound() -> None:
    assert read(**{"from": ALICE, "to": ALICE}).direction is Direction.INBOUND


@pytest.mark.parametrize(
    "value",
    [
        "2025-11-03T14:05:00Z",
        "2025-11-03T15:05:00+01:00",
        "2025-11-03T14:05:00.000+0000",
        "2025-11-03 14:05:00",
        1762178700,
        1762178700000,
        1762178700.0,
        "1762178700",
        "1762178700000",
    ],
)
@pytest.mark.parametrize("key", ["date", "sentDate", "receivedDate", "startDate", "createdDate", "timestamp"])
def test_dates_in_any_format_are_parsed_to_utc(key: str, value: object) -> None:
    date = read(**{key: value}).date
    assert date == datetime(2025, 11, 3, 14, 5, tzinfo=UTC)
    assert date.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        "yesterday",
        "",
        True,
        None,
        {},
        10**40,
        -(10**18),
        "9" * 400,
        "0001-01-01T00:00+10:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "1969-12-31T23:59:59Z",
    ],
)
def test_an_invalid_date_is_missing(value: object) -> None:
    assert read(date=value).date is None


@pytest.mark.parametrize(
    ("raw", "unread"),
    [
        ({"status": "unread"}, True),
        ({"status": "UNREAD"}, True),
        ({"state": "Read"}, False),
        ({"read": True}, False),
        ({"read": False}, True),
        ({"status": "routing", "read": True}, False),
        ({"status": "routing"}, None),
        ({"read": 1}, False),
        ({"read": 2}, None),
        ({}, None),
    ],
)
def test_unread_is_parsed_from_words_and_booleans(raw: dict[str, object], unread: bool | None) -> None:
    assert read(**raw).unread is unread


@pytest.mark.parametrize(
    ("raw", "text", "html"),
    [
        ({"body": "Hello", "mime": "text/plain"}, "Hello", None),
        ({"body": "<b>Hello</b>", "mime": "text/plain"}, "<b>Hello</b>", None),
        ({"body": "Hello", "mime": "Text/HTML; charset=utf-8"}, None, "Hello"),
        ({"body": "<P>Hello</P>"}, None, "<P>Hello</P>"),
        ({"body": "1 < 2 and 3 > 2"}, "1 < 2 and 3 > 2", None),
        ({"body": "<p>Hello</p>", "plainText": "Hello"}, "Hello", "<p>Hello</p>"),
        (
            {"text": "<as text>", "html": "<p>Hello</p>", "body": "ignored"},
            "<as text>",
            "<p>Hello</p>",
        ),
        ({"text": "", "bodyAsPlainText": "Hello"}, "Hello", None),
        ({"structuredText": "Dear Alice,\nHello"}, "Dear Alice,\nHello", None),
        ({"structuredText": "Dear Alice,\nHello", "text": "Dear"}, "Dear", None),
        ({"structuredText": "Tom &amp; Jerry,\nHello"}, None, "Tom &amp; Jerry,\nHello"),
        ({"structuredText": "Hello"}, None, "Hello"),
        ({"text": "\n\xa0\u200b\r", "bodyAsPlainText": "Hello", "html": " "}, "Hello", None),
        ({"text": "\ufeff\n", "html": "<p>Hello</p>"}, None, "<p>Hello</p>"),
        ({"text": 5, "body": ["a"]}, None, None),
    ],
)
def test_text_and_html_are_told_apart(raw: dict[str, object], text: str | None, html: str | None) -> None:
    message = read(**raw)
    assert (message.text, message.html) == (text, html)


@pytest.mark.parametrize(
    ("value", "parties"),
    [
        ("a@b.example", [("a@b.example", "")]),
        (
            '"Ames, Alice" <A@b.example>, Bob <c@d.example>',
            [("a@b.example", "Ames, Alice"), ("c@d.example", "Bob")],
        ),
        (
            ["a@b.example", {"address": "C@d.example", "personal": "Bob"}],
            [("a@b.example", ""), ("c@d.example", "Bob")],
        ),
        ({"email": "a@b.example", "name": "Alice\r\nBcc: x"}, [("a@b.example", "Alice Bcc: x")]),
        ({"Email_Address": "A@b.example", "Display_Name": "Alice"}, [("a@b.example", "Alice")]),
        ("Claims Department", [(None, "Claims Department")]),
        ({"address": 5, "personal": None}, []),
        ([None, 5, [["a@b.example"]], {}], []),
        ("", []),
        ("a" * 2_001 + "@b.example", []),
        ("(" * 1_999 + "@", []),
    ],
)
def test_addresses_in_any_form_are_parties(value: object, parties: list[tuple[str | None, str]]) -> None:
    assert read(to=value).recipients == tuple(Party(address=address, name=name) for address, name in parties)


def test_an_address_is_found_in_any_spelling_so_that_none_passes_unseen() -> None:
    message = read(To=[{"Address": "bob@example.com"}])
    assert message.hidden_from(Owner(address=ALICE, securebox="")) is Hidden.OTHER_ADDRESS


def test_an_address_under_a_later_key_is_not_missed_for_a_name_under_an_earlier_one() -> None:
    owner = Owner(address=ALICE, securebox="")
    assert (
        read(**{"from": "Bob", "fromAddress": "bob@example.com"}).hidden_from(owner) is Hidden.OTHER_ADDRESS
    )
    assert (
        read(to=["Bob"], attributes={"ToAddresses": "bob@example.com"}).hidden_from(owner)
        is Hidden.OTHER_ADDRESS
    )
    assert read(**{"from": "Claims", "attributes": {"FromAddress": "claims@example.com"}}).sender == Party(
        address="claims@example.com", name="Claims"
    )


def test_a_sender_with_an_unquoted_comma_keeps_the_address() -> None:
    assert read(**{"from": "Doe, Jane <jane@example.com>"}).sender == Party(
        address="jane@example.com", name="Jane"
    )


def test_a_subject_is_one_line_without_surrogates() -> None:
    assert read(subject=" Your\r\nclaim \ud800 ").subject == "Your claim ?"


def test_a_subject_or_name_is_what_can_be_seen_of_it() -> None:
    hidden = "\x1b[8mYour\x07 claim \u202etxt.exe\u2066"
    message = read(subject=hidden, **{"from": {"personal": hidden, "address": "priya@example.com"}})
    assert message.subject == "[8mYour claim txt.exe"
    assert message.sender == Party(address="priya@example.com", name="[8mYour claim txt.exe")
    header = "Priya\x07 \u202eRao <priya@example.com>"
    assert read(**{"from": header}).sender == Party(address="priya@example.com", name="Priya Rao")


def test_the_marks_of_right_to_left_languages_stay() -> None:
    assert read(subject="\u200fشكوى (1)\u200c").subject == "\u200fشكوى (1)\u200c"


@pytest.mark.parametrize("nothing", ["\u200b\u2060\ufeff", "\xad", "\u202e", "\x00\x07", "\u3000 \xa0"])
def test_a_subject_or_name_of_invisible_characters_counts_as_missing(nothing: str) -> None:
    message = read(subject=nothing, **{"from": {"personal": nothing, "address": "priya@example.com"}})
    assert (message.subject, message.sender) == ("", Party(address="priya@example.com"))
    assert read(**{"from": {"personal": nothing}}).sender is None


def test_an_invisible_character_makes_another_securebox_or_address_of_it() -> None:
    claims = Owner(address=ALICE, securebox="Claims01")
    assert read(securebox="Claims01\x00").hidden_from(claims) is Hidden.OTHER_SECUREBOX
    assert read(to=f"{ALICE}\u202e").hidden_from(claims) is Hidden.OTHER_ADDRESS


def test_a_very_long_subject_or_name_is_cut() -> None:
    message = read(subject="s" * 1_001, **{"from": {"personal": "n" * 2_000_000}})
    assert message.subject == "s" * 999 + "…"
    assert message.sender == Party(name="n" * 999 + "…")


def test_a_subject_of_the_maximum_length_is_not_cut() -> None:
    assert read(subject="s" * 1_000).subject == "s" * 1_000
    assert read(subject="\n" * 1_000 + "s" * 1_000).subject == "s" * 1_000


def test_very_many_recipients_are_cut() -> None:
    header = ", ".join(f"someone{number}@example.com" for number in range(60))
    assert len(read(to=[header] * 100).recipients) == 60 * (10_000 // len(header))


def test_an_id_may_be_a_number_but_not_a_boolean() -> None:
    assert read(id=4711).id == "4711"
    assert read_entry({"id": True}) is None


def test_each_message_of_a_list_may_keep_its_fields_elsewhere() -> None:
    entries = [
        {"id": "m1", "attributes": {"Subject": "One"}},
        {"id": "m2", "attributes": {"subject": "Two", "Text": "Hello"}},
        {"id": "m3", "Subject": "Three"},
        "no message",
        {"Id": "m4", "subject": "Four"},
    ]
    one, two, three, none, four = MessageParser(Dialect()).parse_list(entries, address=ALICE)
    assert none is None and one and two and three and four
    assert [one.subject, two.subject, three.subject, four.subject] == ["One", "Two", "Three", "Four"]
    assert (two.text, four.id) == ("Hello", "m4")


def test_a_key_with_dots_leads_into_objects() -> None:
    dialect = Dialect(message_fields={"text": ["content.plain"], "subject": ["a.b", "subject"]})
    raw = {"id": "m1", "content": {"plain": "Hello"}, "a": "no object", "subject": "S"}
    message = read_entry(raw, dialect)
    assert message
    assert (message.text, message.subject) == ("Hello", "S")


def test_the_repr_of_a_message_does_not_show_its_content() -> None:
    shown = repr(read(subject="canary", text="canary", html="canary", to="canary@example.com"))
    assert "canary" not in shown


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["address", "name", "x"]), inner)
    ),
    max_leaves=5,
)
keys = st.sampled_from([key for field in MESSAGE_FIELDS.values() for key in field.keys])


# On a busy machine, a single example may take longer than hypothesis allows by default.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(keys, anything), st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}", fullmatch=True))
def test_any_values_are_parsed_without_an_error(raw: dict[str, Any], message_id: str) -> None:
    message = read_entry({**raw, "id": message_id})
    assert message
    assert message.id == message_id
    message.model_dump_json()


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.dictionaries(keys, anything), max_size=4))
def test_a_message_says_the_same_in_a_list_as_alone(raws: list[dict[str, Any]]) -> None:
    entries = [{**raw, "id": "m1"} for raw in raws] * 2
    together = MessageParser(Dialect()).parse_list(entries, address=ALICE)
    assert list(together) == [read_entry(raw) for raw in entries]


def test_a_parser_remembers_a_few_sets_of_keys_and_no_value() -> None:
    parser = MessageParser(Dialect())
    entries = [{"id": f"m{n}", f"key{n}": "canary", "subject": f"S{n}"} for n in range(200)]
    entries += [{"id": "m200", "x" * 3_000: "canary", "subject": "S200"}]
    found = parser.parse_list(entries, address=ALICE)
    assert [message and message.subject for message in found] == [f"S{n}" for n in range(201)]
    assert len(parser._known) <= 50
    assert "canary" not in repr(vars(parser)) and "x" * 3_000 not in repr(vars(parser))
