"""Lines in the activity log about messages: one for each action, and only if it was carried out."""

import re

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from inbox.references import sign
from inbox.securemail import Direction
from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.models import Activity, Consumer
from tests.conftest import sign_in
from tests.inbox.helpers import choose, make_due, only_reference, outgoing_page, references, reload, send

ALICE = "alice@example.com"


def logged() -> list[tuple[str, str, int]]:
    """Event, securebox and number of each line, oldest first."""
    return list(Activity.objects.order_by("pk").values_list("event", "box", "number"))


@pytest.fixture
def letter(alice_client, sandbox) -> str:
    """The URL of the only message in Alice's claims box."""
    sandbox.add(ALICE, "Your knee", securebox="Claims01", text="About your knee.")
    return f"/inbox/claims/{only_reference(alice_client)}/"


@pytest.mark.parametrize("direction", [Direction.OUTBOUND, Direction.INBOUND, Direction.UNKNOWN])
def test_opening_a_message_is_logged_for_every_direction(alice_client, sandbox, direction):
    word = "inbound" if direction is Direction.INBOUND else "outbound"
    message_id = sandbox.add(ALICE, securebox="Claims01", direction=word)
    alice_client.get(f"/inbox/claims/{sign(ALICE, 'Claims01', message_id, direction)}/")
    assert logged() == [("message_opened", "Claims", 1)]


