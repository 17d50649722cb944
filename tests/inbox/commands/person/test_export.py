"""`manage.py person --export`: everything that is stored about one person, and nothing about another."""

import json
import stat

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.models import Activity, Consumer
from tests.inbox.commands.person.helpers import ANNA, FIREFOX, export


@pytest.mark.postgresql
def test_an_export_holds_something_of_every_table(full, capsys):
    found = export(capsys)
    assert {name for name, rows in found.items() if not rows} == {
        "acts_as_operator",
        "asked_for_by_other_accounts",
    }
    text = json.dumps(found, ensure_ascii=False)
    for known in ("Anna", ANNA, "A sentence begun", "A sentence under way", "Broken", FIREFOX, "203.0.113.7"):
        assert known in text.replace("A broken", "Broken")
    for known in ("Anna's phone", "customer-4711", "Auditors", "view_activity", "Claims"):
        assert known in text


def test_the_words_of_drafts_and_of_messages_under_way_are_decrypted(full, capsys):
    messages = {row["state"]: row["content"]["text"] for row in export(capsys)["outgoing_messages"]}
    assert messages == {"draft": "A sentence begun", "sent": "", "queued": "A sentence under way"}


def test_an_export_holds_no_secret(full, capsys):
    text = json.dumps(export(capsys), ensure_ascii=False)
    assert [name for name, secret in full.items() if secret in text] == []


def test_an_export_holds_nothing_about_others(others, capsys):
    text = json.dumps(export(capsys), ensure_ascii=False)
    for other in ("alice", "Alice", "bob@", "olga", "198.51.100.9"):
        assert other not in text
    assert "Name changed" in text  # Olga's act on Anna is there, without her name.


def test_an_operators_export_holds_what_they_did_and_not_to_whom(others, capsys):
    found = export(capsys, "olga@example.com")
    text = json.dumps(found, ensure_ascii=False)
    assert [act["event"] for act in found["acts_as_operator"]].count("name_changed") == 2
    assert "anna" not in text and "bob" not in text and "198.51.100.9" in text


def test_lines_of_an_account_that_once_had_the_address_stay_with_that_account(bob, capsys):
    activity.record(Event.ADDRESS_CHANGED, bob, detail=ANNA)
    activity.record(Event.SIGNED_IN, Consumer(email=ANNA), detail="password")
    assert [line["what"] for line in export(capsys)["activity_log"]] == ["Signed in: password"]


def test_a_file_can_be_read_by_its_owner_alone(full, tmp_path, capsys):
    path = tmp_path / "anna.json"
    call_command("person", ANNA, "--export", output=path)
    assert json.loads(path.read_text())["address"] == ANNA and ANNA not in capsys.readouterr().out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_exists_is_not_overwritten(anna, tmp_path):
    path = tmp_path / "anna.json"
    path.write_text("kept")
    with pytest.raises(CommandError, match="cannot be created: File exists"):
        call_command("person", ANNA, "--export", output=path)
    assert path.read_text() == "kept"


def test_an_export_is_a_line_in_the_log(anna, capsys):
    export(capsys)
    line = Activity.objects.filter(consumer=anna).first()
    assert (line.event, line.by, line.detail) == (Event.EXPORTED, "command", "person")


def test_a_missing_key_is_an_error_and_the_rest_is_exported(full, settings, capsys):
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    capsys.readouterr()
    with pytest.raises(CommandError, match="3 messages cannot be decrypted"):
        call_command("person", ANNA, "--export")
    found = json.loads(capsys.readouterr().out)
    assert found["account"][0]["email"] == ANNA
    assert {row["content"] for row in found["outgoing_messages"]} == {None}
