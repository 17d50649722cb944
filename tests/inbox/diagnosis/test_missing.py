"""Fields that customers would miss, and the keys that are suggested for them."""

import json

import pytest

from inbox.diagnosis import State
from inbox.securemail.fields import MESSAGE_FIELDS
from tests.inbox.diagnosis.api import message

LETTER = "Dear Sir or Madam, thank you for your patience.\nYours"


def suggested(report) -> dict[str, list[str]]:
    (line,) = [finding.snippet for finding in report().findings if finding.topic == "Suggestion"]
    return json.loads(line.removeprefix("SECUREMAIL_MESSAGE_FIELDS="))


@pytest.mark.parametrize("field", ["date", "text"])
def test_a_message_without_it_is_a_failure(api, found, field):
    api.change(**{field: None})
    assert MESSAGE_FIELDS[field].if_missing in found(field)


@pytest.mark.parametrize("field", ["subject", "status"])
def test_a_message_without_it_is_a_warning(api, found, report, field):
    api.change(**{field: None})
    assert MESSAGE_FIELDS[{"status": "unread"}.get(field, field)].if_missing in found(
        {"status": "unread"}.get(field, field), State.WARNING
    )
    assert report().failures == 0


def test_an_unknown_direction_is_a_failure(api, found):
    api.change(**{"from": None, "to": None})
    assert "received and sent cannot be told apart" in found("direction")


def test_messages_without_an_id_are_a_failure(api, found):
    api.change(id="a/b")
    assert "no message can be shown" in found("id")


def test_what_some_messages_lack_is_a_warning(api, found, report):
    del api.messages[1]["date"]
    del api.messages[2]["subject"]
    assert "Missing in 1 of 4 messages." in found("date", State.WARNING)
    assert "Missing in 1 of 4 messages." in found("subject", State.WARNING)
    del api.messages[0]["text"]
    assert "Missing in 1 of 2 messages." in found("text", State.WARNING)
    assert report().failures == 0


def test_keys_are_suggested_by_the_look_of_their_values(api, report):
    api.messages = [
        message(
            n,
            date=None,
            text=None,
            subject=None,
            topic="canary",
            counter=n,
            attributes={"created": f"2025-11-{n:02}T10:00:00+01:00", "author": {"mail": "canary"}},
            content={"preview": "canary", "plain": LETTER},
        )
        for n in (4, 3, 2, 1)
    ]
    assert suggested(report) == {
        "subject": ["topic"],
        "date": ["attributes.created"],
        "text": ["content.plain"],
    }


def test_a_suggestion_keeps_what_is_set(api, report, settings):
    settings.SECUREMAIL_MESSAGE_FIELDS = {"subject": ["title", "subject"]}
    api.change(date=None, made=1762178700, createdAt=1762178700)
    assert suggested(report) == {"subject": ["title", "subject"], "date": ["createdAt"]}


def test_the_suggestion_works(api, report, settings):
    api.change(date=None, text=None, **{"from": None, "to": None})
    for n, each in enumerate(api.messages):
        each["meta"] = {"sentOn": f"Mon, 0{n + 1} Dec 2025 10:00:00 +0100", "kind": "outbound"}
        each["meta"]["sentOn"] = f"2025-12-0{4 - n} 10:00:00"
        each["payload"] = {"markup": f"<p>{LETTER}</p>"}
    settings.SECUREMAIL_MESSAGE_FIELDS = suggested(report)
    assert report().failures == 0


def test_nothing_is_suggested_where_nothing_looks_like_it(api, report):
    api.change(date=None, counter=7, flag=True)
    assert "Suggestion" not in {finding.topic for finding in report().findings}


def test_a_key_that_cannot_be_written_down_is_not_suggested(api, report):
    api.change(
        date=None, **{"alice@canary.example": "2025-11-01T08:00:00Z", "deep": {"a.b": "2025-11-01T08:00:00Z"}}
    )
    assert "Suggestion" not in {finding.topic for finding in report().findings}


def test_a_suggestion_goes_into_the_dialect_where_there_is_one(api, found, settings):
    settings.SECUREMAIL_DIALECT = '{"message_fields": {"subject": ["title"]}}'
    settings.SECUREMAIL_MESSAGE_FIELDS = {"sender": ["from"]}
    api.change(date=None, createdAt="2025-11-01T08:00:00Z", title="canary")
    line = '"message_fields": {"subject": ["title"], "date": ["createdAt"]}'
    assert f"In SECUREMAIL_DIALECT: {line}" in found("Suggestion", State.WARNING)


def test_words_that_are_not_known_are_named_by_their_key(api, found, settings):
    api.change(status="canary-7")
    assert "status is there, with values that are no words for unread here." in found("Words", State.WARNING)
    settings.SECUREMAIL_DIALECT = '{"words": {"unread": ["canary-7"]}}'
    assert found("Words", State.WARNING) == ""
    api.messages[0]["status"] = "canary-8"
    assert "status is there" in found("Words", State.WARNING)


def test_keys_in_another_spelling_are_understood(api, report):
    api.change(date=None, text=None, attributes={"sent_date": "2025-11-01T08:00:00Z", "PlainText": "canary"})
    assert report().failures == 0


def test_what_is_beside_a_suggested_key_is_suggested_too(api, report, settings):
    """The guard that hides what is another's needs all that a message says of itself."""
    api.messages = [
        {
            "id": each["id"],
            "content": {
                **{name: each[name] for name in ("subject", "from", "to", "date", "status", "text")},
                "securebox": "claims",
                "body": f"<p>{LETTER}</p>",
                "threadId": "t1",
            },
        }
        for each in api.messages
    ]
    api._with = lambda status: [each for each in api.messages if status in ("all", each["content"]["status"])]
    line = suggested(report)
    assert line == {
        "subject": ["content.subject"],
        "sender": ["content.from"],
        "date": ["content.date"],
        "unread": ["content.status"],
        "text": ["content.text"],
        "recipients": ["content.to"],
        "body": ["content.body"],
        "thread_id": ["content.threadId"],
        "securebox": ["content.securebox"],
    }
    settings.SECUREMAIL_MESSAGE_FIELDS = line
    assert report().failures == 0
