"""The autosave endpoint that the script of the compose page uses."""

from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test.client import BOUNDARY, MULTIPART_CONTENT

from inbox.models import OutgoingMessage
from tests.conftest import sign_in
from tests.inbox.helpers import discard
from tests.inbox.windows import COMPOSE, Window

DRAFT = f"{COMPOSE}draft/"
HOSTILE = [
    "nul \x00 and bell \x07",
    "\ufffe\uffff",
    "👩🏽‍🚒" * 500,
    "<script>alert(1)</script>",
    "\u202eabc",
    "{{ x }}",
]


@pytest.fixture
def window(alice_client) -> Window:
    return Window(alice_client)


def only_row() -> OutgoingMessage:
    return OutgoingMessage.objects.get()


def reopened(browser) -> Window:
    return Window(browser, f"{COMPOSE}?draft={only_row().nonce}")


@time_machine.travel("2026-11-03T14:05:20Z", tick=False)
def test_saving_returns_time_version_and_url(window, sandbox):
    answer = window.autosave(subject="A window", text="It broke.").json()
    assert answer == {"saved": "14:05", "version": 1, "url": f"{COMPOSE}?draft={only_row().nonce}"}
    assert reopened(window.browser).fields["text"] == "It broke."
    assert sandbox.calls("send") == []


def test_saving_again_changes_the_same_draft(window):
    versions = [window.autosave(text=f"It broke. {number}").json()["version"] for number in range(3)]
    assert versions == [1, 2, 3] and reopened(window.browser).fields["text"] == "It broke. 2"


def test_a_saved_page_can_be_sent(window, sandbox):
    window.autosave(subject="A window", text="It broke.")
    window.send(text="It broke today.")
    assert [call["body"]["data"]["text"] for call in sandbox.calls("send")] == ["It broke today."]
    assert only_row().state == OutgoingMessage.State.SENT


def test_a_tab_that_missed_its_last_answer_does_not_conflict_with_itself(window):
    before = dict(window.fields)
    window.autosave(text="One.")
    window.fields = before
    assert window.autosave(text="Two.").status_code == 200
    assert window.save(text="Three.").fields["text"] == "Three."


def test_a_tab_that_missed_its_last_answer_still_conflicts_with_another(window, alice_client):
    window.autosave(text="One.")
    before = dict(window.fields)
    window.autosave(text="Its answer was lost.")
    other = reopened(alice_client)
    other.autosave(text="From the other.")
    window.fields = before
    assert window.autosave(text="Two.").status_code == 409
    assert reopened(alice_client).fields["text"] == "From the other."


def test_a_conflict_returns_409_and_the_text_can_be_saved_then(window, alice_client):
    window.autosave(text="One.")
    other = reopened(alice_client)
    window.autosave(text="From the first.")
    told = other.autosave(text="From the second.")
    assert told.status_code == 409 and told.json()["url"] == f"{COMPOSE}?draft={only_row().nonce}"
    assert reopened(alice_client).fields["text"] == "From the first."
    other.fields["version"] = told.json()["version"]
    assert other.autosave().status_code == 200 and reopened(alice_client).fields["text"] == "From the second."


def test_a_draft_sent_in_another_window_is_neither_saved_nor_sent(window, alice_client, sandbox):
    window.autosave(subject="A window", text="It broke.")
    reopened(alice_client).send()
    told = window.autosave(text="Wait!")
    assert told.status_code == 410 and told.json() == {"url": f"/outgoing/{only_row().nonce}/"}
    assert len(sandbox.calls("send")) == 1 and only_row().state == OutgoingMessage.State.SENT


def test_a_draft_discarded_in_another_window_is_not_saved(window, alice_client):
    window.autosave(text="It broke.")
    discard(alice_client, only_row())
    assert window.autosave(text="Wait!").status_code == 410
    assert only_row().state == OutgoingMessage.State.DISCARDED


def test_too_many_drafts_return_413(window, monkeypatch):
    monkeypatch.setattr("inbox.outgoing.drafts.MAX_DRAFTS", 0)
    told = window.autosave(text="It broke.")
    assert told.status_code == 413 and "we can’t save more" in told.json()["problem"]
    assert not OutgoingMessage.objects.exists()


