"""Replacing keys that several processes share: `manage.py keys` leads, and the wrong order is refused."""

from datetime import timedelta
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from portal.keys import fingerprints, running_processes
from portal.models import RunningProcess
from tests.inbox.windows import Window, draft_texts

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql("portal.models")]

ENCRYPTING, SIGNING = "FIELD_ENCRYPTION_KEYS", "SECRET_KEY"
NEW = Fernet.generate_key().decode()


def show(**options: str) -> str:
    said = StringIO()
    call_command("keys", stdout=said, **options)
    return said.getvalue()


def part(text: str, name: str) -> str:
    return text.split(f"\n{name}\n")[1].split("\n\n")[0]


@pytest.fixture
def another() -> RunningProcess:
    """Another process, with the keys that this one has now."""
    row = running_processes.row_of("pages")
    row.host = "web2"
    running_processes.announce(row)
    return row


def restart(process: RunningProcess) -> None:
    """With the keys that are set now."""
    process.keys = fingerprints.fingerprints()
    running_processes.announce(process)


def test_a_new_key_is_known_everywhere_before_it_encrypts(alice_client, settings, another):
    """The whole way, as the command leads it."""
    (old,) = settings.FIELD_ENCRYPTION_KEYS
    Window(alice_client).save(text="Kept")
    assert "make another one: manage.py keys --new FIELD_ENCRYPTION_KEYS" in part(show(), ENCRYPTING)
    new = show(new=ENCRYPTING).splitlines()[0]
    settings.FIELD_ENCRYPTION_KEYS = [old, new]
    assert "Add key 2 at the end of FIELD_ENCRYPTION_KEYS for pages on web2" in part(show(), ENCRYPTING)
    restart(another)
    assert "one that is new belongs to the front, everywhere" in part(show(), ENCRYPTING)
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    assert "Give 1 processes the same order" in part(show(), ENCRYPTING)
    restart(another)
    assert "Run manage.py rotate_keys: 1 rows need a former key" in part(show(), ENCRYPTING)
    call_command("rotate_keys")
    assert "a former one can be removed" in part(show(), ENCRYPTING)
    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert draft_texts() == ["Kept"]


def test_a_key_that_comes_first_too_early_is_refused_and_nothing_is_encrypted_with_it(
    alice_client, settings, another
):
    (old,) = settings.FIELD_ENCRYPTION_KEYS
    Window(alice_client).save(text="Kept")
    settings.FIELD_ENCRYPTION_KEYS = [NEW, old]
    with pytest.raises(CommandError, match="do not know the first of FIELD_ENCRYPTION_KEYS: pages on web2"):
        call_command("rotate_keys")
    with pytest.raises(CommandError, match="Not every process knows the first key: FIELD_ENCRYPTION_KEYS"):
        show()
    settings.FIELD_ENCRYPTION_KEYS = [old]  # What the other process still has.
    assert draft_texts() == ["Kept"]


def test_a_process_that_starts_with_such_a_key_alarms_operators_and_shows_no_key(settings, another, caplog):
    settings.FIELD_ENCRYPTION_KEYS = [NEW, *settings.FIELD_ENCRYPTION_KEYS]
    running_processes.announce(running_processes.row_of("deliver"))
    assert (
        "FIELD_ENCRYPTION_KEYS of this process begins with a key that 1 other processes do not know"
        in caplog.text
    )
    assert NEW not in caplog.text and not [
        key for key in settings.FIELD_ENCRYPTION_KEYS if key in caplog.text
    ]


def test_the_secret_key_goes_the_same_way(alice_client, settings, another):
    old, new = settings.SECRET_KEY, "n" * 60
    settings.SECRET_KEY_FALLBACKS = [new]
    assert "Add key 2 at the end of SECRET_KEY_FALLBACKS for pages on web2" in part(show(), SIGNING)
    restart(another)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = new, [old]
    restart(another)
    assert "Wait: 1 sessions need a former key" in part(show(), SIGNING)
    alice_client.post("/accounts/session/extend/")
    assert "a former one can be removed PORTAL_DRAFT_DAYS after it was SECRET_KEY" in part(show(), SIGNING)


def test_rows_of_a_key_that_is_gone_are_counted(alice_client, settings):
    Window(alice_client).save(text="Kept")
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert "of no key    1" in part(show(), ENCRYPTING)


def test_no_key_is_shown(settings, another):
    text = show()
    assert f"pages on web2, process {another.pid}: release {another.release}" in text
    assert not [key for key in (settings.SECRET_KEY, *settings.FIELD_ENCRYPTION_KEYS) if key in text]


def test_a_process_that_was_killed_counts_for_an_hour(settings, another):
    settings.FIELD_ENCRYPTION_KEYS = [NEW, *settings.FIELD_ENCRYPTION_KEYS]
    RunningProcess.objects.update(seen_at=timezone.now() - timedelta(minutes=59))
    with pytest.raises(CommandError):
        call_command("rotate_keys")
    call_command("rotate_keys", force=True)
    RunningProcess.objects.update(seen_at=timezone.now() - timedelta(minutes=61))
    call_command("rotate_keys")
    assert "No process of the portal has been seen" in show()


def test_rows_of_killed_processes_are_deleted_after_a_week(another):
    RunningProcess.objects.update(seen_at=timezone.now() - timedelta(days=8))
    running_processes.announce(running_processes.row_of("deliver"))
    assert [row.program for row in RunningProcess.objects.all()] == ["deliver"]


def test_a_process_that_cannot_say_that_it_runs_goes_on(monkeypatch, caplog):
    def fail(_row: RunningProcess) -> None:
        raise OperationalError

    monkeypatch.setattr(RunningProcess, "save", fail)
    running_processes.announce(running_processes.row_of("pages"))
    assert "This process could not say that it runs" in caplog.text
