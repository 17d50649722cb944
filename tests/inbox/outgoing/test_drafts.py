"""Drafts: saved for their writer only, within limits, and deleted when they are old."""

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from inbox.models import OutgoingMessage
from inbox.outgoing import compose_token
from inbox.outgoing.content import Content, decrypt
from inbox.outgoing.drafts import MAX_DRAFTS, Conflict, EditorTab, save
from tests.conftest import sign_in
from tests.inbox.helpers import discard, only_reference, references
from tests.inbox.windows import COMPOSE, Window

pytestmark = pytest.mark.postgresql("inbox.outgoing.drafts")

ALICE = "alice@example.com"
WORDS = {"subject": "A broken window", "text": "Dear team,\nit broke."}


@pytest.fixture
def window(alice_client) -> Window:
    return Window(alice_client)


def drafts():
    return OutgoingMessage.objects.filter(state=OutgoingMessage.State.DRAFT)


@time_machine.travel("2026-11-03T14:05:20Z", tick=False)
def test_the_button_saves_the_text_and_shows_the_time(window, sandbox):
    window.save(**WORDS)
    assert window.answer.redirect_chain and window.shows("Saved <time datetime=", ">14:05</time>")
    assert {name: window.fields[name] for name in WORDS} == WORDS
    assert sandbox.calls("send") == []


def test_a_draft_is_listed_with_its_subject_and_securebox(window, alice_client):
    window.save(**WORDS)
    html = alice_client.get("/outgoing/").content.decode()
    assert "A broken window" in html and "Claims" in html and 'data-state="draft"' in html


def test_a_draft_can_be_continued_on_another_device(window, alice, sandbox):
    window.save(**WORDS)
    other = Window(sign_in(alice), f"{COMPOSE}?draft={drafts().get().nonce}")
    other.send(text=f"{other.fields['text']}\nToday.")
    assert sandbox.calls("send")[0]["body"]["data"]["text"] == "Dear team,\nit broke.\nToday."
    assert sandbox.calls("send")[0]["body"]["data"]["subject"] == "A broken window"
    assert not drafts().exists()


def test_saving_twice_keeps_one_draft(window):
    window.save(**WORDS).save(text="Better words.")
    assert window.fields["text"] == "Better words." and drafts().count() == 1


def test_a_subject_without_a_text_is_saved(window):
    window.save(subject="A broken window")
    assert window.fields["subject"] == "A broken window" and drafts().count() == 1


def test_an_empty_form_is_not_saved(window):
    window.save(subject=" ", text="\n")
    assert window.shows("There’s nothing to save yet.") and not drafts().exists()


def test_a_draft_can_be_emptied(window):
    window.save(**WORDS).save(subject="", text="")
    assert window.fields["text"] == "" and drafts().count() == 1


def test_a_draft_can_contain_text_that_could_not_be_sent(window):
    text = "bell \x07 " + "x" * 20_000
    window.save(subject="two\nlines", text=text)
    assert window.fields["text"] == text


def test_a_new_message_is_empty_and_mentions_the_draft(window, alice_client):
    window.save(**WORDS)
    anew = Window(alice_client)
    assert anew.fields["text"] == "" and anew.shows(
        "You have an unfinished message to Claims.", f'?draft={drafts().get().nonce}"'
    )


def test_a_sent_draft_is_not_listed_as_a_draft(window, alice_client, sandbox):
    window.save(**WORDS).send()
    assert len(sandbox.calls("send")) == 1 and not drafts().exists()
    assert 'data-state="draft"' not in alice_client.get("/outgoing/").content.decode()


def test_discarding_a_draft_deletes_its_text(window, alice_client):
    window.save(**WORDS)
    discarded = discard(alice_client, drafts().get())
    assert "Message discarded." in discarded and "A broken window" not in discarded


# --- Answers ----------------------------------------------------------------------------------------------


@pytest.fixture
def answering(alice_client, sandbox) -> Window:
    """Alice's saved answer to a message."""
    sandbox.add(ALICE, "Your visit", securebox="Claims01", text="see you")
    return Window(alice_client, f"{COMPOSE}?reply={only_reference(alice_client)}").save(
        text="Gladly.", quote="> see you"
    )


def test_answering_a_message_again_continues_the_draft(answering, alice_client):
    again = Window(alice_client, f"{COMPOSE}?reply={only_reference(alice_client)}")
    assert again.fields["text"] == "Gladly." and again.fields["subject"] == "Re: Your visit"
    assert again.fields["quote"] == "> see you" and again.fields["include_quote"] == "on"
    assert again.shows("Back to the message") and drafts().count() == 1


def test_a_removed_quote_stays_removed(answering, alice_client):
    del answering.fields["include_quote"]
    answering.save()
    assert (
        "include_quote" not in Window(alice_client, f"{COMPOSE}?reply={only_reference(alice_client)}").fields
    )


def test_answering_another_message_does_not_continue_the_draft(answering, alice_client, sandbox):
    sandbox.add(ALICE, "Your bill", securebox="Claims01")
    other = next(one for one in references(alice_client) if one not in drafts().get().reply)
    assert Window(alice_client, f"{COMPOSE}?reply={other}").fields["text"] == ""
    assert Window(alice_client).fields["text"] == ""


# --- Yours only -------------------------------------------------------------------------------------------


def test_a_draft_is_not_shown_in_another_securebox(window, alice_client):
    window.save(**WORDS)
    assert alice_client.get(f"/inbox/billing/compose/?draft={drafts().get().nonce}").status_code == 404