def test_a_text_that_is_too_long_returns_413_and_the_draft_stays(window):
    window.autosave(text="It broke.")
    told = window.autosave(text="x" * 100_001)
    assert told.status_code == 413 and "too long to save" in told.json()["problem"]
    assert reopened(window.browser).fields["text"] == "It broke."


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_saved_unchanged(window, text):
    assert window.autosave(subject=text, text=text).status_code == 200
    again = reopened(window.browser)
    assert again.fields["text"] == text and again.fields["subject"] == text
    assert "<script>alert" not in again.html


@pytest.mark.parametrize("name", ["version", "page", "form"])
@pytest.mark.parametrize("value", ["", "-1", "x", "٣", "9" * 5000, "1.5", "\x00", "x\x00y", "🜁", "None"])
def test_invalid_hidden_fields_are_handled(window, name, value):
    window.fields[name] = value
    assert window.autosave(text="It broke.").status_code in (200, 403)
    window.fields[name] = value
    assert window.save(text="It broke.").answer.status_code in (200, 403, 409)


@pytest.mark.parametrize(
    "charset", ["utf-8", "utf-7", "unicode_escape", "utf-16", "latin-1", "idna", "zip", "x"]
)
def test_invalid_bytes_in_any_charset_are_handled(alice_client, charset):
    fields = {"text": b"\xff\xfe\xed\xa0\x80 +2AA- \\ud800", "subject": b"\x80", "action": b"save"}
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value
        for name, value in fields.items()
    ]
    body = b"\r\n".join([*parts, f"--{BOUNDARY}--\r\n".encode()])
    for address in (DRAFT, COMPOSE):
        answer = alice_client.generic("POST", address, body, f"{MULTIPART_CONTENT}; charset={charset}")
        assert answer.status_code in (200, 302, 422)
    for draft in OutgoingMessage.objects.all():
        assert alice_client.get(COMPOSE, {"draft": draft.nonce}).status_code == 200
    assert alice_client.get("/outgoing/").status_code == 200


@pytest.mark.parametrize("content_type", ["text/plain", "application/json", "multipart/form-data", ""])
def test_a_body_that_is_not_a_form_is_handled(alice_client, content_type):
    answer = alice_client.post(DRAFT, b"\x00{]", content_type=content_type)
    assert answer.status_code in (200, 400)


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete"])
def test_rejects_other_methods(alice_client, method):
    assert getattr(alice_client, method)(DRAFT).status_code == 405


def test_requires_a_csrf_token(alice, sandbox):
    browser = sign_in(alice)
    browser.handler.enforce_csrf_checks = True
    assert browser.post(DRAFT, {"text": "It broke."}).status_code == 403
    assert not OutgoingMessage.objects.exists()


def test_checks_access_to_the_securebox(charlie, claims):
    assert sign_in(charlie).post(DRAFT, {"text": "It broke."}).status_code == 404
    assert not OutgoingMessage.objects.exists()


def test_the_form_of_another_account_changes_nothing_of_the_signed_in_one(window, bob):
    """The text is kept for its writer: see tests/accounts/sessions/test_reader.py."""
    window.autosave(text="Alice's.")
    answer = sign_in(bob).post(DRAFT, {**window.fields, "text": "Alice's, and more."})
    assert answer.status_code == 403 and answer.json() == {"kept": True}
    assert reopened(window.browser).fields["text"] == "Alice's, and more."
    assert not OutgoingMessage.objects.filter(consumer=bob).exists()


def test_the_form_of_another_securebox_is_refused(window):
    answer = window.browser.post("/inbox/billing/compose/draft/", {**window.fields, "text": "x"})
    assert answer.status_code == 403 and not OutgoingMessage.objects.exists()


def test_after_the_session_has_ended_the_text_is_saved_and_the_answer_leads_to_sign_in(
    window, client, sandbox
):
    sandbox.forget_calls()
    window.autosave(text="Before.")
    window.browser = client
    answer = window.autosave(text="After.")
    address = urlsplit(answer.json()["url"])
    assert answer.status_code == 401 and address.path == "/accounts/login/"
    assert parse_qs(address.query)["next"] == [f"{COMPOSE}?draft={only_row().nonce}&kept="]
    assert b"After." not in answer.content and sandbox.calls("send") == []


def test_after_the_session_has_ended_a_tab_keeps_saving_the_same_draft(window, alice, client):
    window.browser = client
    for text in ("One.", "Two.", "Three."):
        assert window.autosave(text=text).status_code == 401
    assert reopened(sign_in(alice)).fields["text"] == "Three."
