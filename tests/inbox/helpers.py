"""Shared steps: finding a message's reference on a page, composing, sending, pressing buttons."""

import re
from typing import Any

from django.test import Client

from inbox.models import OutgoingMessage

LETTER = {"subject": "A broken window", "text": "Dear team,\nit broke."}


def references(browser: Client, slug: str = "claims") -> list[str]:
    """The references that the rows of a list open, the newest conversation first."""
    html = browser.get(f"/inbox/{slug}/").content.decode()
    return re.findall(rf'class="mail-link"\s+href="/inbox/{slug}/([^/"]+)/', html)


def selectable(browser: Client, address: str = "/inbox/claims/") -> list[str]:
    """What the checkboxes of a list stand for: references, with spaces between them."""
    return re.findall(r'name="reference"\s+value="([^"]+)"', browser.get(address).content.decode())


def only_reference(browser: Client, slug: str = "claims") -> str:
    (reference,) = references(browser, slug)
    return reference


def hidden_fields(html: str) -> dict[str, str]:
    """The hidden inputs of a compose page."""
    return {
        name: re.search(rf'name="{name}" value="([^"]*)"', html)[1]
        for name in ("form", "version", "page", "step")
    }


def compose_form(browser: Client, address: str = "/inbox/claims/compose/", **typed: str) -> dict[str, Any]:
    """The form data that a browser submits after opening the page at this address and typing this text."""
    return {**hidden_fields(browser.get(address).content.decode()), **LETTER, **typed}


def send(browser: Client, slug: str = "claims", **typed: str) -> OutgoingMessage:
    """Submit a message, and return its row."""
    answer = browser.post(f"/inbox/{slug}/compose/", {**LETTER, **typed})
    assert answer.status_code == 302, answer.content.decode()
    return message_at(answer.url)


def message_at(url: str) -> OutgoingMessage:
    """The row of the message that "Send" leads to: in its conversation if it was sent, else on a page of its own."""
    nonce = re.search(r"(?:^/outgoing/|[?&]sent=)([0-9a-f-]{36})", url)[1]
    return OutgoingMessage.objects.get(nonce=nonce)


def choose(browser: Client, message: OutgoingMessage, choice: str, **fields: Any) -> OutgoingMessage:
    """Press one of the buttons on the message's page, and return the row afterwards."""
    browser.post(f"/outgoing/{message.nonce}/{choice}/", fields)
    return reload(message)


def discard(browser: Client, message: OutgoingMessage) -> str:
    """Open the message's page and discard the version it shows. Returns the page that follows."""
    version = re.search(r'name="version" value="(\d+)"', outgoing_page(browser, message))[1]
    address = f"/outgoing/{message.nonce}/discard/"
    return browser.post(address, {"version": version}, follow=True).content.decode()


def reload(message: OutgoingMessage) -> OutgoingMessage:
    """The row as it is now."""
    return OutgoingMessage.objects.get(pk=message.pk)


def outgoing_page(browser: Client, message: OutgoingMessage) -> str:
    """The HTML of the message's page."""
    return browser.get(f"/outgoing/{message.nonce}/").content.decode()


def make_due(message: OutgoingMessage) -> None:
    """Make the message due for `manage.py deliver`."""
    OutgoingMessage.objects.filter(pk=message.pk).update(due_at=message.created_at)


def unreachable(html: str) -> list[str]:
    """The departments of which the home page says that they can’t be reached, in order."""
    return re.findall(r">\s*(\w[^<>]*) can’t be reached\.", html)
