"""Transitions: no other module writes outgoing messages, and each starts from its own states only."""

import ast
import inspect
import re
from pathlib import Path

import pytest
from django.utils import timezone

from inbox import outgoing
from inbox.models import OutgoingMessage
from inbox.outgoing import transitions
from tests.inbox.helpers import reload, send

INBOX = Path(transitions.__file__).parents[1]
WRITES = {
    "acreate",
    "asave",
    "aupdate",
    "bulk_create",
    "bulk_update",
    "create",
    "get_or_create",
    "save",
    "update",
    "update_or_create",
}
# Encrypts the same content with another key, and changes nothing else, as a test below says.
ROTATE_KEYS = "management/commands/rotate_keys.py"


def writes(path: Path) -> list[ast.Call]:
    """The calls in this module that can write rows, if it uses OutgoingMessage."""
    tree = ast.parse(path.read_text())
    if not any(isinstance(node, ast.Name) and node.id == "OutgoingMessage" for node in ast.walk(tree)):
        return []
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in WRITES
        and ast.unparse(node.func.value) != "drafts"  # That module's own functions.
    ]


def test_no_other_module_writes_outgoing_messages():
    modules = {str(path.relative_to(INBOX)) for path in INBOX.rglob("*.py") if "migrations" not in path.parts}
    writing = {module for module in modules if writes(INBOX / module)}
    assert writing == {"outgoing/transitions.py", ROTATE_KEYS}


def test_rotating_keys_writes_the_encrypted_content_only():
    (update,) = writes(INBOX / ROTATE_KEYS)
    assert [keyword.arg for keyword in update.keywords] == ["encrypted_content"]


def test_the_diagram_names_every_transition():
    """The docstring of `inbox.outgoing` leads from a state to the function that sets it."""
    changing = {
        name
        for name, function in vars(transitions).items()
        if inspect.isfunction(function) and (name.startswith("create_") or "→" in (function.__doc__ or ""))
    }
    assert set(re.findall(r"──(\w+?)─*>", outgoing.__doc__)) == changing


CHANGES = {
    "requeue": ("sending", lambda message: transitions.requeue(message, "unavailable", timezone.now())),
    "mark_failed": ("sending", lambda message: transitions.mark_failed(message, "refused")),
    "mark_sent": ("sending", lambda message: transitions.mark_sent(message, "m1")),
    "mark_unconfirmed": ("sending", transitions.mark_unconfirmed),
    "claim": ("queued", lambda message: transitions.claim(message.pk)),
    "cancel": ("queued", transitions.cancel),
    "retry_now": ("queued", transitions.retry_now),
    "edit": ("failed", transitions.edit),
    "mark_found": ("unconfirmed", lambda message: transitions.mark_found(message, "m1", None)),
    "send_again": ("unconfirmed", transitions.send_again),
    "restart_lookups": ("unconfirmed", transitions.restart_lookups),
    "discard": ("draft", lambda message: transitions.discard(message, message.encrypted_content)),
}
ALSO_FROM = {("discard", "failed"), ("discard", "unconfirmed")} | {
    # The claim expired, which made the message unconfirmed, and then the outcome was known after all.
    (name, "unconfirmed")
    for name in ("requeue", "mark_failed", "mark_sent")
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_transition_starts_from_its_own_states_only(alice_client, sandbox, name):
    sandbox.fault("status", status=429, operation="send")
    queued = send(alice_client)
    origin, change = CHANGES[name]
    for state in OutgoingMessage.State.values:
        queued.state, queued.unconfirmed_attempts = state, int(state == "unconfirmed")
        queued.save()
        is_allowed = state == origin or (name, state) in ALSO_FROM
        assert change(reload(queued)) is is_allowed, state
        assert is_allowed or times_of(reload(queued)) == times_of(queued), state


def times_of(message: OutgoingMessage) -> tuple[object, ...]:
    return message.state, message.settled_at, message.due_at


@pytest.fixture
def unconfirmed(alice_client, sandbox) -> OutgoingMessage:
    sandbox.fault("close", operation="send")
    return send(alice_client)


def test_discarding_is_refused_if_the_text_was_changed_since_it_was_read(unconfirmed):
    OutgoingMessage.objects.update(version=unconfirmed.version + 1)
    assert not transitions.discard(unconfirmed, "")
    assert reload(unconfirmed).state == "unconfirmed"


def test_sending_again_is_refused_if_it_was_sent_again_since_it_was_read(unconfirmed):
    OutgoingMessage.objects.update(attempts=unconfirmed.attempts + 1)
    assert not transitions.send_again(unconfirmed)
    assert reload(unconfirmed).state == "unconfirmed"


def note_unanswered(message: OutgoingMessage) -> bool:
    return transitions.note_unanswered(message, 0)


@pytest.mark.parametrize("change", [transitions.record_lookup, transitions.postpone_lookup, note_unanswered])
def test_a_lookup_is_not_recorded_over_a_later_one(unconfirmed, change):
    OutgoingMessage.objects.update(lookup_count=unconfirmed.lookup_count + 1)
    before = reload(unconfirmed)
    assert not change(unconfirmed)
    assert (reload(unconfirmed).lookup_count, reload(unconfirmed).due_at) == (1, before.due_at)


def test_a_message_is_not_called_failed_if_an_earlier_attempt_may_have_arrived(unconfirmed):
    OutgoingMessage.objects.update(state="sending")
    assert transitions.mark_failed(reload(unconfirmed), "refused")
    assert reload(unconfirmed).state == "unconfirmed"
