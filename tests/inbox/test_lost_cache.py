"""Without the cache, people read, write and send as always; only the badges are unknown."""

import pytest
from django.core.management import call_command
from django.test import Client

from tests.conftest import sign_in
from tests.inbox.helpers import LETTER, compose_form, make_due, references, reload, send
from tests.support.lost_cache import redis_at, unused_port

ALICE = "alice@example.com"


@pytest.fixture
def alice_client(alice, sandbox, settings) -> Client:
    """Alice's browser, signed in. Her unread mail has been counted before the cache was lost."""
    for number in range(3):
        sandbox.add(ALICE, securebox="Claims01", subject=f"Letter {number}")
    client = sign_in(alice)
    assert client.get("/unread.json").json()["total"] == 3
    settings.CACHES = redis_at(unused_port())
    sandbox.forget_calls()
    return client


@pytest.mark.parametrize("path", ["/", "/inbox/claims/", "/outgoing/"])
def test_pages_are_shown_without_numbers_on_their_badges(alice_client, path):
    answer = alice_client.get(path)
    html = answer.content.decode()
    assert answer.status_code == 200 and "<span data-number></span>" in html
    assert "Letter 1" in html or path != "/inbox/claims/"


def test_polls_say_unknown_and_never_zero_and_do_not_ask_the_api(alice_client, sandbox):
    for _ in range(3):
        answer = alice_client.get("/unread.json").json()
        assert answer["total"] is None and answer["secureboxes"] == {"claims": None, "billing": None}
    assert sandbox.calls() == []


def test_messages_are_opened_marked_and_deleted(alice_client, sandbox):
    first, second, third = references(alice_client)
    assert alice_client.get(f"/inbox/claims/{first}/?new").status_code == 200
    alice_client.post("/inbox/claims/selected/", {"reference": second, "action": "read"})
    alice_client.post(f"/inbox/claims/{third}/delete/")
    assert references(alice_client) == [first, second]
    states = {mail["subject"]: mail["status"] for mail in sandbox.messages(ALICE)}
    assert (states["Letter 1"], states["Letter 2"]) == ("read", "read")


def test_a_message_is_kept_as_a_draft_and_sent(alice_client, sandbox):
    form = compose_form(alice_client)
    saved = alice_client.post("/inbox/claims/compose/", {**form, "action": "save"}, follow=True)
    assert LETTER["subject"] in saved.content.decode()
    message = send(alice_client)
    assert message.state == "sent" and "Your message was sent" in (
        alice_client.get(f"/outgoing/{message.nonce}/").content.decode()
    )
    assert alice_client.get(f"/outgoing/{message.nonce}/state.json").json()["state"] == "sent"
    assert alice_client.get(f"/outgoing/{message.nonce}/receipt/").status_code == 200


def test_commands_go_on(alice_client, sandbox, capsys):
    sandbox.fault("status", status=429, operation="send")
    message = send(alice_client)
    make_due(message)
    sandbox.heal()
    call_command("deliver")
    call_command("tidy")
    assert reload(message).state == "sent"
