"""Before a card number or a password is sent, the page asks once. The findings are not stored."""

import logging

import pytest

from inbox.models import OutgoingMessage
from tests.inbox.helpers import only_reference
from tests.inbox.windows import COMPOSE, Window

CARD = "My card is 4111 1111 1111 1111, thanks."
QUESTION = "Check before you send"


@pytest.fixture
def window(alice_client) -> Window:
    return Window(alice_client)


def sent_texts(sandbox) -> list[str]:
    return [call["body"]["data"]["text"] for call in sandbox.calls("send")]


@pytest.mark.parametrize(
    ("text", "told", "shown"),
    [
        (CARD, "a card number", "…1111"),
        ("My password is Tr0ub4dor!", "a password", "password is"),
        ("PIN: 4711", "a PIN", "PIN:"),
        ("CVV: 123", "a secret code", "CVV:"),
    ],
)
def test_asks_before_sending_and_names_the_findings(window, sandbox, text, told, shown):
    window.send(subject="My claim", text=text)
    assert window.answer.status_code == 422 and window.shows(
        QUESTION, told, shown, "Nothing has been sent yet."
    )
    assert window.fields["text"] == text and window.fields["subject"] == "My claim"
    assert sandbox.calls("send") == []


def test_the_question_does_not_repeat_the_secret(window):
    window.send(subject="My claim", text=CARD)
    assert window.html.count("4111") == 1 and "Send it as it is" in window.html


def test_nothing_is_stored_or_logged_before_the_answer(window, caplog):
    for logger in (None, "inbox", "portal"):
        caplog.set_level(logging.DEBUG, logger)
    window.send(subject="My claim", text=CARD)
    assert not OutgoingMessage.objects.exists()
    assert "4111" not in caplog.text and "1111" not in caplog.text


def test_confirming_sends_the_text_unchanged(window, sandbox):
    window.send(subject="My claim", text=CARD).confirm()
    assert sent_texts(sandbox) == [CARD]


@pytest.mark.parametrize("typed", [{"text": f"{CARD} PIN: 4711"}, {"subject": "PIN: 4711"}])
def test_asks_again_if_the_text_was_changed(window, sandbox, typed):
    window.send(subject="My claim", text=CARD).confirm(**typed)
    assert window.answer.status_code == 422 and window.shows(QUESTION, "a PIN")
    assert sandbox.calls("send") == []
    window.confirm()
    assert sent_texts(sandbox) == [typed.get("text", CARD)]


def test_a_confirmation_cannot_be_sent_in_advance(window, sandbox):
    window.fields["sure"] = "yes"
    assert window.send(subject="My claim", text=CARD).shows(QUESTION) and sandbox.calls("send") == []


def test_a_form_error_after_the_question_is_shown_and_the_question_is_asked_again(window, sandbox):
    window.send(subject="My claim", text=CARD).confirm(subject="")
    assert window.answer.status_code == 422 and window.shows("Enter a subject")
    window.send(subject="My claim")
    assert window.shows(QUESTION) and sandbox.calls("send") == []


def test_a_text_changed_to_contain_no_secret_is_sent(window, sandbox):
    window.send(subject="My claim", text=CARD)
    window.send(text="I will call you.")
    assert sent_texts(sandbox) == ["I will call you."]


def test_the_subject_is_scanned(window, sandbox):
    assert window.send(subject="PIN: 4711", text="See above.").shows(QUESTION)
    assert sandbox.calls("send") == []


def test_a_draft_is_saved_without_asking(window):
    assert window.save(subject="My claim", text=CARD).shows("Saved") and not window.shows(QUESTION)


def test_a_draft_saved_after_the_question_is_asked_about_again(window, sandbox):
    window.send(subject="My claim", text=CARD).save()
    assert window.fields["text"] == CARD
    assert window.send().shows(QUESTION) and sandbox.calls("send") == []


def test_the_quote_is_not_scanned(alice_client, sandbox):
    sandbox.add("alice@example.com", securebox="Claims01", text="Your new PIN: 4711")
    window = Window(alice_client, f"{COMPOSE}?reply={only_reference(alice_client)}")
    assert "PIN: 4711" in window.fields["quote"]
    window.send(text="Thanks.")
    assert "PIN: 4711" in sent_texts(sandbox)[0] and "Thanks." in sent_texts(sandbox)[0]


def test_a_text_without_a_secret_is_sent_without_asking(window, sandbox):
    window.send(subject="CLM-2024-4711", text="Claim 4111 1111 1111 1112, I forgot my password.")
    assert len(sandbox.calls("send")) == 1
