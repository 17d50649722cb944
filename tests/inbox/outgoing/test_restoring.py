"""A database that was restored from a backup: what it holds as queued may have been sent since, and is not repeated."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from inbox.models import OutgoingMessage, SendingMark
from inbox.outgoing import schedule, sending, sending_mark
from portal.accounts.models import PortalMail, WindowCode
from portal.cache.unavailable import CacheUnavailable
from tests.conftest import sign_in
from tests.inbox.helpers import choose, make_due, outgoing_page, reload, send
from tests.inbox.windows import COMPOSE, Window

pytestmark = pytest.mark.postgresql("inbox.outgoing.sending_mark", "portal.accounts.sessions.revoke")

ALICE = "alice@example.com"
REFUSED = "The database is older than the last known sending"


class Backup:
    """The tables of what people write, as they are now."""

    def __init__(self) -> None:
        models: tuple[type[Model], ...] = (OutgoingMessage, SendingMark)
        self._rows: dict[type[Model], list[dict[str, Any]]] = {
            model: list(model._base_manager.values()) for model in models
        }

    def restore(self) -> None:
        for model, rows in self._rows.items():
            model._base_manager.all().delete()
            model._base_manager.bulk_create(model(**row) for row in rows)


def deliver(**options: bool) -> str:
    said = StringIO()
    call_command("deliver", stdout=said, **options)
    return said.getvalue()


def texts_at(sandbox) -> list[str]:
    """What has arrived upstream, in order."""
    return sorted(mail["text"] for mail in sandbox.messages(ALICE))


def queue(client: Client, sandbox, text: str) -> OutgoingMessage:
    """A message that is certain not to have been sent yet, and is due."""
    sandbox.fault("status", status=429, operation="send")
    message = send(client, text=text)
    make_due(message)
    sandbox.heal()
    return message


@pytest.fixture
def queued(alice_client, sandbox) -> OutgoingMessage:
    return queue(alice_client, sandbox, "In the backup")


@pytest.fixture
def restored(queued) -> OutgoingMessage:
    """It was queued when the backup was made, was sent, and is queued again."""
    backup = Backup()
    deliver()
    assert reload(queued).state == "sent"
    backup.restore()
    return reload(queued)


def test_what_was_sent_since_the_backup_is_not_sent_again(alice_client, sandbox, restored, caplog):
    with pytest.raises(CommandError, match=f"{REFUSED}.*deliver --after-restore"):
        deliver()
    assert choose(alice_client, restored, "now").state == "queued"
    assert texts_at(sandbox) == ["In the backup"]
    assert REFUSED in caplog.text


def test_meanwhile_pages_queue_what_people_write_and_say_so(alice_client, sandbox, restored):
    message = send(alice_client, text="Written meanwhile")
    assert message.state == "queued" and texts_at(sandbox) == ["In the backup"]
    assert "we’ll send it as soon as we’ve fixed this" in outgoing_page(alice_client, message)


def test_after_a_restore_what_was_sent_is_found_and_what_was_written_since_is_sent(
    alice, alice_client, sandbox, restored
):
    with pytest.raises(CommandError):
        deliver()
    later = send(alice_client, text="Written meanwhile")
    assert "since the backup: 1." in deliver(after_restore=True)
    assert (reload(restored).state, reload(later).state) == ("unconfirmed", "queued")
    for message in (restored, later):
        make_due(message)
    deliver()
    assert (reload(restored).state, reload(later).state) == ("sent", "sent")
    assert texts_at(sandbox) == ["In the backup", "Written meanwhile"]
    (mail,) = (mail for mail in sandbox.messages(ALICE) if mail["text"] == "In the backup")
    receipt = sign_in(alice).get(f"/outgoing/{restored.nonce}/receipt/").content.decode()
    assert f"Message id: {mail['id']}" in receipt


def test_a_message_that_was_being_sent_is_looked_for_too(alice_client, sandbox, queued):
    sending.claim(queued)
    backup = Backup()
    send(alice_client, text="Sent since")
    backup.restore()
    deliver(after_restore=True)
    assert reload(queued).state == "unconfirmed"


def test_what_is_not_found_is_its_writers_decision(alice, alice_client, sandbox, queued):
    backup = Backup()
    send(alice_client, text="Sent since")
    backup.restore()
    deliver(after_restore=True)
    alice_client = sign_in(alice)
    page = outgoing_page(alice_client, queued)
    assert "We had to restore our records from an earlier copy" in page
    for _ in schedule.LOOKUP_DELAYS:
        make_due(queued)
        deliver()
    assert "We’ve checked and haven’t found it" in outgoing_page(alice_client, queued)
    assert texts_at(sandbox) == ["Sent since"]
    choose(alice_client, queued, "again", attempts=str(reload(queued).attempts))
    assert texts_at(sandbox) == ["In the backup", "Sent since"]


def test_a_restored_database_without_anything_sent_since_goes_on(alice_client, sandbox, queued):
    Backup().restore()
    deliver()
    assert texts_at(sandbox) == ["In the backup"]


def test_a_lost_cache_is_no_alarm(alice_client, sandbox, queued):
    send(alice_client, text="Before")
    cache.clear()
    deliver()
    assert reload(queued).state == "sent"


def test_a_cache_that_does_not_answer_holds_up_no_message(alice_client, sandbox, queued, monkeypatch):
    class LostCache:
        def __getattr__(self, _name: str) -> Any:
            raise CacheUnavailable

    monkeypatch.setattr(sending_mark, "cache", LostCache())
    deliver()
    assert reload(queued).state == "sent"


def test_by_hand_where_nothing_outside_the_database_knows(alice_client, sandbox, restored):
    cache.clear()
    deliver(after_restore=True)
    make_due(restored)
    deliver()
    assert reload(restored).state == "sent" and texts_at(sandbox) == ["In the backup"]


def test_once_noticed_every_process_knows_even_if_the_cache_is_lost(alice_client, sandbox, restored):
    with pytest.raises(CommandError):
        deliver()
    cache.clear()
    with pytest.raises(CommandError):
        deliver()
    assert choose(alice_client, restored, "now").state == "queued"


def test_two_operators_after_one_restore_do_no_harm(alice_client, sandbox, restored):
    deliver(after_restore=True)
    deliver(after_restore=True)
    make_due(restored)
    deliver()
    assert reload(restored).state == "sent" and texts_at(sandbox) == ["In the backup"]


def test_a_second_restore_is_noticed_like_the_first(alice, alice_client, sandbox, restored):
    deliver(after_restore=True)
    alice_client = sign_in(alice)
    again = queue(alice_client, sandbox, "In the second backup")
    backup = Backup()
    deliver()
    backup.restore()
    with pytest.raises(CommandError, match=REFUSED):
        deliver()
    assert texts_at(sandbox).count("In the second backup") == 1 and reload(again).state == "queued"


# --- The file ----------------------------------------------------------------------------------------------


@pytest.fixture
def mark_file(settings, tmp_path):
    settings.PORTAL_SENDING_MARK_FILE = str(tmp_path / "mark")
    return tmp_path / "mark"


def test_a_file_knows_what_a_lost_cache_does_not(mark_file, alice_client, sandbox, restored):
    cache.clear()
    with pytest.raises(CommandError, match=REFUSED):
        deliver()
    deliver(after_restore=True)
    make_due(restored)
    deliver()
    assert reload(restored).state == "sent"


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe", b"00000000-0000-4000-8000-000000000000 00000000000000009999\n"]
)
def test_a_file_that_is_empty_or_anothers_is_no_alarm(mark_file, alice_client, sandbox, queued, content):
    mark_file.write_bytes(content)
    deliver()
    assert reload(queued).state == "sent"
    assert mark_file.read_text().startswith(str(SendingMark.objects.get().installation))


def test_a_file_that_cannot_be_used_holds_up_no_message(
    settings, tmp_path, alice_client, sandbox, queued, caplog
):
    settings.PORTAL_SENDING_MARK_FILE = str(tmp_path)
    deliver()
    assert reload(queued).state == "sent"
    assert "PORTAL_SENDING_MARK_FILE cannot be written: Is a directory" in caplog.text


# --- Pages and sessions of before --------------------------------------------------------------------------


def test_a_page_that_was_open_before_asks_whether_its_text_was_sent(alice, alice_client, sandbox):
    backup, form = Backup(), {**Window(alice_client).fields, "subject": "Once", "text": "Only once"}
    alice_client.post(COMPOSE, form)
    backup.restore()
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        deliver(after_restore=True)
        again = sign_in(alice).post(COMPOSE, form)
    page = again.content.decode()
    assert again.status_code == 409 and "Check your sent messages first." in page and "Only once" in page
    assert texts_at(sandbox) == ["Only once"]


def test_pressing_send_once_more_sends(alice, alice_client, sandbox):
    window = Window(alice_client)
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=False):
        deliver(after_restore=True)
        window.browser = sign_in(alice)
        window.send(subject="Once", text="Only once")
        assert window.send(subject="Once", text="Only once").shows("was sent")


def test_a_draft_of_before_says_that_it_may_have_been_sent(alice, alice_client, sandbox):
    Window(alice_client).save(text="Half a sentence")
    deliver(after_restore=True)
    nonce = OutgoingMessage.objects.get().nonce
    page = sign_in(alice).get(f"{COMPOSE}?draft={nonce}").content.decode()
    assert "Check your sent messages first." in page and "Half a sentence" in page


def test_all_sessions_end_since_some_of_them_had_ended_before(alice_client, sandbox):
    assert alice_client.get("/").status_code == 200
    assert "Sessions that have ended: 1." in deliver(after_restore=True)
    assert alice_client.get("/").status_code == 302 and not WindowCode.objects.exists()


def test_codes_that_waited_are_not_mailed_again_and_invitations_are(db):
    for kind in PortalMail.Kind.values:
        PortalMail.objects.create(kind=kind, recipient="r", encrypted_content="c", expires_at=timezone.now())
    deliver(after_restore=True)
    assert [mail.kind for mail in PortalMail.objects.all()] == ["invitation"]
