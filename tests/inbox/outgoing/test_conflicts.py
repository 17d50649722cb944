"""Two windows on one draft: the second sees the conflict and can keep either text. No text is lost or sent unasked."""

import pytest

from inbox.models import OutgoingMessage
from tests.inbox.helpers import discard
from tests.inbox.windows import COMPOSE, Window

pytestmark = pytest.mark.postgresql

WORDS = {"subject": "A broken window", "text": "Dear team,\nit broke."}


def drafts():
    return OutgoingMessage.objects.filter(state=OutgoingMessage.State.DRAFT)


@pytest.fixture
def window(alice_client) -> Window:
    return Window(alice_client)


@pytest.fixture
def two_windows(window, alice_client) -> tuple[Window, Window]:
    """Two windows on the same draft; the first has saved after the second was opened."""
    window.save(**WORDS)
    second = Window(alice_client, f"{COMPOSE}?draft={drafts().get().nonce}")
    return window.save(text="From the first."), second


@pytest.mark.parametrize("act", ["save", "send"])
def test_a_conflicting_save_shows_both_texts(two_windows, sandbox, act):
    second = two_windows[1]
    getattr(second, act)(text="From the second.")
    assert second.answer.status_code == 409 and second.shows("This draft was changed in another window at")
    assert second.fields["text"] == "From the second." and second.shows("From the first.")
    assert sandbox.calls("send") == []


def test_the_second_window_can_save_its_own_text(two_windows, alice_client):
    two_windows[1].save(text="From the second.").save()
    assert (
        Window(alice_client, f"{COMPOSE}?draft={drafts().get().nonce}").fields["text"] == "From the second."
    )


def test_the_second_window_can_send_its_own_text(two_windows, sandbox):
    two_windows[1].send(text="From the second.").send()
    assert [call["body"]["data"]["text"] for call in sandbox.calls("send")] == ["From the second."]


def test_the_second_window_can_take_the_saved_text(two_windows, alice_client):
    second = two_windows[1].save(text="From the second.")
    address = f"{COMPOSE}?draft={drafts().get().nonce}"
    assert second.shows(f'href="{address}"', "Use the other version")
    taken = Window(alice_client, address)
    assert taken.fields["text"] == "From the first." and taken.save(text="On.").shows("Saved")


@pytest.mark.parametrize("act", ["save", "send"])
@pytest.mark.parametrize("before", ["send", "discard"])
def test_text_typed_after_another_window_sent_or_discarded_the_draft_is_not_lost(
    two_windows, alice_client, sandbox, act, before
):
    first, second = two_windows
    if before == "send":
        first.send()
    else:
        discard(alice_client, drafts().get())
    sandbox.forget_calls()
    getattr(second, act)(text="One more thing.")
    assert second.answer.status_code == 409 and sandbox.calls("send") == []
    was = "Your message was already sent." if before == "send" else "You discarded this message"
    assert second.shows(was, "It hasn’t been sent.") and second.fields["text"] == "One more thing."
    assert second.save().fields["text"] == "One more thing." and drafts().count() == 1


@pytest.mark.parametrize("act", ["save", "send"])
def test_submitting_text_that_was_already_sent_shows_the_sent_message(window, alice_client, sandbox, act):
    window.save(**WORDS)
    second = Window(alice_client, f"{COMPOSE}?draft={drafts().get().nonce}")
    window.send()
    getattr(second, act)()
    assert second.answer.redirect_chain and second.shows(WORDS["subject"]) and second.answer.context["sent"]
    assert len(sandbox.calls("send")) == 1 and not drafts().exists()


def test_a_change_while_a_conflict_is_shown_is_another_conflict(two_windows):
    first, second = two_windows
    second.save(text="From the second.")
    first.save(text="The first once more.")
    assert second.save().answer.status_code == 409 and second.shows("The first once more.")


def test_the_first_window_gets_the_conflict_once_the_second_has_saved(two_windows):
    first, second = two_windows
    second.save(text="From the second.").save()
    assert first.save(text="Again.").answer.status_code == 409 and first.shows("From the second.")


def test_two_compose_pages_save_two_drafts(alice_client):
    Window(alice_client).save(text="One.")
    Window(alice_client).save(text="Two.")
    assert drafts().count() == 2


def test_a_page_shown_again_with_an_error_does_not_conflict_with_itself(window):
    window.save(**WORDS).send(subject="")
    assert window.answer.status_code == 422 and window.shows("Enter a subject")
    assert window.save(subject="A window").shows("Saved") and window.fields["subject"] == "A window"


@pytest.mark.parametrize("version", ["1", "", "x", "02"])
def test_discarding_an_outdated_version_discards_nothing(two_windows, alice_client, version):
    """The window shows the first version of the draft, which has a second version by now."""
    address = f"/outgoing/{drafts().get().nonce}/discard/"
    answer = alice_client.post(address, {"version": version}, follow=True)
    assert "You can no longer do that." in answer.content.decode()
    assert "From the first." in answer.content.decode() and drafts().get().version == 2


def test_the_page_of_a_draft_can_discard_the_version_it_shows(two_windows, alice_client):
    html = Window(alice_client, f"{COMPOSE}?draft={drafts().get().nonce}").html
    _, _, offered = html.partition('/discard/"')
    assert 'name="version" value="2"' in offered
