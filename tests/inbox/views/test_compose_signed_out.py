"""A session ends, or another consumer signs in, while a message is written: no text is lost, sent or shown."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core import signing
from django.test import Client

from inbox.models import OutgoingMessage, Securebox
from portal.accounts.models import Consumer
from tests.conftest import sign_in
from tests.inbox.helpers import discard, only_reference
from tests.inbox.windows import COMPOSE, Window, draft_texts, strict

PASSWORD = "a-lamp-by-the-window"
WORDS = {"subject": "A broken window", "text": "Dear team,\nit broke."}
EXPIRED = "This form has expired"


@pytest.fixture
def window(alice, sandbox) -> Window:
    """Alice's open compose page; her session has ended since."""
    window = Window(strict(alice))
    Session.objects.all().delete()
    return window


def sign_in_through_the_page(window: Window) -> None:
    """Sign in with the form of the page that the window shows."""
    assert 'name="login"' in window.html and "it broke." not in window.html
    action = html.unescape(re.search(r'<form[^>]*action="([^"]*login[^"]*)"', window.html)[1])
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', window.html))
    form = {name: html.unescape(value) for name, value in hidden.items()}
    alice = Consumer.objects.get(email="alice@example.com")
    alice.set_password(PASSWORD)
    alice.save()
    form |= {"login": alice.email, "password": PASSWORD}
    window.show(window.browser.post(action, form, follow=True))


@pytest.mark.parametrize("act", ["save", "send"])
def test_the_text_is_there_after_signing_in(window, sandbox, act):
    getattr(window, act)(**WORDS)
    sign_in_through_the_page(window)
    assert window.shows("You were signed out. We saved your draft. It hasn’t been sent yet.")
    assert {name: window.fields[name] for name in WORDS} == WORDS
    assert sandbox.calls("send") == []


def test_the_saved_text_can_be_sent_once(window, sandbox):
    window.send(**WORDS)
    sign_in_through_the_page(window)
    window.send()
    assert [call["body"]["data"]["text"] for call in sandbox.calls("send")] == [WORDS["text"]]
    assert draft_texts() == []


def test_an_autosave_leads_to_the_same_draft_after_signing_in(window):
    address = window.autosave(**WORDS).json()["url"]
    window.show(window.browser.get(address))
    sign_in_through_the_page(window)
    assert window.fields["text"] == WORDS["text"] and window.shows("We saved your draft.")


def test_an_answer_is_saved_as_an_answer(alice_client, alice, sandbox):
    sandbox.add("alice@example.com", "Your visit", securebox="Claims01")
    window = Window(alice_client, f"{COMPOSE}?reply={only_reference(alice_client)}")
    alice_client.logout()
    window.send(text="Gladly.", quote="> see you")
    again = Window(sign_in(alice), f"{COMPOSE}?reply={only_reference(sign_in(alice))}")
    assert again.fields["text"] == "Gladly." and again.fields["quote"] == "> see you"
    assert again.fields["include_quote"] == "on"


def test_submitting_again_saves_the_same_draft(window):
    for _ in range(3):
        window.browser.post(COMPOSE, {**window.fields, **WORDS})
    assert draft_texts() == [WORDS["text"]]


def test_a_tab_replaces_what_it_saved_itself(alice_client):
    window = Window(alice_client)
    window.autosave(text="Before.")
    alice_client.logout()
    window.send(text="After.")
    assert draft_texts() == ["After."]


def test_a_conflict_saves_both_texts(alice_client):
    first = Window(alice_client).save(text="One.")
    second = Window(alice_client, f"{COMPOSE}?draft={OutgoingMessage.objects.get().nonce}")
    first.save(text="From the first.")
    alice_client.logout()
    for _ in range(2):
        alice_client.post(COMPOSE, {**second.fields, "text": "From the second."})
    assert draft_texts() == ["From the first.", "From the second."]


