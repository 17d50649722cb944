"""Stored text is unreadable without its key; if the key is missing, consumer and operator are told."""

import logging
import subprocess
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.db import connection

from inbox.models import OutgoingMessage
from portal import encryption
from tests.conftest import sign_in
from tests.inbox.helpers import discard
from tests.inbox.windows import COMPOSE, Window

CANARY = "canary7f3a"
TYPED = {"subject": f"subject-{CANARY}", "text": f"text-{CANARY}", "quote": f"quote-{CANARY}"}
ALICE = "alice@example.com"
UNREADABLE = "We can’t open what you wrote right now."


def everything_in_the_database() -> str:
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  The name of one of our own tables.
            rows += cursor.fetchall()
    return repr(rows)


def outgoing_rows() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM inbox_outgoingmessage")
        return repr(cursor.fetchall())


def contents_of_the_database_files() -> bytes:
    """Read in another process: closing a file here would drop the locks that SQLite holds on it in this one.

    Another process, such as a test's `deliver`, would then take the database for its own and clear the log that
    this one still reads: each new connection here would end with "disk I/O error".
    """
    file = Path(connection.settings_dict["NAME"])
    command = ["cat", *file.parent.glob(f"{file.name}*")]
    return subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603  Our own files.


@pytest.fixture
def draft(alice_client) -> str:
    """The URL of Alice's draft."""
    Window(alice_client).save(**TYPED)
    return f"{COMPOSE}?draft={OutgoingMessage.objects.get().nonce}"


@pytest.mark.postgresql
def test_the_database_does_not_contain_the_text_of_a_draft(draft):
    assert OutgoingMessage.objects.get().encrypted_content in everything_in_the_database()
    assert CANARY not in everything_in_the_database()


@pytest.mark.postgresql
@pytest.mark.parametrize("fault", ["status", "failure", "store_then_close", None])
def test_the_database_contains_no_text_or_sender_address_in_any_state(alice_client, sandbox, fault):
    if fault:
        sandbox.fault(fault, operation="send", **({"status": 429} if fault == "status" else {}))
    Window(alice_client).send(**TYPED)
    assert OutgoingMessage.objects.count() == 1
    assert CANARY not in everything_in_the_database() and ALICE not in outgoing_rows()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="It reads the database's own file.")
def test_the_database_file_does_not_contain_the_text_of_a_draft(draft, alice_client):
    Window(alice_client, draft).save(text=f"other-{CANARY}")
    written = contents_of_the_database_files()
    assert OutgoingMessage.objects.get().encrypted_content.encode() in written
    assert CANARY.encode() not in written


def test_equal_texts_are_encrypted_differently(alice_client):
    for _ in range(2):
        Window(alice_client).save(**TYPED)
    first, second = OutgoingMessage.objects.values_list("encrypted_content", flat=True)
    assert first[:80] != second[:80]


def test_the_log_contains_neither_text_nor_compose_token(alice_client, sandbox, caplog):
    for logger in (None, "inbox", "portal"):
        caplog.set_level(logging.DEBUG, logger)
    window = Window(alice_client).save(**TYPED)
    sandbox.fault("store_then_close", operation="send")
    window.send(subject="").send(subject=TYPED["subject"])
    window.browser.logout()
    window.browser.post(COMPOSE, {**TYPED, "form": "forged"})
    assert caplog.records and CANARY not in caplog.text
    assert ALICE not in caplog.text and OutgoingMessage.objects.get().encrypted_content not in caplog.text


# --- A missing key ----------------------------------------------------------------------------------------


@pytest.fixture
def _without_key(draft, settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]


@pytest.mark.usefixtures("_without_key")
def test_a_draft_without_its_key_is_said_not_to_be_lost(alice_client, draft):
    html = alice_client.get(draft, follow=True).content.decode()
    assert f"{UNREADABLE} It isn’t lost" in html and "Discard this message" in html
    assert "Continue writing" not in html


def test_a_receipt_without_its_key_is_said_not_to_be_lost(alice_client, sandbox, settings):
    Window(alice_client).send(**TYPED)
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    answer = alice_client.get(f"/outgoing/{OutgoingMessage.objects.get().nonce}/receipt/")
    html = answer.content.decode()
    assert answer.status_code == 503 and "We can’t open what you wrote right now" in html
    assert "It isn’t lost" in html and answer["X-Request-Id"] in html


