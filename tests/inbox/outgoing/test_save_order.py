"""Two saves of one tab in flight at once: the text that was typed last wins, whichever arrives last."""

import pytest
from django.test import Client

from inbox.models import OutgoingMessage
from tests.inbox.windows import COMPOSE, Window

pytestmark = pytest.mark.postgresql

DRAFT = f"{COMPOSE}draft/"


@pytest.fixture
def window(alice_client) -> Window:
    return Window(alice_client)


def post(window: Window, step: int, text: str, address: str = DRAFT, **more: str) -> int:
    """Save as the script does, with the sequence number of the save in `step`. Returns the status."""
    typed = {"subject": "A window", "text": text, "step": step}
    return window.browser.post(address, {**window.fields, **typed, **more}).status_code


def saved_text(browser: Client) -> str:
    """The text of the only draft."""
    return Window(browser, f"{COMPOSE}?draft={OutgoingMessage.objects.get().nonce}").fields["text"]


@pytest.mark.parametrize("saved_before", [True, False])
def test_an_autosave_that_arrives_after_a_later_save_of_the_button_does_not_win(
    window, alice_client, saved_before
):
    if saved_before:
        window.autosave(text="At first.")
    assert post(window, 2, "Typed last.", COMPOSE, action="save") == 302
    assert post(window, 1, "Typed before.") == 409
    assert saved_text(alice_client) == "Typed last."


def test_an_autosave_that_arrives_after_a_later_autosave_does_not_win(window, alice_client):
    assert [post(window, 2, "Typed last."), post(window, 1, "Typed before.")] == [200, 409]
    assert saved_text(alice_client) == "Typed last."


def test_an_autosave_that_arrives_after_sending_does_not_win(window, sandbox):
    assert post(window, 2, "Typed last.", COMPOSE) == 302
    assert post(window, 1, "Typed before.") == 410
    assert [call["body"]["data"]["text"] for call in sandbox.calls("send")] == ["Typed last."]


def test_saves_that_arrive_in_order_are_both_accepted(window, alice_client):
    assert [post(window, 1, "Typed before."), post(window, 2, "Typed last.")] == [200, 200]
    assert saved_text(alice_client) == "Typed last."


def test_the_same_save_twice_is_not_a_conflict(window, alice_client):
    assert [post(window, 1, "The same."), post(window, 1, "The same.")] == [200, 200]
    assert saved_text(alice_client) == "The same."


def test_a_page_without_scripts_can_be_submitted_again(window, alice_client):
    assert window.fields["step"] == "0"
    assert [post(window, 0, text, COMPOSE, action="save") for text in ("One.", "Two.")] == [302, 302]
    assert saved_text(alice_client) == "Two."


def test_a_page_that_is_shown_again_continues_counting_its_saves(window, alice_client):
    post(window, 3, "Saved.")
    window.fields |= {"step": "4"}
    window.send(subject="", text="Without a subject.")
    assert window.answer.status_code == 422 and window.fields["step"] == "4"
    assert post(window, 5, "Goes on.") == 200 and saved_text(alice_client) == "Goes on."
