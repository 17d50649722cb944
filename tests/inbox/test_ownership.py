"""Every URL that names a message, requested by other consumers and strangers."""

import uuid

import pytest
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from inbox.models import OutgoingMessage
from inbox.outgoing.content import Content, encrypt
from inbox.references import sign
from inbox.securemail import Direction
from tests.conftest import sign_in

pytestmark = pytest.mark.slow

ALICE = "alice@example.com"
NAMING_A_MESSAGE = ["", "body/", "details/", "delete/", "purge/", "withdraw/"]
# What follows /outgoing/<nonce>/. The actions are one URL pattern.
CHOICES = ["cancel/", "edit/", "now/", "check/", "again/", "discard/", "none/"]
PUTTING_ASIDE = ["cancel/", "edit/", "discard/"]
NAMING_AN_OUTGOING_MESSAGE = ["", "state.json", "receipt/", *CHOICES]
ELSEWHERE = {
    "",
    "unread.json",
    "outgoing/",
    "inbox/<slug:slug>/",
    "inbox/<slug:slug>/compose/",
    "inbox/<slug:slug>/compose/draft/",
    "inbox/<slug:slug>/selected/",
}
METHODS = ["get", "head", "post", "put", "patch", "delete", "options"]
# Each test asks with GET and POST, which the views tell apart, and with each other method at least once.
# `make proof` asks with every method everywhere.
in_pairs = pytest.mark.parametrize("every", [False, pytest.param(True, marks=pytest.mark.proof)])


def methods_for(number: int, every: bool) -> list[str]:
    """All methods, or GET and POST and another one in turn."""
    others = [method for method in METHODS if method not in ("get", "post")]
    return METHODS if every else ["get", "post", others[number % len(others)]]


def test_the_matrices_contain_every_url_of_the_inbox():
    patterns = {str(p.pattern) for p in get_resolver("inbox.urls").url_patterns if isinstance(p, URLPattern)}
    ends = {"<slug:choice>/" if end in CHOICES else end for end in NAMING_AN_OUTGOING_MESSAGE}
    assert patterns - ELSEWHERE == {
        *(f"inbox/<slug:slug>/<str:reference>/{end}" for end in NAMING_A_MESSAGE),
        *(f"outgoing/<uuid:nonce>/{end}" for end in ends),
    }


def hostile_references(message_id):
    mine = sign(ALICE, "Claims01", message_id, Direction.OUTBOUND)
    return {
        "somebody else's": mine,
        "a raw id": message_id,
        "another direction": "i" + mine[1:],
        "another id": mine.replace(message_id, "0" * 8),
        "no signature": mine.rpartition(".")[0] + ".",
        "a longer signature": mine + "A",
        "upper case": mine.upper(),
        "a path": f"o.{message_id}..%2f..%2f",
        "a query": f"{mine}%3Fread=true",
    }


@in_pairs
@pytest.mark.parametrize("end", NAMING_A_MESSAGE)
def test_others_get_a_404_without_a_call(alice, bob, charlie, sandbox, end, every):
    message_id = sandbox.add(ALICE, "For Alice alone", securebox="Claims01")
    for person in (bob, charlie):
        browser = sign_in(person)
        for number, hostile in enumerate(hostile_references(message_id).values()):
            for method in methods_for(number, every):
                response = getattr(browser, method)(f"/inbox/claims/{hostile}/{end}")
                assert response.status_code in (404, 405)
                assert b"For Alice alone" not in response.content
    assert sandbox.calls() == []


@pytest.mark.parametrize("end", NAMING_A_MESSAGE)
def test_a_reference_is_refused_in_another_securebox(alice_client, sandbox, end):
    message_id = sandbox.add(ALICE, securebox="Claims01")
    reference = sign(ALICE, "Claims01", message_id, Direction.OUTBOUND)
    for method in (alice_client.get, alice_client.post):
        assert method(f"/inbox/billing/{reference}/{end}").status_code in (404, 405)
    assert sandbox.calls() == []


@pytest.mark.parametrize("end", NAMING_A_MESSAGE)
def test_references_are_void_after_a_change_of_address(alice_client, alice, sandbox, end):
    reference = sign(ALICE, "Claims01", sandbox.add(ALICE, securebox="Claims01"), Direction.OUTBOUND)
    alice.email = "alice.new@example.com"
    alice.save()
    alice.mark_verified()
    for method in (alice_client.get, alice_client.post):
        assert method(f"/inbox/claims/{reference}/{end}").status_code in (404, 405)
    assert sandbox.calls() == []


@pytest.mark.parametrize("end", NAMING_A_MESSAGE)
def test_a_message_requires_sign_in(client, claims, sandbox, end):
    reference = sign(ALICE, "Claims01", "abc", Direction.OUTBOUND)
    assert client.get(f"/inbox/claims/{reference}/{end}").url.startswith("/accounts/login/")
    assert sandbox.calls() == []


# --- Outgoing messages ------------------------------------------------------------------------------------


