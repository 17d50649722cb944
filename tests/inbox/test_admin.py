"""Secureboxes and outgoing messages in the admin."""

import re

from inbox.models import OutgoingMessage, Securebox
from tests.accounts.operators import make_superuser
from tests.conftest import sign_in
from tests.inbox.helpers import send

LIST = "/admin/inbox/securebox/"


def test_positions_are_not_saved_while_a_box_names_an_unknown_connection(claims):
    Securebox.objects.filter(pk=claims.pk).update(connection="gone")
    form = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": claims.pk, "form-0-position": 7}
    answer = sign_in(make_superuser("Olga")).post(LIST, {**form, "_save": "Save"})
    assert answer.status_code == 200
    assert "has no connection “gone”" in answer.content.decode()
    claims.refresh_from_db()
    assert claims.position != 7


def test_outgoing_messages_are_filtered_by_state_and_drafts_are_no_choice(alice_client, sandbox):
    sandbox.fault("status", status=429, operation="send")
    send(alice_client)
    olga = sign_in(make_superuser("Olga"))
    page = olga.get("/admin/inbox/outgoingmessage/").content.decode()
    states = set(OutgoingMessage.State.values) - {"draft"}
    assert set(re.findall(r'href="\?state=(\w+)"', page)) == states
    listed = {state: olga.get(f"/admin/inbox/outgoingmessage/?state={state}") for state in states | {"draft"}}
    counts = {state: answer.context["cl"].result_count for state, answer in listed.items()}
    assert counts == dict.fromkeys(states, 0) | {"queued": 1, "draft": 1}, (
        "What is no choice filters nothing."
    )
