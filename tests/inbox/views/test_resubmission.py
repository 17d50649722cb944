"""A form is submitted after its message was sent or discarded: new text is not lost, sent unasked or saved twice."""

import pytest

from inbox.models import OutgoingMessage
from tests.inbox.helpers import discard
from tests.inbox.windows import COMPOSE, Window

pytestmark = pytest.mark.slow

WORDS = {"subject": "A broken window", "text": "Dear team,\nit broke."}
BOTH = "Your first version may have reached us, or is about to. If you send this one too, we may get both."
SENTENCES = {
    "sent": "Your message was already sent.",
    "discarded": "You discarded this message in another window.",
    "failed": "Your message couldn’t be sent.",
    "unconfirmed": BOTH,
    "queued": BOTH,
    "sending": BOTH,
}
FAULTS = {
    "failed": {"kind": "failure"},
    "unconfirmed": {"kind": "close"},
    "queued": {"kind": "status", "status": 429},
}


QUICK = ("sent", "discarded", "unconfirmed")  # The others are for `make proof`.


@pytest.fixture(
    params=[state if state in QUICK else pytest.param(state, marks=pytest.mark.proof) for state in SENTENCES]
)
def state(request) -> str:
    return request.param


@pytest.fixture
def left_open(alice_client, sandbox, state) -> Window:
    """A window that still shows the compose page of a message that has reached this state since."""
    window = Window(alice_client).save(**WORDS)
    other = Window(alice_client, f"{COMPOSE}?draft={OutgoingMessage.objects.get().nonce}")
    if state == "discarded":
        discard(alice_client, OutgoingMessage.objects.get())
    else:
        if state in FAULTS:
            sandbox.fault(operation="send", times=1, **FAULTS[state])
        window.send()
        if state == "sending":
            OutgoingMessage.objects.update(state=state)
    assert OutgoingMessage.objects.get().state == state
    sandbox.forget_calls()
    return other


@pytest.mark.parametrize("act", ["save", "send"])
@pytest.mark.parametrize(
    "typed",
    [{"text": "One more thing."}, pytest.param({"subject": "Two broken windows"}, marks=pytest.mark.proof)],
)
def test_another_text_is_not_sent_and_becomes_a_new_message(left_open, sandbox, state, typed, act):
    before = dict(left_open.fields)
    getattr(left_open, act)(**typed)
    assert left_open.answer.status_code == 409 and sandbox.calls("send") == []
    assert left_open.shows(SENTENCES[state], "It hasn’t been sent.")
    fields = left_open.fields
    assert {name: fields[name] for name in WORDS} == {**WORDS, **typed}
    assert fields["form"] != before["form"] and fields["version"] == fields["step"] == "0"


def test_the_new_message_can_be_sent(left_open, sandbox):
    left_open.send(text="One more thing.").send()
    assert [call["body"]["data"]["text"] for call in sandbox.calls("send")] == ["One more thing."]
    assert OutgoingMessage.objects.count() == 2


@pytest.mark.parametrize("act", ["save", "send"])
def test_the_same_text_leads_to_the_message(left_open, sandbox, state, act):
    getattr(left_open, act)(text=f" {WORDS['text']}\n")
    assert left_open.answer.redirect_chain
    # A sent message is shown in its conversation.
    assert left_open.answer.context["sent"] if state == "sent" else left_open.shows(f'data-state="{state}"')
    assert sandbox.calls("send") == [] and OutgoingMessage.objects.count() == 1


def test_no_text_is_dropped_if_the_key_is_missing(left_open, sandbox):
    OutgoingMessage.objects.update(encrypted_content="unreadable")
    left_open.send()
    assert left_open.answer.status_code == 409 and left_open.fields["text"] == WORDS["text"]
    assert sandbox.calls("send") == []


def test_an_autosave_returns_the_url_of_the_message(left_open):
    answer = left_open.autosave(text="One more thing.")
    assert answer.status_code == 410
    assert answer.json() == {"url": f"/outgoing/{OutgoingMessage.objects.get().nonce}/"}