def test_switching_a_letters_view_is_no_second_opening(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01", text="Words", html="<h1>Words</h1>")
    sandbox.add(ALICE, "Another", securebox="Claims01", text="Words", html="<h1>Words</h1>")
    first, second = (f"/inbox/claims/{reference}/" for reference in references(alice_client))
    page = alice_client.get(first).content.decode()
    opened = re.search(r'name="opened" value="([^"]+)"', page)[1]
    shown = alice_client.post(f"{first}view/", {"view": "text", "opened": opened}, follow=True)
    assert "<iframe" not in shown.content.decode() and len(logged()) == 1
    for url, token in ((first, ""), (first, "forged"), (second, opened)):
        alice_client.post(f"{url}view/", {"view": "text", "opened": token}, follow=True)
    sign_in(Consumer.objects.get(email=ALICE)).get(
        f"{first}?view=text&opened={opened}"
    )  # In another session.
    assert len(logged()) == 5


def test_a_line_has_consumer_device_and_network_and_nothing_from_the_message(alice_client, letter):
    alice_client.get(
        letter, headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"}
    )
    line = Activity.objects.values().get()
    assert (line["address"], line["device"], line["network"]) == (ALICE, "Firefox on Linux", "127.0.0.1")
    assert "knee" not in str(line) and letter.split("/")[3] not in str(line) and line["detail"] == ""


def test_a_head_a_prefetch_and_other_pages_are_not_logged(alice_client, letter):
    alice_client.head(letter)
    alice_client.get(letter, headers={"Sec-Purpose": "prefetch"})
    alice_client.get(f"{letter}body/")
    alice_client.get(f"{letter}details/")
    alice_client.get("/inbox/claims/")
    assert logged() == []


def test_a_message_that_could_not_be_opened_is_not_logged(alice_client, sandbox, letter):
    sandbox.reset()
    assert alice_client.get(letter).status_code == 404
    sandbox.fault("status", status=500, operation="get")
    assert alice_client.get(letter).status_code >= 500
    assert logged() == []


def test_a_message_that_cannot_be_logged_is_not_shown(alice_client, letter, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(activity, "record", failing)
        alice_client.raise_request_exception = False
        assert b"About your knee." not in alice_client.get(letter).content
    assert b"About your knee." in alice_client.get(letter).content


def failing(*_args, **_more) -> None:
    raise DatabaseError


@pytest.mark.parametrize(("end", "event"), [("delete/", "message_deleted"), ("purge/", "message_purged")])
def test_deleting_a_message_is_logged_after_it_was_deleted(alice_client, sandbox, letter, end, event):
    fault = {"status": 500, "operation": "remove"}
    sandbox.fault("status", **fault)
    alice_client.post(f"{letter}{end}")
    assert logged() == []
    sandbox.heal()
    alice_client.post(f"{letter}{end}")
    assert logged() == [(event, "Claims", 1)]


def test_withdrawing_a_message_is_logged(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01", direction="inbound", routing="waiting")
    alice_client.post(f"/inbox/claims/{only_reference(alice_client)}/withdraw/")
    assert logged() == [("message_withdrawn", "Claims", 1)]


def selected(client, action: str) -> None:
    form = {"reference": references(client), "action": action, "confirmed": "yes"}
    assert client.post("/inbox/claims/selected/", form).status_code == 302


def test_deleting_several_is_one_line_with_their_number(alice_client, sandbox):
    for _number in range(3):
        sandbox.add(ALICE, securebox="Claims01")
    sandbox.add(ALICE, securebox="Claims01", direction="inbound")
    selected(alice_client, "delete")
    assert logged() == [("message_deleted", "Claims", 3)]


def test_deleting_several_counts_only_those_that_were_deleted(alice_client, sandbox):
    for _number in range(3):
        sandbox.add(ALICE, securebox="Claims01")
    sandbox.fault("status", status=500, operation="remove", times=1)
    selected(alice_client, "delete")
    assert logged() == [("message_deleted", "Claims", 2)]


def test_deleting_nothing_is_not_logged(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    sandbox.fault("status", status=500, operation="remove")
    selected(alice_client, "delete")
    selected(alice_client, "read")
    assert logged() == []


def test_sending_is_logged_with_the_device(alice_client, sandbox):
    assert send(alice_client).state == "sent"
    assert logged() == [("message_sent", "Claims", 1)]
    assert Activity.objects.get().network == "127.0.0.1"


def test_a_queued_message_is_logged_on_delivery_without_a_device(alice_client, sandbox):
    sandbox.fault("status", status=429, operation="send")
    message = send(alice_client)
    assert logged() == []
    sandbox.heal()
    make_due(message)
    call_command("deliver", verbosity=0)
    assert logged() == [("message_sent", "Claims", 1)]
    assert Activity.objects.get().network is None and Activity.objects.get().address == ALICE


def test_an_unconfirmed_message_is_logged_once_it_is_found(alice_client, sandbox):
    sandbox.fault("store_then_error", operation="send")
    message = send(alice_client)
    assert message.state == "unconfirmed" and logged() == []
    sandbox.heal()
    for _look in range(2):
        make_due(message)
        outgoing_page(alice_client, message)
    assert reload(message).state == "sent" and logged() == [("message_sent", "Claims", 1)]


def test_a_message_that_was_refused_or_cancelled_is_not_logged(alice_client, sandbox):
    sandbox.fault("failure", operation="send")
    assert send(alice_client).state == "failed"
    sandbox.heal()
    sandbox.fault("status", status=429, operation="send")
    assert choose(alice_client, send(alice_client), "cancel").state == "draft"
    assert logged() == []


def test_sending_a_queued_message_now_is_logged_with_the_device(alice_client, sandbox):
    sandbox.fault("status", status=429, operation="send")
    message = send(alice_client)
    sandbox.heal()
    assert choose(alice_client, message, "now").state == "sent"
    assert logged() == [("message_sent", "Claims", 1)] and Activity.objects.get().network == "127.0.0.1"


def test_a_message_that_arrived_is_sent_even_if_the_log_fails(alice_client, sandbox, monkeypatch, caplog):
    monkeypatch.setattr(activity, "record", failing)
    message = send(alice_client)
    assert message.state == "sent" and len(sandbox.messages(ALICE)) == 1
    assert "the activity log lacks it" in caplog.text and "it broke." not in caplog.text


def test_downloading_a_receipt_is_logged(alice_client, sandbox):
    message = send(alice_client)
    alice_client.get(f"/outgoing/{message.nonce}/receipt/")
    line = Activity.objects.get(event=Event.EXPORTED)
    assert (line.detail, line.box, line.address) == ("receipt", "Claims", ALICE)


def test_the_consumer_sees_the_lines_on_their_activity_page(alice_client, letter):
    alice_client.get(letter)
    html = alice_client.get("/accounts/activity/?kind=messages").content.decode()
    assert "Message opened" in html and "· Claims" in html and "Your knee" not in html
