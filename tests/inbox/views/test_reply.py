"""The form at the foot of a conversation: an answer to the open message, without another call to the API."""

from inbox.models import OutgoingMessage
from tests.inbox.helpers import only_reference
from tests.inbox.windows import Window

ALICE = "alice@example.com"


def conversation(browser, sandbox, **letter) -> Window:
    sandbox.add(ALICE, "Your visit", securebox="Claims01", text="See you.", **letter)
    reference = only_reference(browser)
    sandbox.forget_calls()
    return Window(browser, f"/inbox/claims/{reference}/")


def test_an_answer_is_sent_from_there(alice_client, sandbox):
    window = conversation(alice_client, sandbox)
    assert [call["operation"] for call in sandbox.calls() if call["operation"] == "get"] == ["get"]
    assert window.fields["subject"] == "Re: Your visit" and window.action == "/inbox/claims/compose/"
    assert window.send(text="Gladly.").shows("Your message was sent.")
    assert sandbox.calls("send")[0]["body"]["data"]["text"].startswith("Gladly.\n\n")


def test_a_draft_begins_with_the_first_save_and_is_continued_there(alice_client, sandbox):
    window = conversation(alice_client, sandbox)
    assert not OutgoingMessage.objects.exists()
    assert window.autosave(text="Half a").status_code == 200
    again = Window(alice_client, window.answer.request["PATH_INFO"])
    assert again.fields["text"] == "Half a" and not again.shows("Your unfinished replies")
    assert again.send(text="All of it.").shows("Your message was sent.")
    assert OutgoingMessage.objects.get().state == "sent"


def test_an_error_is_shown_on_the_compose_page_with_the_letter(alice_client, sandbox):
    window = conversation(alice_client, sandbox).send(text="")
    assert window.answer.status_code == 422 and window.answer.context["letter"].words == "See you."


def test_a_box_that_is_closed_takes_answers_and_no_follow_up(alice_client, claims, sandbox):
    claims.accepts_messages = False
    claims.save()
    assert conversation(alice_client, sandbox).fields
    sandbox.reset()
    assert conversation(alice_client, sandbox, direction="inbound").fields == {}
