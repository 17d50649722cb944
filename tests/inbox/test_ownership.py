"""What is left of an outgoing message, and of references, once their consumer's address or rights have changed.

What is another's from the beginning is in tests/access.
"""

import uuid

import pytest
from django.utils import timezone

from inbox.models import OutgoingMessage
from inbox.outgoing.content import Content, encrypt
from inbox.references import sign
from inbox.securemail import Direction
from tests.access.names import CHOICES
from tests.conftest import sign_in

pytestmark = pytest.mark.slow

ALICE = "alice@example.com"
NAMING_A_MESSAGE = ["", "body/", "details/", "delete/", "purge/", "withdraw/"]
PUTTING_ASIDE = ["cancel", "edit", "discard"]


@pytest.mark.parametrize("end", NAMING_A_MESSAGE)
def test_references_are_void_after_a_change_of_address(alice_client, alice, sandbox, end):
    reference = sign(ALICE, "Claims01", sandbox.add(ALICE, securebox="Claims01"), Direction.OUTBOUND)
    alice.email = "alice.new@example.com"
    alice.save()
    alice.mark_verified()
    for method in (alice_client.get, alice_client.post):
        assert method(f"/inbox/claims/{reference}/{end}").status_code in (404, 405)
    assert sandbox.calls() == []


@pytest.fixture
def written(alice, claims) -> list[OutgoingMessage]:
    """A message of Alice's in each state, each of them due."""
    return [_written(alice, claims, state) for state in OutgoingMessage.State]


def _written(alice, claims, state) -> OutgoingMessage:
    nonce = uuid.uuid4()
    sealed = encrypt(Content("For Claims alone", "Words.", address=ALICE), alice.pk, nonce)
    fields = {"nonce": nonce, "encrypted_content": sealed, "due_at": timezone.now(), "attempts": 1}
    return OutgoingMessage.objects.create(consumer=alice, securebox=claims, state=state, **fields)


@pytest.fixture
def closed(alice, claims, written) -> list[OutgoingMessage]:
    """The same, after Alice has lost access to the securebox."""
    claims.consumers.remove(alice)
    return written


def choose_for_each(browser, written, choice) -> set[int]:
    """Make this choice for a message in each state. Returns the statuses of the answers."""
    fields = {"attempts": "1", "version": "1"}
    answers = [browser.post(f"/outgoing/{message.nonce}/{choice}/", fields) for message in written]
    return {answer.status_code for answer in answers}


def test_its_writer_still_sees_it_after_losing_access_to_the_securebox(alice_client, sandbox, closed):
    listed = alice_client.get("/outgoing/").content.decode()
    for message in closed:
        address = f"/outgoing/{message.nonce}/"
        assert b"Words." in alice_client.get(address).content
        assert (address in listed) == (message.state != "discarded")
    assert sandbox.calls("list") + sandbox.calls("get") == []


@pytest.mark.parametrize("choice", CHOICES)
def test_its_writer_cannot_send_it_after_losing_access(alice_client, sandbox, closed, choice):
    choose_for_each(alice_client, closed, choice)
    states = dict(OutgoingMessage.objects.values_list("pk", "state"))
    assert all(message.state == states[message.pk] or choice in PUTTING_ASIDE for message in closed)
    assert sandbox.calls("send") == []


def test_its_writer_can_discard_it_after_losing_access(alice_client, closed):
    choose_for_each(alice_client, closed, "discard")
    kept = OutgoingMessage.objects.exclude(state="discarded").values_list("state", flat=True)
    assert sorted(kept) == ["queued", "sending", "sent"]


@pytest.mark.parametrize("choice", CHOICES)
def test_others_still_get_a_404_after_that(bob, sandbox, closed, choice):
    before = list(OutgoingMessage.objects.order_by("pk").values())
    assert choose_for_each(sign_in(bob), closed, choice) == {404}
    assert sandbox.calls() == [] and list(OutgoingMessage.objects.order_by("pk").values()) == before


def test_an_unknown_choice_is_a_404(alice_client, sandbox, written):
    before = list(OutgoingMessage.objects.order_by("pk").values())
    assert choose_for_each(alice_client, written, "none") == {404}
    assert sandbox.calls() == [] and list(OutgoingMessage.objects.order_by("pk").values()) == before
