"""The portal remembers what its consumers withdrew, and gives nothing away by it."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from inbox.access import mailbox_of
from inbox.conversations import withdrawn
from inbox.models import WithdrawnMessage
from inbox.references import sign
from inbox.securemail import Direction
from tests.inbox.conversations.entries import own, received

pytestmark = pytest.mark.postgresql("inbox.conversations.withdrawn", "inbox.models.withdrawn")


@pytest.fixture
def mailbox(alice, claims):
    return mailbox_of(alice, "claims")


@pytest.fixture
def note(mailbox):
    def note(message_id="m1"):
        withdrawn.note(mailbox, sign(mailbox.address, "Claims01", message_id, Direction.INBOUND))

    return note


def among(mailbox):
    return withdrawn.among({mailbox: [own("m1"), received("m2"), own("m3")]})[mailbox]


def test_what_was_withdrawn_is_known_among_other_messages(mailbox, note):
    assert among(mailbox) == frozenset()
    note()
    note()
    assert among(mailbox) == {"m1"} and WithdrawnMessage.objects.count() == 1


def test_it_is_known_for_its_consumer_and_box_alone(mailbox, note, bob, alice):
    note()
    assert among(mailbox_of(bob, "claims")) == among(mailbox_of(alice, "billing")) == frozenset()


def test_no_id_is_stored(note):
    note("4711abc")
    (row,) = WithdrawnMessage.objects.all()
    assert "4711" not in row.message_hash and len(row.message_hash) == 64


def test_it_is_known_after_a_new_secret_key(mailbox, note, settings):
    note()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "x" * 50
    assert among(mailbox) == {"m1"}


def test_tidy_forgets_it_when_the_log_does(mailbox, note, settings):
    note()
    with time_machine.travel(timezone.now() + timedelta(days=settings.PORTAL_ACTIVITY_DAYS - 1)):
        assert withdrawn.delete_old() == 0
    with time_machine.travel(timezone.now() + timedelta(days=settings.PORTAL_ACTIVITY_DAYS + 1)):
        assert withdrawn.delete_old() == 1
    assert among(mailbox) == frozenset()
