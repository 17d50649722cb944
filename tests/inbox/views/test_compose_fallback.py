"""Text that cannot be saved is shown again, and never saved for another consumer."""

import pytest
import time_machine

from inbox.models import OutgoingMessage
from inbox.outgoing import compose_token
from portal.accounts.models import Consumer
from tests.conftest import sign_in
from tests.inbox.windows import COMPOSE, Window, draft_texts

WORDS = {"subject": "A broken window", "text": "Dear team,\nit broke."}
NOT_SAVED = "Nothing was sent or saved."


@pytest.fixture
def window(alice_client) -> Window:
    return Window(alice_client)


@pytest.fixture(params=["the box is closed to her", "her address is not verified"])
def shut_out(request, window, alice, claims) -> Window:
    """Alice's open compose page, after she has lost access to the securebox."""
    if request.param == "the box is closed to her":
        claims.consumers.remove(alice)
    else:
        alice.emailaddress_set.update(verified=False)
    return window


@pytest.mark.parametrize("act", ["save", "send"])
def test_text_that_can_neither_be_sent_nor_saved_is_shown_again(shut_out, sandbox, act):
    sandbox.forget_calls()
    getattr(shut_out, act)(**WORDS)
    assert shut_out.answer.status_code == 403
    assert shut_out.shows(
        "You no longer have access to this department", NOT_SAVED, "A broken window", "it broke."
    )
    assert not OutgoingMessage.objects.exists() and sandbox.calls("send") == []


def test_an_autosave_that_is_not_allowed_returns_403(shut_out):
    assert shut_out.autosave(**WORDS).status_code == 403
    assert not OutgoingMessage.objects.exists()


@pytest.mark.parametrize("act", ["save", "send"])
def test_a_saved_draft_stays_unchanged(window, alice, claims, act):
    window.save(**WORDS)
    before = OutgoingMessage.objects.values().get()
    claims.consumers.remove(alice)
    getattr(window, act)(text="More words.")
    assert window.answer.status_code == 403 and window.shows("More words.")
    assert OutgoingMessage.objects.values().get() == before


# --- In another consumer's session ------------------------------------------------------------------------


@pytest.fixture
def at_bobs(window, bob) -> Window:
    """Alice's page in a browser where Bob has signed in since."""
    window.browser = sign_in(bob)
    return window


@pytest.mark.parametrize("act", ["save", "send"])
def test_text_is_saved_for_its_writer_if_another_consumer_is_signed_in(at_bobs, bob, claims, sandbox, act):
    claims.consumers.remove(bob)
    getattr(at_bobs, act)(**WORDS)
    assert at_bobs.shows("We saved it there as a draft. It hasn’t been sent.")
    assert draft_texts("Alice") == [WORDS["text"]] and sandbox.calls("send") == []


@pytest.mark.parametrize("why", ["no more drafts", "inactive", "another password", "too old"])
def test_text_that_cannot_be_saved_is_not_offered_to_the_signed_in_consumer(at_bobs, alice, monkeypatch, why):
    make_it_impossible(why, at_bobs, alice, monkeypatch)
    at_bobs.send(**WORDS)
    assert at_bobs.answer.status_code == 403
    assert at_bobs.shows("This was written in another account", NOT_SAVED, "A broken window", "it broke.")
    assert at_bobs.fields.keys() <= {"csrfmiddlewaretoken"} and "Continue writing" not in at_bobs.html
    assert not OutgoingMessage.objects.exists()


def make_it_impossible(why: str, window: Window, alice: Consumer, monkeypatch) -> None:
    match why:
        case "no more drafts":
            monkeypatch.setattr("inbox.outgoing.drafts.MAX_DRAFTS", 0)
        case "inactive":
            Consumer.objects.filter(pk=alice.pk).update(is_active=False)
        case "another password":
            alice.set_password("a-lamp-by-the-window")
            alice.save()
        case "too old":
            form = compose_token.read(window.fields["form"])
            with time_machine.travel("2020-01-01T12:00Z"):
                window.fields["form"] = compose_token.sign(form)


# --- A conflict with a text that cannot be decrypted ------------------------------------------------------


def test_a_conflict_with_a_text_that_cannot_be_decrypted_shows_the_submitted_one(window, alice_client):
    window.save(**WORDS)
    second = Window(alice_client, f"{COMPOSE}?draft={OutgoingMessage.objects.get().nonce}")
    window.save(text="From the first.")
    OutgoingMessage.objects.update(encrypted_content="unreadable")
    second.save(text="From the second.")
    assert second.answer.status_code == 409 and second.fields["text"] == "From the second."
    assert second.shows("This draft was changed in another window") and "Show the other" not in second.html
    assert second.save().fields["text"] == "From the second."
