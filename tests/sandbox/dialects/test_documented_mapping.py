"""With the mapping in `docs/sandbox.md`, the portal understands the dialects that it is for."""

import re

import pytest

from tests.inbox.helpers import only_reference
from tests.sandbox.dialects.test_switching import DOCUMENTATION
from tests.sandbox.helpers import ALICE, stored

DIALECTS = ("nested", "other-words", "dates=local")


@pytest.fixture
def mapping(settings, sandbox) -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    assert " ".join(f"--dialect {name}" for name in DIALECTS) in " ".join(text.split())
    settings.SECUREMAIL_DIALECT = re.findall(r"```json\n(.+?)```", text, re.S)[0]
    sandbox.dialect(*DIALECTS)


@pytest.mark.usefixtures("mapping")
def test_a_received_message_is_listed_opened_and_marked_as_read(alice_client, sandbox):
    received = sandbox.add(
        ALICE,
        "Your visit",
        securebox="Claims01",
        text="See you.",
        from_name="Priya",
        date="2026-07-01T08:00:00Z",
    )
    listed = alice_client.get("/inbox/claims/").content.decode()
    assert "Your visit" in listed and "Priya" in listed and "1 Jul" in listed
    opened = alice_client.get(f"/inbox/claims/{only_reference(alice_client)}/").content.decode()
    assert "See you." in opened and "08:00" in opened
    assert stored(sandbox, received)["status"] == "read"


@pytest.mark.usefixtures("mapping")
def test_a_new_message_arrives(alice_client, sandbox):
    fields = {"subject": "Hail", "text": "On my car", "action": "send"}
    alice_client.post("/inbox/claims/compose/", fields)
    (mail,) = sandbox.messages()
    assert (mail["address"], mail["subject"], mail["text"]) == (ALICE, "Hail", "On my car")
