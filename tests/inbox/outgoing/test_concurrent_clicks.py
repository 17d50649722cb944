"""Concurrent clicks on Send: each message arrives once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from inbox.models import OutgoingMessage
from inbox.outgoing import drafts
from tests.inbox.helpers import compose_form

pytestmark = [pytest.mark.postgresql, pytest.mark.slow]

ALICE = "alice@example.com"
COMPOSE = "/inbox/claims/compose/"
CLICKS = 20
PATIENCE = 120  # Seconds to wait for the slowest click: if one fails, the others must not wait forever.


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("count", [8, pytest.param(200, marks=pytest.mark.proof)])
def test_each_draft_is_sent_once_however_often_send_is_clicked(alice_client, sandbox, monkeypatch, count):
    monkeypatch.setattr(drafts, "MAX_DRAFTS", count)
    forms = [compose_form(alice_client, subject=f"Draft {number}") for number in range(count)]
    for form in forms:
        save_draft(alice_client, form)
    assert click_on_all(alice_client, forms) == {302: count * CLICKS}
    assert_each_arrived_once(sandbox, forms)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("count", [5, pytest.param(20, marks=pytest.mark.proof)])
def test_a_form_that_was_never_saved_is_sent_once(alice_client, sandbox, count):
    forms = [compose_form(alice_client, subject=f"Letter {number}") for number in range(count)]
    assert click_on_all(alice_client, forms) == {302: count * CLICKS}
    assert_each_arrived_once(sandbox, forms)


def click_on_all(client: Client, forms: list[dict[str, str]]) -> Counter[int]:
    """Submit each form from many threads at the same moment. Returns the number of answers by status."""
    together = Barrier(CLICKS)

    def click_on_each(_finger: int) -> list[int]:
        browser, statuses = Client(), []
        browser.cookies.update(client.cookies)
        try:
            for form in forms:
                together.wait(PATIENCE)
                statuses.append(browser.post(COMPOSE, form).status_code)
        finally:
            connection.close()
        return statuses

    with ThreadPoolExecutor(CLICKS) as fingers:
        return Counter(status for found in fingers.map(click_on_each, range(CLICKS)) for status in found)


def assert_each_arrived_once(sandbox, forms: list[dict[str, str]]) -> None:
    arrived = Counter(mail["subject"] for mail in sandbox.messages(ALICE))
    assert arrived == Counter(form["subject"] for form in forms)
    assert len(sandbox.calls("send")) == OutgoingMessage.objects.count() == len(forms)
    assert set(OutgoingMessage.objects.values_list("state", "attempts")) == {("sent", 1)}


def save_draft(browser: Client, form: dict[str, str]) -> None:
    """Save as the script does: the page stays, and takes over the new version."""
    form["version"] = str(browser.post(f"{COMPOSE}draft/", form).json()["version"])
