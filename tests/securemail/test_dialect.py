"""What an operator may write about the API's dialect, and what an error says of a mistake."""

import json
from pathlib import Path

import pytest

from inbox.securemail import Dialect
from inbox.securemail.dialect import read

ALL = {
    "message_fields": {"date": ["created"], "text": ["content.plain", "text"]},
    "compose_fields": {"text": "data.mail.body", "user_data": "userData", "parent_id": "mail.answers"},
    "constants": {"channel": "portal", "mail.priority": 3, "userData.source": "web", "urgent": False},
    "words": {"unread": ["NEW", 0], "read": ["SEEN"], "inbound": ["C2B"], "outbound": ["B2C"]},
    "zone": "Europe/Berlin",
    "order": "oldest_first",
    "list_keys": ["result.mails"],
    "message_keys": "result",
    "box_addresses": ["Claims@Example.com"],
}


def test_nothing_is_a_dialect() -> None:
    assert read() == read("") == read({}) == read("  ") == Dialect()
    assert not Dialect().oldest_first


@pytest.mark.parametrize("form", ["text", "object", "file"])
def test_a_dialect_is_a_text_an_object_or_a_file(tmp_path: Path, form: str) -> None:
    (tmp_path / "dialect.json").write_text("\ufeff" + json.dumps(ALL), encoding="utf-8")
    forms = {"text": f" {json.dumps(ALL)}\n", "object": ALL, "file": str(tmp_path / "dialect.json")}
    dialect = read(forms[form])
    assert dialect.message_fields["date"] == ("created",)
    assert dialect.message_fields["subject"] == Dialect().message_fields["subject"]
    assert (dialect.compose_fields["text"], dialect.compose_fields["subject"]) == ("mail.body", "subject")
    assert dialect.constants == ALL["constants"]
    assert dialect.words["unread"] == {"new", "0"}
    assert str(dialect.zone) == "Europe/Berlin"
    assert dialect.oldest_first
    assert (dialect.list_keys, dialect.message_keys) == (("result.mails",), ("result",))
    assert dialect.box_addresses == {"claims@example.com"}


def test_the_settings_of_two_parts_add_to_it() -> None:
    dialect = read({"message_fields": {"date": ["created"]}}, {"id": ["ref"]}, {"text": "body"})
    assert (dialect.message_fields["date"], dialect.message_fields["id"]) == (("created",), ("ref",))
    assert dialect.compose_fields["text"] == "body"


def test_a_field_that_is_mapped_twice_is_an_error() -> None:
    with pytest.raises(
        ValueError, match="message_fields: 'date' is in SECUREMAIL_DIALECT and in SECUREMAIL_MESS"
    ):
        read({"message_fields": {"date": ["created"]}}, {"date": ["sent"]})