def test_a_second_draft_that_was_changed_sent_or_discarded_is_not_overwritten(alice_client, alice, sandbox):
    first = Window(alice_client).save(subject="One", text="One.")
    second = Window(alice_client, f"{COMPOSE}?draft={OutgoingMessage.objects.get().nonce}")
    first.save(text="From the first.")
    alice_client.logout()
    for number, action in enumerate(["edit", "send", "discard"]):
        alice_client.post(COMPOSE, {**second.fields, "text": f"Typed {number}."})
        beside = OutgoingMessage.objects.latest("pk")
        settle(beside, alice, action)
    answer = alice_client.post(COMPOSE, {**second.fields, "text": "Typed at last."})
    assert answer.status_code == 302 and answer.url.startswith("/accounts/login/")
    assert (
        draft_texts() == ["Edited.", "From the first.", "Typed at last."] and len(sandbox.calls("send")) == 1
    )


def settle(draft: OutgoingMessage, writer: Consumer, action: str) -> None:
    """Change, send or discard a draft, signed in as its writer."""
    window = Window(sign_in(writer), f"{COMPOSE}?draft={draft.nonce}")
    if action == "discard":
        discard(window.browser, draft)
    elif action == "send":
        window.send()
    else:
        window.save(text="Edited.")


def test_text_typed_after_sending_becomes_another_draft(alice_client, sandbox):
    window = Window(alice_client)
    alice_client.post(COMPOSE, {**window.fields, **WORDS})
    alice_client.logout()
    window.send(subject="A broken window", text="One more thing.")
    assert len(sandbox.calls("send")) == 1 and draft_texts() == ["One more thing."]


def test_a_signed_out_visitor_is_shown_nothing(window):
    window.save(**WORDS)
    anybody = Client()
    nonce = OutgoingMessage.objects.get().nonce
    for address in (f"{COMPOSE}?draft={nonce}", f"/outgoing/{nonce}/", "/outgoing/", COMPOSE):
        answer = anybody.get(address)
        assert answer.url.startswith("/accounts/login/") and answer.content == b""
    assert anybody.get(f"/outgoing/{nonce}/state.json").status_code == 401


@pytest.mark.parametrize("who", ["bob", "charlie"])
def test_another_account_that_signs_in_sees_nothing(window, request, who):
    window.send(**WORDS)
    browser = sign_in(request.getfixturevalue(who))
    kept = f"{COMPOSE}?draft={OutgoingMessage.objects.get().nonce}&kept="
    assert browser.get(kept).status_code == 404
    assert b"A broken window" not in browser.get("/outgoing/").content


@pytest.mark.parametrize("act", ["save", "send"])
def test_text_submitted_in_anothers_session_is_saved_for_its_writer(window, bob, sandbox, act):
    window.browser = sign_in(bob)
    getattr(window, act)(**WORDS)
    assert window.shows(
        "You wrote this in another account. We saved it there as a draft. It hasn’t been sent."
    )
    assert not window.shows("A broken window") and sandbox.calls("send") == []
    assert OutgoingMessage.objects.get().consumer.email == "alice@example.com" and draft_texts() == [
        WORDS["text"]
    ]


def test_text_written_to_another_securebox_is_saved_there(alice_client, sandbox):
    window = Window(alice_client)
    alice_client.post("/inbox/billing/compose/", {**window.fields, **WORDS})
    assert OutgoingMessage.objects.get().securebox.slug == "claims" and sandbox.calls("send") == []


# --- Invalid tokens ---------------------------------------------------------------------------------------


def forged(signed: str, bob: Consumer) -> dict[str, str]:
    other = signing.dumps([bob.pk, "claims", "", "0" * 32], salt="inbox.elsewhere")
    return {
        "empty": "",
        "made up": "x:y:z",
        "altered": signed[:-1] + ("A" if signed[-1] != "A" else "B"),
        "other words before the signature": other.split(":")[0] + ":" + signed.partition(":")[2],
        "signed for something else": other,
    }


@pytest.mark.parametrize("kind", forged("x:y:z", Consumer(pk=1)))
@pytest.mark.parametrize("signed_in", [True, False])
def test_a_forged_token_saves_and_sends_nothing(window, alice, bob, sandbox, kind, signed_in):
    window.browser = sign_in(alice) if signed_in else Client()
    window.fields["form"] = forged(window.fields["form"], bob)[kind]
    assert window.autosave(**WORDS).status_code == 403
    window.send(**WORDS)
    assert window.answer.status_code == 403 and window.shows(EXPIRED, "A broken window", "it broke.")
    assert not OutgoingMessage.objects.exists() and sandbox.calls("send") == []


