"""The shape of a response has names and types, and no content."""

from inbox.securemail import ResponseShape
from inbox.securemail.response_shape import json_types
from tests.securemail.conftest import MakeClient
from tests.support.wire import Wire, envelope, reply


def test_the_callback_gets_names_types_and_used_keys(make_client: MakeClient, wire: Wire) -> None:
    seen: list[ResponseShape] = []
    entries = [
        {"id": "m1", "subject": "canary", "to": [{"address": "canary@example.com"}]},
        {"interactionId": 7},
    ]
    wire.script(reply(envelope(data=entries)))
    make_client(on_response=seen.append).list_messages("alice@example.com")
    (shape,) = seen
    assert (shape.operation, shape.http_status) == ("list", 200)
    assert shape.types["data[].subject"] == "string"
    assert shape.types["data[].to[].address"] == "string"
    assert shape.used_keys == {
        "id": ("id", "interactionId"),
        "subject": ("subject",),
        "recipients": ("to",),
    }
    assert "canary" not in repr(shape)
    assert 0 < shape.seconds < 5


def test_each_json_type_has_a_name() -> None:
    payload = {"a": [1, "x", None], "b": {"c": True, "d": 1.5}, "e": []}
    assert json_types(payload) == {
        "a": "list",
        "a[]": "number or string or null",
        "b": "object",
        "b.c": "boolean",
        "b.d": "number",
        "e": "list",
    }


def test_a_key_that_is_no_plain_name_is_not_shown() -> None:
    types = json_types({"alice@example.com": 1, "a\x1b[2J": 1, "x" * 65: 1, "plain name": 1})
    assert set(types) == {"(no plain name)", "plain name"}


def test_depth_and_number_of_names_are_limited() -> None:
    deep: object = 1
    for _ in range(500):
        deep = {"a": deep}
    assert len(json_types(deep)) == 6
    assert len(json_types({f"key{number}": 1 for number in range(1000)})) == 300
