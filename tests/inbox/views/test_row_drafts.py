"""A row of a list says that an answer in its conversation is begun and not sent."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from inbox.models import OutgoingMessage
from tests.conftest import sign_in
from tests.inbox.helpers import compose_form, references, send

ALICE = "alice@example.com"
LIST = "/inbox/claims/"
LABEL = '<span class="state state-draft" aria-hidden="true">Draft</span>'
SPOKEN = "You have an unfinished reply."


@pytest.fixture
def letters(sandbox):
    """A conversation of two messages, and a newer letter in a department of its own."""
    leak = sandbox.add(ALICE, "A leak", securebox="Claims01", date=datetime.now(UTC) - timedelta(days=2))
    sandbox.add(ALICE, "Re: A leak", securebox="Claims01", parent_id=leak)
    sandbox.add(ALICE, "Your policy", securebox="Claims01")
    sandbox.add(ALICE, "An invoice")


def begin(browser, reference="", text="Not yet"):
    query = f"?reply={reference}" if reference else ""
    form = compose_form(browser, f"{LIST}compose/{query}", text=text, action="save")
    browser.post(f"{LIST}compose/", form)


def drafts_shown(browser, address):
    """The subjects of the rows with the label."""
    page = browser.get(address).content.decode()
    rows = re.findall(r'<a class="mail-link".*?</a>', page, re.DOTALL)
    labelled = [row for row in rows if LABEL in row]
    assert labelled == [row for row in rows if f'<span class="visually-hidden">{SPOKEN}</span>' in row]
    return [re.search(r'class="mail-subject">([^<]*)<', row)[1] for row in labelled]


@pytest.fixture
def begun(alice_client, letters):
    """Alice has begun to answer the newest message about the leak."""
    reference = references(alice_client)[1]
    begin(alice_client, reference)
    return reference


def test_a_row_says_that_an_answer_is_begun(alice_client, begun):
    for address in (LIST, "/", f"{LIST}?status=unread"):
        assert drafts_shown(alice_client, address) == ["A leak"]


def test_so_does_the_row_beside_an_open_message(alice_client, begun):
    other = references(alice_client)[0]
    assert drafts_shown(alice_client, f"{LIST}{other}/") == ["A leak"]
    assert drafts_shown(alice_client, f"{LIST}{begun}/") == ["A leak"]


def test_a_draft_that_answers_nothing_is_in_no_row(alice_client, letters):
    begin(alice_client)
    assert drafts_shown(alice_client, LIST) == []


def test_a_row_no_longer_says_so_once_the_answer_is_sent_or_discarded(alice_client, begun):
    draft = OutgoingMessage.objects.get()
    alice_client.post(f"/outgoing/{draft.nonce}/discard/", {"version": draft.version})
    assert drafts_shown(alice_client, LIST) == []
    form = compose_form(alice_client, f"{LIST}compose/?reply={begun}", text="Done")
    send(alice_client, **form)
    assert drafts_shown(alice_client, LIST) == []


def test_nobody_sees_the_drafts_of_others(alice_client, begun, bob, sandbox):
    sandbox.add("bob@example.com", "A leak", securebox="Claims01")
    assert drafts_shown(sign_in(bob), LIST) == []