def test_a_token_signed_with_a_removed_key_shows_the_text_again(window, settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-key", []
    window.send(**WORDS)
    assert window.answer.status_code == 403 and window.shows(EXPIRED, "it broke.", "You’re signed out.")


def test_an_expired_token_shows_the_text_again(alice_client):
    with time_machine.travel("2026-01-01T12:00Z", tick=False):
        window = Window(alice_client)
    alice_client.logout()
    with time_machine.travel("2026-04-02T12:00Z", tick=False):
        window.send(**WORDS)
    assert window.answer.status_code == 403 and window.shows(EXPIRED, "it broke.", "You’re signed out.")


@pytest.mark.parametrize(("hours", "kept"), [(11.9, True), (12.1, False)])
def test_text_is_saved_without_signing_in_for_twelve_hours(alice_client, hours, kept):
    opened = datetime(2026, 1, 1, 12, tzinfo=UTC)
    with time_machine.travel(opened, tick=False):
        window = Window(alice_client)
    alice_client.logout()
    with time_machine.travel(opened + timedelta(hours=hours), tick=False):
        assert window.autosave(**WORDS).status_code == (401 if kept else 403)
        window.send()
    assert OutgoingMessage.objects.exists() == kept
    assert kept or window.shows(EXPIRED, "it broke.", "You’re signed out.")


def test_a_token_from_before_a_password_change_shows_the_text_again(window, alice):
    alice.set_password(PASSWORD)
    alice.save()
    assert window.autosave(**WORDS).status_code == 403
    window.send()
    assert window.answer.status_code == 403 and window.shows(EXPIRED, "it broke.", "You’re signed out.")
    assert not OutgoingMessage.objects.exists()


def test_knowing_the_version_of_a_draft_is_not_enough_to_overwrite_it(alice_client):
    window = Window(alice_client).save(text="Alice's own.")
    current = Window(alice_client, f"{COMPOSE}?draft={OutgoingMessage.objects.get().nonce}")
    alice_client.logout()
    stolen = {
        **window.fields,
        "page": "another",
        "version": current.fields["version"],
        "text": "A stranger's.",
    }
    for name in ("another", ""):
        alice_client.post(COMPOSE, {**stolen, "page": name})
    assert draft_texts() == ["A stranger's.", "A stranger's.", "Alice's own."]


def test_a_token_signed_with_the_previous_key_is_accepted(window, settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-key", [settings.SECRET_KEY]
    window.send(**WORDS)
    assert draft_texts() == [WORDS["text"]]


def test_a_post_without_a_token_leads_to_sign_in(client, alice):
    answer = client.post(COMPOSE, WORDS)
    assert answer.url == f"/accounts/login/?next={COMPOSE}"
    assert client.post(f"{COMPOSE}draft/", WORDS).status_code == 403
    assert not OutgoingMessage.objects.exists()


@pytest.mark.parametrize("gone", ["account", "inactive account", "box"])
def test_text_for_a_deleted_account_or_securebox_is_shown_again(window, alice, claims, gone):
    if gone == "account":
        alice.delete()
    elif gone == "inactive account":
        Consumer.objects.filter(pk=alice.pk).update(is_active=False)
    else:
        Securebox.objects.filter(pk=claims.pk).delete()
    window.send(**WORDS)
    assert window.answer.status_code == 403 and window.shows(EXPIRED, "it broke.")
    assert not OutgoingMessage.objects.exists()


def test_too_many_drafts_show_the_text_again(window, monkeypatch):
    monkeypatch.setattr("inbox.outgoing.drafts.MAX_DRAFTS", 0)
    assert window.autosave(**WORDS).status_code == 413
    window.send()
    assert window.answer.status_code == 403 and window.shows(EXPIRED, "it broke.", "You’re signed out.")
    assert window.shows("You have 0 drafts, and we can’t save more.")


def test_text_that_was_sent_is_not_saved_again(alice_client, sandbox):
    window = Window(alice_client)
    window.browser.post(COMPOSE, {**window.fields, **WORDS})
    alice_client.logout()
    window.send(**WORDS)
    assert len(sandbox.calls("send")) == 1
    assert OutgoingMessage.objects.get().state == OutgoingMessage.State.SENT
