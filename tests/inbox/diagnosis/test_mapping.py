"""The tables of how the API's keys were understood."""

import pytest

from inbox.diagnosis import Table
from tests.inbox.diagnosis.api import message


@pytest.fixture
def tables(report):
    return lambda: {table.title: table for table in report().tables}


def rows(table: Table) -> dict[str, tuple[str, ...]]:
    return {first: rest for first, *rest in ((*row,) for row in table.rows)}


def test_what_each_field_was_taken_from(api, tables):
    api.messages = [message(4, date=1762178700, **{"from": "agent@canary.example"}), message(3)]
    fields = tables()["Fields"]
    assert fields.headings == ("FIELD", "TAKEN FROM, IN LIST", "TAKEN FROM, IN GET")
    found = rows(fields)
    assert found["date"] == ["date (number or string)", "date (number)"]
    assert found["sender"] == ["from (string or object)", "from (string)"]
    assert found["direction"] == ["-", "-"]


def test_a_value_that_cannot_be_used_is_named(api, tables):
    api.change(date={"day": 1})
    assert rows(tables()["Fields"])["date"] == ["not usable: date (object)", "not usable: date (object)"]


def test_keys_that_are_not_understood(api, tables):
    api.change(topic="canary", more={"inner": 1}, **{"alice@canary.example": 1})
    assert tables()["Keys that are not understood"].rows == (
        ("topic", "string"),
        ("more", "object"),
        ("more.inner", "number"),
        ("(no plain name)", "number"),
    )


def test_userdata_and_the_fields_of_a_new_message(api, tables):
    found = tables()
    assert found["Userdata"].rows == (("contract", "string"), ("nested", "object"))
    assert rows(found["A new message"])["address"] == ["fromAddress"]


def test_settings_show_their_effect(api, tables, settings):
    settings.SECUREMAIL_MESSAGE_FIELDS = {"subject": ["topic"], "text": ["more.inner", "text"]}
    settings.SECUREMAIL_COMPOSE_FIELDS = {"text": "body", "first_name": ""}
    api.change(topic="canary", more={"inner": "canary"})
    found = tables()
    assert rows(found["Fields"])["subject*"] == ["topic (string)", "topic (string)"]
    assert rows(found["Fields"])["text*"][1] == "more.inner (string)"
    assert rows(found["A new message"])["text*"] == ["body"]
    assert rows(found["A new message"])["first_name*"] == ["left out"]
    assert "more" not in rows(found["Keys that are not understood"])
    assert "* as set by you" in found["Fields"].note
    assert "* as set by you" in found["A new message"].note
