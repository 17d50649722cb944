from unittest.mock import Mock

import pytest

from inbox import access
from inbox.access import open_mailbox
from inbox.securemail import Direction, Listing, Message, Party

ALICE, BOB = Party(address="alice@example.com"), Party(address="bob@example.com")


def message(number, recipient=ALICE, securebox=None):
    return Message(
        id=f"m{number}", recipients=(recipient,), direction=Direction.OUTBOUND, securebox=securebox
    )


@pytest.fixture
def mailbox(alice, monkeypatch):
    """Alice's claims box, over an upstream that answers each listing with `mailbox.listing`."""
    client = Mock()
    client.list_messages.side_effect = lambda *_, **__: Listing(entries=tuple(client.entries))
    monkeypatch.setattr(access, "get_client", lambda: client)
    return client, open_mailbox(alice, "claims")


def ids(page):
    return [entry.message.id for entry in page.entries]


def test_an_unusable_entry_does_not_pull_the_next_pages_first_message_onto_this_one(mailbox):
    client, box = mailbox
    client.entries = [message(1), None, message(3)]
    page = box.page(1, size=2)
    assert ids(page) == ["m1"] and page.has_next


def test_a_listed_message_that_names_somebody_else_or_another_box_is_not_shown(mailbox):
    client, box = mailbox
    client.entries = [
        message(1),
        message(2, BOB),
        message(3, securebox="Other1"),
        message(4, securebox="Claims01"),
    ]
    assert ids(box.page(1, size=10)) == ["m1", "m4"]
    assert box.page(1, size=10).unusable == 2
    assert [m and m.id for m in box.unread_messages(10)] == ["m1", None, None, "m4"]


def test_a_page_of_nothing_usable_is_not_an_empty_box(mailbox, alice_client):
    client, _box = mailbox
    client.entries, client.count.return_value = [None, message(2, BOB)], 2
    html = alice_client.get("/inbox/claims/").content.decode()
    assert "2 messages cannot be shown" in html and "No messages yet." not in html
    assert alice_client.get("/unread.json").json()["secureboxes"]["claims"] is None
