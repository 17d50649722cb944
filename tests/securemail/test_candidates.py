"""Which keys look as if they held a field, by their values alone."""

import pytest

from inbox.securemail.candidates import candidates

LETTER = "Thank you for your patience with us in these days."


@pytest.mark.parametrize(
    ("field", "key", "value"),
    [
        ("id", "k", "bff348eb-dd5f-47d6-bf96-0e75b8ecf7ca"),
        ("id", "mailNumber", 4711),
        ("date", "k", "2025-11-03T14:05:00+01:00"),
        ("date", "k", "Mon, 03 Nov 2025 14:05:00 +0000"),
        ("date", "createdAt", 1762178700),
        ("sender", "k", "Jane <jane@example.com>"),
        ("sender", "author", {"email": "jane@example.com"}),
        ("direction", "k", "outbound"),
        ("direction", "kind", 1),
        ("unread", "k", "unread"),
        ("unread", "wasSeen", False),
        ("text", "k", LETTER),
        ("text", "k", "<p>Short</p>"),
        ("text", "content", "Short."),
        ("subject", "title", "Your claim"),
    ],
)
def test_a_value_is_recognised(field: str, key: str, value: object) -> None:
    assert key in candidates([{key: value}])[field]


@pytest.mark.parametrize(
    ("field", "key", "value"),
    [
        ("id", "k", 4711),
        ("date", "k", 1762178700),
        ("date", "date", "soon"),
        ("sender", "k", "Jane"),
        ("direction", "attachmentCount", 0),
        ("unread", "flag", True),
        ("text", "k", "Short."),
        ("subject", "k", "Your claim"),
        ("subject", "title", "jane@example.com"),
        ("text", "text", ""),
        ("text", "text", None),
    ],
)
def test_what_could_be_anything_is_not(field: str, key: str, value: object) -> None:
    assert field not in candidates([{key: value}])


def test_each_value_has_to_look_like_it() -> None:
    assert "date" not in candidates([{"k": "2025-11-03T14:05:00Z"}, {"k": "later"}])
    assert candidates([{"k": "2025-11-03T14:05:00Z"}, {"k": ""}, {}])["date"] == ("k",)


def test_an_id_is_never_the_same_twice() -> None:
    assert "id" not in candidates([{"mailId": "a1"}, {"mailId": "a1"}])


def test_the_likeliest_comes_first() -> None:
    raw = {"note": LETTER, "body": {"start": LETTER, "plainText": f"{LETTER} {LETTER}"}}
    assert candidates([raw])["text"][0] == "body.plainText"


def test_deep_and_many_keys_are_bounded() -> None:
    deep: dict[str, object] = {"date": "2025-11-03T14:05:00Z"}
    for _ in range(10):
        deep = {"a": deep}
    assert candidates([deep]) == {}
    assert len(candidates([{f"date{n}": "2025-11-03T14:05:00Z" for n in range(1000)}])["date"]) == 300