@pytest.fixture
def written(alice, claims) -> list[OutgoingMessage]:
    """A message of Alice's in each state, each of them due."""
    return [_written(alice, claims, state) for state in OutgoingMessage.State]


def _written(alice, claims, state) -> OutgoingMessage:
    nonce = uuid.uuid4()
    sealed = encrypt(Content("For Claims alone", "Words.", address=ALICE), alice.pk, nonce)
    fields = {"nonce": nonce, "encrypted_content": sealed, "due_at": timezone.now(), "attempts": 1}
    return OutgoingMessage.objects.create(consumer=alice, securebox=claims, state=state, **fields)


def unchanged(written: list[OutgoingMessage]) -> bool:
    names = [field.attname for field in OutgoingMessage._meta.concrete_fields]
    before = [{name: getattr(message, name) for name in names} for message in written]
    return list(OutgoingMessage.objects.order_by("pk").values()) == before


def ask_for_each(browser, written, end, methods=(), *, every=False):
    """The answers to these methods, or those of `methods_for`, for a message in each state."""
    for number, message in enumerate(written):
        for method in methods or methods_for(number, every):
            yield getattr(browser, method)(
                f"/outgoing/{message.nonce}/{end}", {"attempts": "1", "version": "1"}
            )


@in_pairs
@pytest.mark.parametrize("end", NAMING_AN_OUTGOING_MESSAGE)
def test_others_get_a_404_for_an_outgoing_message_and_change_nothing(
    bob, charlie, sandbox, written, end, every
):
    for person in (bob, charlie):
        for response in ask_for_each(sign_in(person), written, end, every=every):
            assert response.status_code in (404, 405) and b"For Claims alone" not in response.content
    assert sandbox.calls() == [] and unchanged(written)


@in_pairs
@pytest.mark.parametrize("end", NAMING_AN_OUTGOING_MESSAGE)
def test_an_outgoing_message_requires_sign_in(client, sandbox, written, end, every):
    for response in ask_for_each(client, written, end, every=every):
        assert response.status_code in (302, 401, 405) and b"For Claims alone" not in response.content
        assert response.status_code != 302 or response.url.startswith("/accounts/login/")
    assert sandbox.calls() == [] and unchanged(written)


@pytest.fixture
def closed(alice, claims, written) -> list[OutgoingMessage]:
    """The same, after Alice has lost access to the securebox."""
    claims.consumers.remove(alice)
    return written


def test_its_writer_still_sees_it_after_losing_access_to_the_securebox(alice_client, sandbox, closed):
    listed = alice_client.get("/outgoing/").content.decode()
    for message in closed:
        address = f"/outgoing/{message.nonce}/"
        assert b"Words." in alice_client.get(address).content
        assert (address in listed) == (message.state != "discarded")
    assert sandbox.calls("list") + sandbox.calls("get") == []


@in_pairs
@pytest.mark.parametrize("end", CHOICES)
def test_its_writer_cannot_send_it_after_losing_access(alice_client, sandbox, closed, end, every):
    list(ask_for_each(alice_client, closed, end, every=every))
    states = dict(OutgoingMessage.objects.values_list("pk", "state"))
    assert all(message.state == states[message.pk] or end in PUTTING_ASIDE for message in closed)
    assert sandbox.calls("send") == []


def test_its_writer_can_discard_it_after_losing_access(alice_client, closed):
    list(ask_for_each(alice_client, closed, "discard/", ["post"]))
    kept = OutgoingMessage.objects.exclude(state="discarded").values_list("state", flat=True)
    assert sorted(kept) == ["queued", "sending", "sent"]


@in_pairs
@pytest.mark.parametrize("end", NAMING_AN_OUTGOING_MESSAGE)
def test_others_still_get_a_404_after_that(bob, sandbox, closed, end, every):
    for response in ask_for_each(sign_in(bob), closed, end, every=every):
        assert response.status_code in (404, 405) and b"For Claims alone" not in response.content
    assert sandbox.calls() == [] and unchanged(closed)


@in_pairs
@pytest.mark.parametrize("end", CHOICES)
def test_an_action_requires_a_post(alice_client, sandbox, written, end, every):
    others = [method for method in METHODS if method not in ("post", "options")]
    for number, message in enumerate(written):
        methods = others if every else ["get", others[number % len(others)]]
        for response in ask_for_each(alice_client, [message], end, methods):
            assert response.status_code == 405
    assert sandbox.calls() == [] and unchanged(written)


def test_an_unknown_action_is_a_404(alice_client, sandbox, written):
    for response in ask_for_each(alice_client, written, "none/", ["post"]):
        assert response.status_code == 404
    assert sandbox.calls() == [] and unchanged(written)


def test_an_unknown_outgoing_message_is_a_404(alice_client, sandbox):
    for end in NAMING_AN_OUTGOING_MESSAGE:
        for response in ask_for_each(alice_client, [OutgoingMessage(nonce=uuid.uuid4())], end, METHODS):
            assert response.status_code in (404, 405)
    assert sandbox.calls() == []
