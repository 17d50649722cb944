"""Where "Send" leads: to the message in its conversation if it is known to be sent, or else to its own page."""

import pytest
from django.test import Client

from inbox.models import OutgoingMessage
from tests.conftest import sign_in
from tests.inbox.helpers import LETTER, compose_form, message_at, reload

COMPOSE = "/inbox/claims/compose/"
ALICE = "alice@example.com"


def press_send(browser: Client, address: str = COMPOSE):
    return browser.post(address, LETTER)


def test_a_sent_message_is_shown_with_a_notice_and_its_receipt(alice_client, sandbox):
    answer = press_send(alice_client)
    message = message_at(answer.url)
    assert answer.url.startswith("/inbox/claims/i.") and message.state == "sent"
    html = alice_client.get(answer.url).content.decode()
    assert "Your message was sent." in html and "it broke." in html
    assert f'href="/outgoing/{message.nonce}/receipt/"' in html
    assert "Your message was sent." not in alice_client.get(answer.url).content.decode()


def test_it_stays_in_the_agents_queue(alice_client, sandbox):
    alice_client.get(press_send(alice_client).url)
    assert [call["query"] for call in sandbox.calls("get")] == [{}]
    assert sandbox.messages(ALICE)[0]["routing"] == "waiting"


def test_it_is_no_news_afterwards(alice_client, sandbox):
    answer = press_send(alice_client)
    alice_client.get(answer.url, headers={"Sec-Purpose": "prefetch"})
    assert not message_at(answer.url).seen
    alice_client.get(answer.url)
    assert message_at(answer.url).seen


@pytest.mark.parametrize("place", ["?page=2", "?status=unread&page=3"])
def test_the_place_in_the_list_is_kept(alice_client, sandbox, place):
    assert place.removeprefix("?") in press_send(alice_client, f"{COMPOSE}{place}").url


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 404, "operation": "get"},
        {"kind": "status", "status": 500, "operation": "get"},
        {"kind": "close", "operation": "get"},
    ],
)
def test_while_the_api_cannot_show_it_the_page_of_the_outgoing_message_does(alice_client, sandbox, fault):
    answer = press_send(alice_client)
    sandbox.fault(**fault)
    page = alice_client.get(answer.url, follow=True)
    assert page.redirect_chain == [(f"/outgoing/{message_at(answer.url).nonce}/", 302)]
    assert 'data-state="sent"' in page.content.decode() and "Your message was sent" in page.content.decode()


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ({"kind": "status", "status": 429}, "queued"),
        ({"kind": "close"}, "unconfirmed"),
        ({"kind": "failure"}, "failed"),
    ],
)
def test_what_is_not_known_to_be_sent_has_a_page_of_its_own(alice_client, sandbox, fault, state):
    sandbox.fault(operation="send", **fault)
    answer = press_send(alice_client)
    message = message_at(answer.url)
    assert answer.url == f"/outgoing/{message.nonce}/" and message.state == state
    assert "Your message was sent." not in alice_client.get(answer.url).content.decode()


def test_the_same_form_once_more_leads_to_the_same_message_without_a_notice(alice_client, sandbox):
    form = compose_form(alice_client)
    first = alice_client.post(COMPOSE, form)
    alice_client.get(first.url)
    again = alice_client.post(COMPOSE, form)
    assert again.url == first.url
    assert "Your message was sent." not in alice_client.get(again.url).content.decode()
    assert len(sandbox.calls("send")) == 1


def test_a_message_without_an_id_has_a_page_of_its_own(alice_client, alice, sandbox):
    form = compose_form(alice_client)
    message = message_at(alice_client.post(COMPOSE, form).url)
    OutgoingMessage.objects.update(secure_mail_id="")
    assert alice_client.post(COMPOSE, form).url == f"/outgoing/{message.nonce}/"


def test_what_was_sent_from_a_former_address_gets_no_reference(alice_client, alice, sandbox):
    form = compose_form(alice_client)
    message = message_at(alice_client.post(COMPOSE, form).url)
    alice.email = "alice.new@example.com"
    alice.save()
    alice.mark_verified()
    sandbox.forget_calls()
    assert sign_in(alice).post(COMPOSE, form).url == f"/outgoing/{message.nonce}/"
    assert sandbox.calls() == []


def test_a_reference_that_was_made_up_is_the_usual_404_or_the_consumers_own_page(alice_client, bob, sandbox):
    url = press_send(alice_client).url
    nonce = message_at(url).nonce
    sandbox.forget_calls()
    assert sign_in(bob).get(url).status_code == 404
    assert alice_client.get(f"/inbox/claims/made-up/?sent={nonce}").url == f"/outgoing/{nonce}/"
    assert alice_client.get("/inbox/claims/made-up/?sent=x").status_code == 404
    assert sandbox.calls() == [] and reload(message_at(url)).state == "sent"


def test_it_can_be_withdrawn_from_there(alice_client, sandbox):
    url = press_send(alice_client).url
    page = url.partition("?")[0]
    assert f'{page}withdraw/"' in alice_client.get(url).content.decode()
    alice_client.post(f"{page}withdraw/")
    assert sandbox.messages(ALICE)[0]["status"] == "read"