@pytest.mark.parametrize("who", ["bob", "charlie"])
def test_others_do_not_see_a_draft(window, request, who):
    window.save(**WORDS)
    browser = sign_in(request.getfixturevalue(who))
    nonce = drafts().get().nonce
    assert browser.get(f"{COMPOSE}?draft={nonce}").status_code == 404
    assert b"A broken window" not in browser.get("/outgoing/").content


@pytest.mark.parametrize("draft", ["", "x", "00000000-0000-4000-8000-000000000000", "1" * 5000, "\x00", "é"])
def test_an_unknown_draft_is_a_404(alice_client, draft):
    assert alice_client.get(COMPOSE, {"draft": draft}).status_code == 404


def test_a_draft_to_a_closed_securebox_is_shown_but_cannot_be_sent(window, alice_client, alice, claims):
    window.save(**WORDS)
    claims.consumers.remove(alice)
    address = f"/outgoing/{drafts().get().nonce}/"
    assert f'href="{address}"' in alice_client.get("/outgoing/").content.decode()
    shown = alice_client.get(address).content.decode()
    assert "it broke." in shown and "so you can’t send this draft" in shown and COMPOSE not in shown
    assert alice_client.get(f"{COMPOSE}?draft={drafts().get().nonce}").status_code == 404
    assert "Message discarded." in discard(alice_client, drafts().get())


# --- Limits and time --------------------------------------------------------------------------------------


def test_too_many_drafts_show_an_error_and_keep_the_text_on_the_page(window, monkeypatch):
    monkeypatch.setattr("inbox.outgoing.drafts.MAX_DRAFTS", 0)
    window.save(**WORDS)
    assert window.answer.status_code == 422 and window.shows("You have 0 drafts, and we can’t save more.")
    assert window.fields["text"] == WORDS["text"] and not drafts().exists()


def test_the_last_allowed_draft_can_still_be_changed(alice_client, alice, claims, monkeypatch):
    assert MAX_DRAFTS == 50
    monkeypatch.setattr("inbox.outgoing.drafts.MAX_DRAFTS", 5)
    for _ in range(4):
        Window(alice_client).autosave(text="x")
    last = Window(alice_client).save(text="The last.")
    assert drafts().count() == 5 and last.save(text="Changed.").fields["text"] == "Changed."
    assert Window(alice_client).save(text="One more.").answer.status_code == 422 and drafts().count() == 5


def test_a_text_that_is_too_long_shows_an_error_and_stays_on_the_page(window):
    window.save(text="x" * 100_001)
    assert window.answer.status_code == 422 and window.shows("This is too long to save.")
    assert len(window.fields["text"]) == 100_001 and not drafts().exists()


def test_a_draft_of_the_maximum_length_is_saved(window):
    window.save(text="x" * 100_000)
    assert len(window.fields["text"]) == 100_000


def test_an_old_draft_is_deleted_and_the_page_announces_it(alice_client, settings):
    settings.PORTAL_DRAFT_DAYS = 30
    with time_machine.travel("2026-11-01T12:00Z", tick=False):
        Window(alice_client).save(text="Old.")
        assert (
            "We delete drafts 30 days after your last change."
            in alice_client.get("/outgoing/").content.decode()
        )
    with time_machine.travel("2026-12-01T11:59Z", tick=False):
        call_command("deliver", verbosity=0)
        assert drafts().exists()
    with time_machine.travel("2026-12-01T12:01Z", tick=False):
        call_command("deliver", verbosity=0)
    assert not drafts().exists()


def test_an_old_page_does_not_resend_a_message_whose_row_was_deleted(alice_client, alice, sandbox):
    with time_machine.travel("2026-01-01T12:00Z", tick=False) as clock:
        old = Window(alice_client)
        alice_client.post(COMPOSE, {**old.fields, **WORDS})
        clock.move_to("2026-04-02T12:00Z")
        call_command("deliver", verbosity=0)
        assert not OutgoingMessage.objects.exists()
        alice_client.force_login(alice)
        old.send(**WORDS)
    assert len(sandbox.calls("send")) == 1
    assert old.answer.status_code == 403 and old.shows("it broke.", "Continue writing")


@pytest.mark.parametrize("state", ["queued", "sending", "unconfirmed"])
def test_a_message_that_is_not_settled_is_never_deleted(alice_client, settings, state):
    Window(alice_client).save(text="Words.")
    OutgoingMessage.objects.update(state=state, saved_at="2001-01-01T00:00Z", settled_at="2001-01-01T00:00Z")
    call_command("deliver", verbosity=0)
    assert OutgoingMessage.objects.filter(state=state).exists()


@pytest.mark.parametrize("state", ["sent", "failed", "discarded", "draft"])
def test_a_recently_settled_message_is_not_deleted_however_old_its_text_is(alice_client, state):
    Window(alice_client).save(text="Words.")
    OutgoingMessage.objects.update(state=state, saved_at="2001-01-01T00:00Z", settled_at=timezone.now())
    call_command("deliver", verbosity=0)
    assert OutgoingMessage.objects.exists()
    OutgoingMessage.objects.update(settled_at="2001-01-01T00:00Z")
    call_command("deliver", verbosity=0)
    assert not OutgoingMessage.objects.exists()


def test_a_late_save_of_a_tab_does_not_replace_a_later_one(alice, claims):
    token = compose_token.issue(alice, claims.slug)
    save(token, claims, Content(text="Typed last."), EditorTab(tab_id="a1", save_seq=2))
    with pytest.raises(Conflict) as conflict:
        save(token, claims, Content(text="Typed before."), EditorTab(tab_id="a1", save_seq=1))
    assert decrypt(conflict.value.current).text == decrypt(drafts().get()).text == "Typed last."