def test_all_mistakes_are_named_at_once() -> None:
    with pytest.raises(ValueError, match=r"zone: .*; order: .*"):
        read({"zone": "Mars", "order": "latest"})


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('{"zone": "UTC",}', "dialect: is not JSON: line 1, column 16"),
        ('{"zone": "UTC", "zone": "Europe/Berlin"}', "dialect: 'zone' comes twice"),
        ('{"constants": {"a": NaN}}', "dialect: NaN is not JSON"),
        ('{"a":' * 100_000, "dialect: is nested too deeply"),
        (
            {"zoen": "UTC"},
            "dialect: there is no 'zoen'; there are message_fields, compose_fields, constants, words",
        ),
    ],
)
def test_an_error_names_what_is_no_dialect(source: str | dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read(source)


def test_a_file_that_is_missing_is_named() -> None:
    with pytest.raises(OSError, match=r"/nowhere\.json"):
        read("/nowhere.json")


WRONG: list[tuple[str, object, str]] = [
    ("message_fields", {"subjct": ["subject"]}, "there is no field 'subjct'; there are id, subject"),
    ("message_fields", {"subject": "topic"}, "'subject' needs a list"),
    ("message_fields", {"subject": [5]}, "'subject' needs a list"),
    ("message_fields", {"subject": [""]}, "'subject' needs a list"),
    ("message_fields", {"subject": ["a..b"]}, "'subject' needs a list"),
    ("message_fields", {"subject": ["k" * 101]}, "'subject' needs a list"),
    ("message_fields", {"subject": [".".join("a" * 9)]}, "'subject' needs a list"),
    ("message_fields", {"subject": None}, "'subject' needs a list"),
    ("message_fields", ["subject"], "needs fields and keys"),
    ("compose_fields", {"body": "text"}, "there is no field 'body'"),
    ("compose_fields", {"text": ["text"]}, "'text' needs one key"),
    ("compose_fields", {"text": "a."}, "'text' needs one key"),
    ("compose_fields", {"text": "subject"}, "'subject' is sent already"),
    ("compose_fields", {"text": "data.subject"}, "'subject' is sent already"),
    ("compose_fields", {"text": "mail", "subject": "mail.subject"}, "'mail.subject' lies inside 'mail'"),
    ("compose_fields", {"text": "userData.text"}, "'userData.text' lies inside 'userData'"),
    ("compose_fields", "text", "needs fields and keys"),
    ("constants", ["portal"], "needs keys and values"),
    ("constants", {"": 1}, "'' cannot be a key"),
    ("constants", {"a": None}, "'a' needs a text"),
    ("constants", {"a": {"b": 1}}, "'a' needs a text"),
    ("constants", {"a": "x" * 1_001}, "'a' needs a text of up to 1,000 characters"),
    ("constants", {"subject": "x"}, "'subject' is sent already, as subject"),
    ("constants", {"subject.x": "x"}, "'subject.x' lies inside 'subject'"),
    ("constants", {"a": 1, "a.b": 2}, "'a.b' lies inside 'a'"),
    ("constants", {str(number): 1 for number in range(1_001)}, "needs keys and values"),
    ("words", ["NEW"], "needs words for unread"),
    ("words", {"unred": ["NEW"]}, "there is no field 'unred'; there are unread, read, inbound, outbound"),
    ("words", {"unread": 5}, "'unread' needs a list of words"),
    ("words", {"unread": [None]}, "'unread' has a word that no value can be"),
    ("words", {"unread": ["x" * 1_001]}, "'unread' has a word that no value can be"),
    ("words", {"unread": ["NEW"], "read": ["new "]}, "'new' cannot mean both unread and read"),
    ("words", {"inbound": [1], "outbound": ["1"]}, "'1' cannot mean both inbound and outbound"),
    ("zone", "Mars", "there is no time zone 'Mars'"),
    ("zone", "", "there is no time zone ''"),
    ("zone", "/etc/passwd", "there is no time zone"),
    ("zone", "Europe", "there is no time zone"),
    ("zone", 1, "needs the name of a time zone"),
    ("order", "latest", "needs newest_first or oldest_first"),
    ("order", ["oldest_first"], "needs newest_first or oldest_first"),
    ("list_keys", [], "needs a list of the API's keys"),
    ("list_keys", [1], "needs a list of the API's keys"),
    ("message_keys", {"a": 1}, "needs a list of the API's keys"),
    ("box_addresses", "claims@example.com", "needs a list of addresses"),
    ("box_addresses", ["example.com"], "'example.com' is no whole address"),
    ("box_addresses", ["@example.com"], "is no whole address"),
    ("box_addresses", ["*@*"] * 1_001, "needs a list of addresses"),
]


@pytest.mark.parametrize(("part", "value", "said"), WRONG)
def test_an_error_names_the_part_and_what_is_wrong(part: str, value: object, said: str) -> None:
    with pytest.raises(ValueError, match="^" + part + ": ") as caught:
        read({part: value})
    assert said in str(caught.value)
    assert "pydantic" not in str(caught.value)


def test_the_two_settings_are_checked_in_the_same_way() -> None:
    with pytest.raises(ValueError, match="message_fields: needs fields and keys"):
        read("", ["subject"])
    with pytest.raises(ValueError, match="compose_fields: needs fields and keys"):
        read("", None, "text")


@pytest.mark.parametrize("value", [None, True, 5, 1e300, "", "x" * 100_000, [], [[]], {}, {"x": {"y": []}}])
def test_any_value_of_any_part_is_taken_or_named(value: object) -> None:
    for part in ALL:
        try:
            read({part: value})
        except ValueError as error:
            assert str(error).startswith(f"{part}: ")
