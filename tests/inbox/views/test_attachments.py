"""The files that came with a message: the page names them, and says that they cannot be opened."""

import re
from html import unescape

import pytest

from inbox.models import Securebox
from inbox.references import sign
from inbox.securemail import Direction
from tests.support.wire import Wire, envelope, reply

ALICE = "alice@example.com"


@pytest.fixture
def page(alice_client, settings):
    """What a message with these attachments says on its page."""
    with Wire() as wire:
        settings.SECUREMAIL_API_URL = wire.url

        def words(attachments):
            wire.script(reply(envelope(secureMail={"id": "m1", "text": "Hello", "attachments": attachments})))
            address = f"/inbox/claims/{sign(ALICE, 'Claims01', 'm1', Direction.OUTBOUND)}/"
            html = alice_client.get(address).content.decode()
            note = re.search(r'<p class="note attachments">(.*?)</p>', html, re.S)
            return " ".join(unescape(re.sub(r"<[^>]+>", "", note[1])).split()) if note else ""

        yield words


@pytest.mark.parametrize(
    ("attachments", "words"),
    [
        (
            ["policy.pdf", "photo.jpg"],
            "2 files came with this message: policy.pdf, photo.jpg. They can’t be opened here yet.",
        ),
        (["policy.pdf"], "1 file came with this message: policy.pdf. It can’t be opened here yet."),
        (1, "1 file came with this message. It can’t be opened here yet."),
        (3, "3 files came with this message. They can’t be opened here yet."),
        (
            ["policy.pdf", {"id": "7"}, {"id": "8"}],
            "3 files came with this message: policy.pdf, and 2 more. They can’t be opened here yet.",
        ),
        (
            ["<script>alert(1)</script>&.pdf"],
            "1 file came with this message: script>&.pdf. It can’t be opened here yet.",
        ),
        ([], ""),
        ([{"name": "logo.png", "contentId": "logo", "disposition": "inline"}], ""),
    ],
)
def test_the_page_says_which_files_came_with_it(page, attachments, words):
    assert page(attachments) == words


def test_it_says_how_to_get_them(page):
    Securebox.objects.filter(slug="claims").update(attachment_hint="Ask us to post them: <b>at once</b>.")
    assert page(["a.pdf"]).endswith("It can’t be opened here yet. Ask us to post them: <b>at once</b>.")


def test_the_compose_page_says_that_files_cannot_be_sent(alice_client):
    assert "You can’t attach files here." in alice_client.get("/inbox/claims/compose/").content.decode()
