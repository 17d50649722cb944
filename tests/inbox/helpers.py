"""What these tests share: finding a message's reference as a browser does, and sending one."""

import re
from typing import Any

from django.test import Client

from inbox.models import OutgoingMessage

LETTER = {"subject": "A broken window", "text": "Dear team,\nit broke."}


def references(browser: Client, slug: str = "claims") -> list[str]:
    """The references on the first page of a list, newest message first."""
    html = browser.get(f"/inbox/{slug}/").content.decode()
    return re.findall(r'name="reference"\s+value="([^"]+)"', html)


def only_reference(browser: Client, slug: str = "claims") -> str:
    (reference,) = references(browser, slug)
    return reference


def hidden_fields(html: str) -> dict[str, str]:
    """The hidden inputs of a compose form, as its page holds them."""
    return {
        name: re.search(rf'name="{name}" value="([^"]*)"', html)[1]
        for name in ("form", "version", "page", "step")
    }


def compose_form(browser: Client, address: str = "/inbox/claims/compose/", **typed: str) -> dict[str, Any]:
    """What a browser posts after the page at this address was opened and these words were typed."""
    return {**hidden_fields(browser.get(address).content.decode()), **LETTER, **typed}


def send(browser: Client, slug: str = "claims", **typed: str) -> OutgoingMessage:
    """Writes and sends, and returns the row that came of it."""
    answer = browser.post(f"/inbox/{slug}/compose/", {**LETTER, **typed})
    assert answer.status_code == 302, answer.content.decode()
    return OutgoingMessage.objects.get(nonce=answer.url.split("/")[2])


def choose(browser: Client, message: OutgoingMessage, choice: str, **fields: Any) -> OutgoingMessage:
    """Presses one of the buttons on the message's page, and returns the row afterwards."""
    browser.post(f"/outgoing/{message.nonce}/{choice}/", fields)
    return reload(message)


def discard(browser: Client, message: OutgoingMessage) -> str:
    """Opens the message's page and throws the words away that it shows. Returns the page that follows."""
    version = re.search(r'name="version" value="(\d+)"', outgoing_page(browser, message))[1]
    address = f"/outgoing/{message.nonce}/discard/"
    return browser.post(address, {"version": version}, follow=True).content.decode()


def reload(message: OutgoingMessage) -> OutgoingMessage:
    """The row as it is now."""
    return OutgoingMessage.objects.get(pk=message.pk)


def outgoing_page(browser: Client, message: OutgoingMessage) -> str:
    """The page on which its writer sees what has become of it."""
    return browser.get(f"/outgoing/{message.nonce}/").content.decode()


def make_due(message: OutgoingMessage) -> None:
    """As if the time had come for what `deliver` is to do with it."""
    OutgoingMessage.objects.filter(pk=message.pk).update(due_at=message.created_at)


def visible_states(html: str) -> list[str]:
    """The state that each card of the home page shows, in order; the others are hidden."""
    cards = re.search(r'<ul class="cards">.*?</ul>', html, re.DOTALL)[0]
    return [state for state, hidden in re.findall(r'data-when="(\w+)"( hidden)?', cards) if not hidden]
