from datetime import timedelta
from html import unescape
from unittest.mock import Mock
from uuid import uuid4

import pytest
import time_machine
from django.http import Http404
from django.utils import timezone

from inbox.access import mailbox_of, open_mailbox, open_mailboxes, records_for
from inbox.access.records import Records
from inbox.extra_fields import ExtraField
from inbox.models import OutgoingMessage, Securebox, WithdrawnMessage
from inbox.securemail import Direction, Hidden, Listing, Message, Party

ALICE, BOB = Party(address="alice@example.com"), Party(address="bob@example.com")


def message(number, recipient=ALICE, securebox=None):
    return Message(
        id=f"m{number}", recipients=(recipient,), direction=Direction.OUTBOUND, securebox=securebox
    )


@pytest.fixture
def mailbox(alice, monkeypatch):
    """A client whose listings contain its `entries`, and Alice's mailbox for claims, which uses it."""
    client = Mock()
    client.list_messages.side_effect = lambda *_, index, count, **__: Listing(
        entries=tuple(client.entries[index : index + count])
    )
    monkeypatch.setattr("inbox.access.mailbox.get_client", lambda _connection: client)
    return client, mailbox_of(alice, "claims")


def ids(page):
    return [entry.message.id for entry in page.entries]


def test_an_unusable_entry_does_not_shift_the_pages(mailbox):
    client, box = mailbox
    client.entries = [message(1), None, message(3)]
    page = box.page(1, size=2)
    assert ids(page) == ["m1"] and page.has_next


def test_a_listed_message_that_names_another_address_or_securebox_is_not_shown(mailbox):
    client, box = mailbox
    client.entries = [
        message(1),
        message(2, BOB),
        message(3, securebox="Other1"),
        message(4, securebox="Claims01"),
    ]
    page = box.page(1, size=10)
    assert ids(page) == ["m1", "m4"]
    assert page.hidden == {Hidden.OTHER_ADDRESS: 1, Hidden.OTHER_SECUREBOX: 1} and page.unusable == 2
    assert [m and m.id for m in box.unread_messages(10).rows] == ["m1", None, None, "m4"]


def test_the_log_says_which_rule_hid_how_many_and_nothing_more(mailbox, caplog):
    client, box = mailbox
    client.entries = [None, message(1), message(2, BOB), message(3, BOB), message(4, securebox="Other1")]
    box.page(1, size=10)
    assert [record.getMessage() for record in caplog.records if record.name == "inbox.access.mailbox"] == [
        "list: 4 of 5 messages are not shown: 2 names another address, 1 names another securebox, 1 no usable id"
    ]


def test_a_fetched_message_that_names_another_address_is_a_404_with_its_rule_in_the_log(mailbox, caplog):
    client, box = mailbox
    client.entries, client.get.return_value = [message(1)], message(1, BOB)
    (entry,) = box.page(1, size=1).entries
    with pytest.raises(Http404):
        box.open(entry.reference, mark_read=True)
    assert "get: 1 of 1 messages are not shown: 1 names another address" in caplog.text


def test_what_the_operator_declared_is_shown_and_only_that(mailbox, settings):
    client, box = mailbox
    settings.SECUREMAIL_DIALECT = {"box_addresses": ["claims@example.com"]}
    box.securebox.aliases = "Claims Department\nclaims01"
    own = Party(address="claims@example.com")
    client.entries = [
        message(1, own),
        message(2, securebox="claims department"),
        message(3, securebox="CLAIMS01"),
        message(4, BOB, securebox="Claims Department"),
        message(5, securebox="Claims"),
        Message(id="m6", sender=own, recipients=(own, BOB)),
    ]
    assert ids(box.page(1, size=10)) == ["m1", "m2", "m3"]
    client.get.return_value = message(2, BOB, securebox="Claims Department")
    with pytest.raises(Http404):
        box.open(box.page(1, size=10).entries[1].reference, mark_read=False)


def test_a_page_without_usable_messages_does_not_look_empty(mailbox, alice_client):
    client, _box = mailbox
    client.entries, client.count.return_value = [None, message(2, BOB)], 2
    html = alice_client.get("/inbox/claims/").content.decode()
    assert "We can’t show 2 messages here." in unescape(html) and "No messages yet" not in html
    assert alice_client.get("/unread.json").json()["secureboxes"]["claims"] is None


# --- Sent messages stay in the agents' queue --------------------------------------------------------------


