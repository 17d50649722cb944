"""What each page costs, so that no change makes it dearer unseen: queries, calls of the cache, calls of the API.

The pages are opened a second time: the counts are fresh, and nobody else has asked. `test_upstream_calls.py` has the
calls of the API while they are not.
"""

import uuid

import pytest
import time_machine
from django.utils import timezone

from inbox.access import mailbox_of
from inbox.extra_fields import ExtraField
from inbox.models import OutgoingMessage, Securebox, WithdrawnMessage
from portal.accounts.models import Consumer
from tests.conftest import make_consumer, sign_in
from tests.inbox.helpers import compose_form, references
from tests.support.costs import Costs, costs_of

DORA = "dora@example.com"
# Queries, calls of the cache, calls of the API. Home asks the API once for each securebox; nothing else grows.
POLL, LIST, CONVERSATION, COMPOSE = Costs(2, 1, 0), Costs(2, 2, 1), Costs(3, 3, 2), Costs(2, 1, 0)


def home(boxes):
    return Costs(2, 2, boxes)


# With drafts, answers, withdrawn messages and further fields, each kind is a query on the pages that show it.
BUSY = {
    "poll": POLL,
    "home": Costs(5, 2, 3),
    "list": Costs(5, 2, 1),
    "conversation": Costs(7, 3, 2),
    "compose": Costs(4, 1, 0),
}


@pytest.fixture
def browser_with(settings, sandbox, db):
    """Dora's, with a letter in each of so many secureboxes."""
    settings.CACHES = {**settings.CACHES, "default": {"BACKEND": "tests.support.costs.CountingCache"}}

    def browser_with(number):
        boxes = [Securebox(slug=f"box{n}", name=f"Box{n:02}", title=f"Box {n}") for n in range(number)]
        Securebox.objects.bulk_create(boxes)
        sandbox.add_many(
            [{"address": DORA, "securebox": box.name, "subject": "", "text": ""} for box in boxes]
        )
        return sign_in(make_consumer("Dora"))

    return browser_with


@pytest.fixture
def costs(sandbox, started_calls):
    def costs(browser):
        letter = references(browser, "box0")[0]
        pages = {
            "poll": "/unread.json",
            "home": "/",
            "list": "/inbox/box0/",
            "conversation": f"/inbox/box0/{letter}/?new",
            "compose": "/inbox/box0/compose/",
        }
        found = {}
        with time_machine.travel(timezone.now(), tick=False):
            browser.get("/")
            for name, path in pages.items():
                found[name] = costs_of(lambda path=path: browser.get(path), sandbox, started_calls)
        return found

    return costs


@pytest.mark.parametrize("boxes", [3, 40])
def test_a_page_costs_the_same_however_many_secureboxes_there_are(browser_with, costs, boxes):
    assert costs(browser_with(boxes)) == {
        "poll": POLL,
        "home": home(boxes),
        "list": LIST,
        "conversation": CONVERSATION,
        "compose": COMPOSE,
    }


def test_saving_a_draft_once_more_costs_five_queries(browser_with, sandbox):
    browser = browser_with(3)
    form = compose_form(browser, "/inbox/box0/compose/")
    saved = browser.post("/inbox/box0/compose/draft/", form).json()
    form |= {"text": "Dear all", "version": saved["version"]}
    assert costs_of(lambda: browser.post("/inbox/box0/compose/draft/", form), sandbox) == Costs(5, 0, 0)


@pytest.mark.postgresql("inbox.access.records")
def test_what_somebody_has_written_costs_a_query_for_each_kind(browser_with, costs, sandbox):
    browser = browser_with(3)
    mailbox = mailbox_of(Consumer.objects.get(), "box0")
    sent = sandbox.add(DORA, "", securebox="Box00", direction="inbound", date="2026-01-01T12:00:00Z")
    row = {"consumer_id": mailbox.consumer_id, "securebox": mailbox.securebox}
    answered = references(browser, "box0")[0]
    for state, mail_id in (("draft", ""), ("sent", sent)):
        OutgoingMessage.objects.create(
            nonce=uuid.uuid4(), state=state, secure_mail_id=mail_id, reply=answered, **row
        )
    WithdrawnMessage.objects.create(consumer_id=mailbox.consumer_id, message_hash="x")
    ExtraField.objects.create(securebox=mailbox.securebox, key="Policy", label="Policy number")
    assert costs(browser) == BUSY