@pytest.mark.usefixtures("_without_key")
def test_a_missing_key_is_logged_without_the_ciphertext(alice_client, draft, caplog):
    alice_client.get(draft)
    error = next(record for record in caplog.records if record.name.startswith("inbox"))
    assert error.levelname == "ERROR" and "FIELD_ENCRYPTION_KEYS" in error.getMessage()
    assert OutgoingMessage.objects.get().encrypted_content[:20] not in caplog.text


@pytest.mark.usefixtures("_without_key")
def test_other_pages_work_without_the_key(alice_client):
    assert "(can’t be opened right now)" in alice_client.get("/outgoing/").content.decode()
    for address in ("/", "/inbox/claims/", COMPOSE):
        assert alice_client.get(address).status_code == 200
    assert Window(alice_client).save(text="New words.").fields["text"] == "New words."


@pytest.mark.usefixtures("_without_key")
def test_a_draft_without_its_key_can_be_discarded(alice_client):
    assert "Message discarded." in discard(alice_client, OutgoingMessage.objects.get())


def test_a_queued_message_without_its_key_stays_queued_and_is_listed(alice_client, sandbox, settings):
    sandbox.fault("status", status=429, operation="send", times=1)
    Window(alice_client).send(**TYPED)
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    message = OutgoingMessage.objects.get()
    shown = alice_client.post(f"/outgoing/{message.nonce}/now/", follow=True).content.decode()
    message.refresh_from_db()
    assert message.state == OutgoingMessage.State.QUEUED and len(sandbox.calls("send")) == 1
    assert "We can’t open what you wrote right now. It isn’t lost" in shown


def test_an_open_page_can_be_saved_after_its_key_was_removed(alice_client, settings):
    window = Window(alice_client).save(**TYPED)
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    assert window.save(text="Anew.").fields["text"] == "Anew."


@pytest.mark.postgresql
@pytest.mark.parametrize("sealed", ["{:.100}", "A{}", "", "x", "é", "-", "\u2028"])
def test_an_altered_row_is_refused(alice_client, draft, sealed):
    message = OutgoingMessage.objects.get()
    OutgoingMessage.objects.update(encrypted_content=sealed.format(message.encrypted_content))
    html = alice_client.get(draft, follow=True).content.decode()
    assert UNREADABLE in html and CANARY not in html


@pytest.mark.postgresql
def test_content_copied_to_another_row_cannot_be_decrypted(alice_client, bob, draft):
    Window(alice_client).save(text="Another draft.")
    other, first = OutgoingMessage.objects.order_by("-pk")
    OutgoingMessage.objects.filter(pk=other.pk).update(encrypted_content=first.encrypted_content)
    html = alice_client.get(f"{COMPOSE}?draft={other.nonce}", follow=True).content.decode()
    assert UNREADABLE in html and CANARY not in html
    assert Window(alice_client, draft).fields["text"] == TYPED["text"]


def test_a_row_moved_to_another_account_cannot_be_decrypted(alice_client, bob, draft):
    OutgoingMessage.objects.update(consumer=bob)
    html = sign_in(bob).get(draft, follow=True).content.decode()
    html += sign_in(bob).get("/outgoing/").content.decode()
    assert UNREADABLE in html and CANARY not in html


# --- Keys -------------------------------------------------------------------------------------------------


def test_the_first_key_encrypts_and_every_key_decrypts(settings):
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    settings.FIELD_ENCRYPTION_KEYS = [old]
    before = encryption.encrypt("words")
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    after = encryption.encrypt("words")
    assert encryption.decrypt(before) == encryption.decrypt(after) == "words"
    assert Fernet(new).decrypt(after) == b"words"


def test_the_error_names_the_setting_but_no_key_and_no_text(settings):
    sealed = encryption.encrypt("words")
    settings.FIELD_ENCRYPTION_KEYS = [key := Fernet.generate_key().decode()]
    for use in (encryption.decrypt, encryption.rotate):
        with pytest.raises(encryption.KeyMissing, match="FIELD_ENCRYPTION_KEYS") as caught:
            use(sealed)
        assert sealed not in str(caught.value) and key not in str(caught.value)
        assert caught.value.__cause__ is None and caught.value.__suppress_context__


@pytest.mark.parametrize("words", ["", "é👩🏽‍🚒\x00", "x" * 1_000_000])
def test_decrypting_gives_back_the_text(words):
    assert encryption.decrypt(encryption.encrypt(words)) == words