@pytest.fixture
def sent(mailbox):
    """The client, Alice's mailbox, and a reference to a message that she sent."""
    client, box = mailbox
    client.entries = [Message(id="m1", sender=ALICE, direction=Direction.INBOUND)]
    client.get.return_value = client.entries[0]
    return client, box, box.page(1, size=1).entries[0].reference


def test_opening_a_sent_message_never_marks_it_as_read(sent):
    client, box, reference = sent
    box.open(reference, mark_read=True)
    assert client.get.call_args.kwargs["read"] is False


@pytest.mark.parametrize("action", ["delete", "purge"])
def test_a_sent_message_cannot_be_removed(sent, action):
    client, box, reference = sent
    with pytest.raises(Http404):
        getattr(box, action)(reference)
    assert client.remove.call_count == 0


def test_of_several_messages_only_the_received_are_removed(sent):
    client, box, own = sent
    client.entries = [message(2)]
    received = box.page(1, size=1).entries[0].reference
    result = box.delete_selected([own, received], seconds=60)
    assert (result.changed, result.skipped, result.failed) == (1, 1, 0)
    assert [call.args[0] for call in client.remove.call_args_list] == ["m2"]


# --- Requests ---------------------------------------------------------------------------------------------


@pytest.fixture
def request_of(rf):
    def make(consumer, slugs=None):
        request = rf.get("/")
        request.user = consumer
        if slugs is not None:
            request.allowed_slugs = frozenset(slugs)
        return request

    return make


def slugs_of(request):
    return [mailbox.securebox.slug for mailbox in open_mailboxes(request)]


def test_a_request_opens_every_securebox_of_its_consumer(alice, charlie, request_of):
    assert slugs_of(request_of(alice)) == ["claims", "billing"] and slugs_of(request_of(charlie)) == []


@pytest.mark.parametrize("allowed", [{"billing"}, set(), {"billing", "unknown"}])
def test_a_limited_request_opens_those_that_are_allowed(alice, request_of, allowed):
    request = request_of(alice, allowed)
    assert slugs_of(request) == sorted(allowed & {"billing"})
    with pytest.raises(Http404):
        open_mailbox(request, "claims")


def test_a_limit_of_one_request_does_not_reach_the_next(alice, request_of):
    """Both requests have the same object as their user: the limit must not be kept there."""
    assert slugs_of(request_of(alice, {"billing"})) == ["billing"]
    assert slugs_of(request_of(alice)) == ["claims", "billing"]


def test_a_request_asks_the_database_once(alice, request_of, django_assert_num_queries):
    request = request_of(alice)
    with django_assert_num_queries(1):
        open_mailboxes(request)
    with django_assert_num_queries(0):
        assert slugs_of(request) == ["claims", "billing"] and open_mailbox(request, "claims")


def test_a_request_that_signs_another_consumer_in_opens_theirs(alice, charlie, request_of):
    request = request_of(alice)
    open_mailboxes(request)
    request.user = charlie
    assert slugs_of(request) == []


def test_what_was_sent_long_ago_is_not_looked_for(alice, request_of):
    """Each request has its own time, though all use the same SQL."""
    mine = {"consumer": alice, "securebox": Securebox.objects.get(slug="claims")}
    OutgoingMessage.objects.create(nonce=uuid4(), state="sent", seen=True, tried_since=timezone.now(), **mine)
    assert records_for(request_of(alice)).outgoing
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert not records_for(request_of(alice)).outgoing


def test_what_the_portal_has_of_its_own_is_known_from_the_query_for_the_secureboxes(
    alice, bob, request_of, rf
):
    """But not in a request that may change it, nor in a poll, which has no use for it."""
    mine = {"consumer": alice, "securebox": Securebox.objects.get(slug="claims")}
    assert records_for(request_of(alice)) == Records(*[False] * 4)
    OutgoingMessage.objects.create(nonce=uuid4(), **mine)
    assert records_for(request_of(alice)) == Records(True, False, False, False)
    OutgoingMessage.objects.create(nonce=uuid4(), state="sent", reply="o.1", secure_mail_id="1", **mine)
    WithdrawnMessage.objects.create(consumer=alice, message_hash="x")
    ExtraField.objects.create(securebox=mine["securebox"], key="Policy", label="Policy")
    assert [box.records for box in open_mailboxes(request_of(alice))] == [
        Records(True, True, True, True),
        Records(True, True, True, False),
    ]
    assert records_for(request_of(bob)) == Records(False, False, False, True)
    post = rf.post("/")
    post.user = bob
    assert records_for(post) == open_mailboxes(request_of(bob), for_poll=True)[0].records == Records()
