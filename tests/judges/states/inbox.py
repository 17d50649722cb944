"""The inbox, reading, writing and searching."""

import re
from collections.abc import Iterator
from unittest.mock import patch

from django.conf import settings
from django.http import HttpResponse
from django.test import override_settings

from inbox.models import OutgoingMessage, Securebox
from inbox.references import sign
from inbox.securemail import Direction
from portal.accounts.models import Consumer
from tests.inbox.helpers import LETTER, compose_form, selectable
from tests.judges.mail import LONG
from tests.judges.states.browsing import State, browser_of, opened
from tests.judges.states.scene import Scene, outgoing
from tests.support.wire import Wire, envelope, reply

CARD = "My card is 4111 1111 1111 1111."
COMPOSE = "/inbox/claims/compose/"


def home(scene: Scene) -> Iterator[State]:
    yield from opened(browser_of(scene.anna), home="/", search="/search/", drafts_without_any="/outgoing/")
    yield "home, first use", browser_of(scene.ben).get("/")
    yield "home without a department", browser_of(scene.cara).get("/")
    yield "search without a department", browser_of(scene.cara).get("/search/")
    yield "home of which a part failed", browser_of(scene.fay).get("/")


def lists(scene: Scene) -> Iterator[State]:
    anna = browser_of(scene.anna)
    yield from opened(
        anna,
        list="/inbox/claims/",
        unread_list="/inbox/claims/?status=unread",
        read_list="/inbox/claims/?status=read",
        list_with_pages="/inbox/billing/",
        closed_department="/inbox/archive/compose/",
        empty_list="/inbox/archive/",
        no_unread_messages="/inbox/archive/?status=unread",
        saving_all="/inbox/claims/save/",
        saving_nothing="/inbox/archive/save/",
    )
    older = re.search(r'rel="next"\s+href="([^"]+)"', anna.get("/inbox/billing/").content.decode())[1]
    yield "second page of a list", anna.get(older.replace("&amp;", "&"))
    chosen = {"reference": selectable(anna)[:3], "action": "delete"}
    yield "deletion to confirm", anna.post("/inbox/claims/selected/", chosen, follow=True)
    yield "nothing selected", anna.post("/inbox/claims/selected/", {"action": "delete"}, follow=True)


def conversations(scene: Scene) -> Iterator[State]:
    """The unread ones first, as opening a conversation marks it."""
    anna = browser_of(scene.anna)
    html = anna.get("/inbox/claims/").content.decode()
    found = re.findall(
        r'class="mail-link"\s+href="([^"]+)".*?<bdi class="mail-subject">(.*?)</bdi>', html, re.DOTALL
    )
    for address, subject in found:
        yield f"conversation: {subject[:40]}", anna.get(address)
    address = {subject: address.partition("?")[0] for address, subject in found}
    formatted, written = address["A formatted letter"], address["To be withdrawn"]
    yield "letter by itself", anna.get(f"{formatted}body/")
    yield "details", anna.get(f"{formatted}details/")
    yield "details of nothing", anna.get(f"{address['(no subject)']}details/")
    yield "letter as text", anna.post(f"{formatted}view/", {"view": "text"}, follow=True)
    anna.post(f"{formatted}view/", {"view": "formatted"})
    yield "list after withdrawing", anna.post(f"{written}withdraw/", follow=True)
    yield "withdrawn", anna.get(written)
    yield "list after deleting", anna.post(f"{address['(no subject)']}delete/", follow=True)
    reference = address["A conversation"].split("/")[3]
    anna.post(f"{COMPOSE}?reply={reference}", {**LETTER, "action": "save"})
    yield "compose an answer", anna.get(f"{COMPOSE}?reply={formatted.split('/')[3]}")
    yield "compose a follow-up", anna.get(f"{COMPOSE}?reply={written.split('/')[3]}")
    yield "conversation with a draft", anna.get(address["A conversation"])
    yield "saved message", anna.get(f"{address['A conversation']}save/page/")


def attachments(scene: Scene) -> Iterator[State]:
    """Of an API that knows them. The list fails there."""
    letter = {"id": "m1", "text": "Hello", "attachments": ["policy.pdf", f"{LONG}.jpg"]}
    with Wire() as wire, override_settings(SECUREMAIL_API_URL=wire.url):
        wire.script(reply(envelope(secureMail=letter)))
        reference = sign(scene.anna.email, "Claims01", "m1", Direction.OUTBOUND)
        yield "letter with attachments", browser_of(scene.anna).get(f"/inbox/claims/{reference}/")


def writing(scene: Scene) -> Iterator[State]:
    ben = browser_of(scene.ben)
    billing = "/inbox/billing/compose/"
    yield from opened(ben, compose=COMPOSE, compose_with_extra_fields=billing)
    yield "compose with nothing", ben.post(COMPOSE, compose_form(ben, COMPOSE, subject="", text=""))
    yield "compose with too much", ben.post(COMPOSE, compose_form(ben, COMPOSE, text="x" * 10_001))
    wrong = {"extra-PolicyNumber": "1", "extra-Car": LONG}
    yield "compose with wrong fields", ben.post(billing, compose_form(ben, billing, **wrong))
    yield "compose with a secret", ben.post(COMPOSE, compose_form(ben, COMPOSE, text=CARD))
    earlier = compose_form(ben, COMPOSE, text="One version.")
    ben.post(COMPOSE, {**earlier, "action": "save"})
    draft = f"{COMPOSE}?draft={OutgoingMessage.objects.get(consumer=scene.ben).nonce}"
    yield "compose with a draft", ben.get(draft)
    yield "compose beside a draft", ben.get(COMPOSE)
    other = {**earlier, "text": "Another version.", "page": "b" * 32, "version": "0", "action": "save"}
    yield "compose with a conflict", ben.post(COMPOSE, other)


def searching(scene: Scene) -> Iterator[State]:
    def look(consumer: Consumer, words: str, department: str = "") -> HttpResponse:
        return browser_of(consumer).post("/search/", {"words": words, "department": department})

    yield "search with nothing", look(scene.anna, "")
    yield "search found", look(scene.anna, "conversation")
    yield "search found in one department", look(scene.anna, "Invoice", "billing")
    yield "search found nothing", look(scene.ben, "nowhere")
    yield "search that failed", look(scene.fay, "claim")
    with patch.object(settings, "PORTAL_SEARCH_CALLS", 5):
        yield "search that goes on", look(scene.anna, "Invoice 1")


def outbox(scene: Scene) -> Iterator[State]:
    otto = browser_of(scene.otto)
    yield "outbox without any", otto.get("/outgoing/")
    addresses = dict(outgoing(scene.otto))
    yield "outbox", otto.get("/outgoing/")
    yield "many notices", otto.get("/accounts/")
    OutgoingMessage.objects.exclude(reason="").update(seen=True)
    OutgoingMessage.objects.filter(state="queued").update(seen=True)
    yield "three notices", otto.get("/accounts/")
    for name, address in addresses.items():
        yield f"outgoing: {name}", otto.get(address, follow=True)
    yield "list with outgoing messages", otto.get("/inbox/claims/")
    Securebox.objects.get(slug="claims").consumers.remove(scene.otto)
    for name, address in addresses.items():
        yield f"outgoing without access: {name}", otto.get(address)
