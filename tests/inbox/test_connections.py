"""A securebox with a connection of its own: nothing of it is mistaken for a box of the same name elsewhere."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection

from inbox.models import Securebox
from tests.inbox.helpers import only_reference, reload, send
from tests.support.wire import Wire, envelope, reply

LETTER = {"id": "m1", "from": "claims@example.com", "to": "alice@example.com", "direction": "out"}


class Tenant(Wire):
    """An API with one letter to Alice, of this subject."""

    def __init__(self, subject: str) -> None:
        super().__init__()
        self.script(self._answer)
        self._subject = subject

    def _answer(self, sock, stopped, request) -> bool:
        letter = {**LETTER, "subject": self._subject, "text": self._subject, "status": "unread"}
        parts = {
            "/securemail": {"data": [letter]},
            "/securemail/count": {"data": {"count": 1}},
            "/securemail/m1": {"secureMail": letter},
        }
        part = parts.get(request.path.removeprefix("/nexus/v3"), {})
        if request.method == "POST":
            part = {"secureMailId": "m2"}
        return reply(envelope(**part))(sock, stopped, request)

    def keys(self) -> set[str]:
        return {request.headers["x-api-key"] for request in self.requests}

    def operations(self) -> set[str]:
        return {f"{request.method} {request.path.removeprefix('/nexus/v3')}" for request in self.requests}


@pytest.fixture
def shared(sandbox, settings) -> Iterator[Tenant]:
    """In place of the sandbox."""
    with Tenant("Of the shared tenant") as tenant:
        settings.SECUREMAIL_API_URL, settings.SECUREMAIL_API_KEY = tenant.url, "key-for-tests"
        yield tenant


@pytest.fixture
def life_tenant(shared, settings) -> Iterator[Tenant]:
    with Tenant("Of life insurance") as tenant:
        settings.SECUREMAIL_CONNECTIONS = {"life": {"url": tenant.url, "keys": ["key-of-life"]}}
        yield tenant


@pytest.fixture
def life(alice, life_tenant) -> Securebox:
    """It has the same name as the box Claims, but elsewhere."""
    box = Securebox.objects.create(
        slug="life", title="Life", name="Claims01", connection="life", allows_purge=True
    )
    box.full_clean()
    return box


def test_each_box_asks_its_own_api_with_its_own_key(life, alice_client, shared, life_tenant, started_calls):
    for slug, subject in (("claims", "Of the shared tenant"), ("life", "Of life insurance")):
        assert subject in alice_client.get(f"/inbox/{slug}/").content.decode()
    assert shared.keys() == {"key-for-tests"} and life_tenant.keys() == {"key-of-life"}


def test_a_reference_of_one_tenant_opens_nothing_at_the_other(
    life, alice_client, shared, life_tenant, started_calls
):
    """Both have a box Claims01, and in it a message m1 to Alice."""
    here, there = only_reference(alice_client, "claims"), only_reference(alice_client, "life")
    assert here != there
    for slug, own, foreign in (("claims", here, there), ("life", there, here)):
        assert alice_client.get(f"/inbox/{slug}/{own}/").status_code == 200
        shared.requests.clear()
        life_tenant.requests.clear()
        assert alice_client.get(f"/inbox/{slug}/{foreign}/").status_code == 404
        assert alice_client.post(f"/inbox/{slug}/{foreign}/delete/").status_code == 404
        assert not {op for op in shared.operations() | life_tenant.operations() if "m1" in op}


def test_counts_are_kept_apart(life, alice_client, shared, life_tenant, started_calls):
    shared.script(reply(envelope(data=[])))
    assert alice_client.get("/unread.json").json()["secureboxes"] == {"billing": 0, "claims": 0, "life": 1}


def test_an_outage_of_one_tenant_does_not_close_the_other(
    life, alice_client, shared, life_tenant, started_calls
):
    life_tenant.script(reply(b"", 503))
    for _ in range(6):
        assert alice_client.get("/inbox/life/").status_code == 503
    calls = len(life_tenant.requests)
    assert alice_client.get("/inbox/life/").status_code == 503 and len(life_tenant.requests) == calls
    assert alice_client.get("/inbox/claims/").status_code == 200


@pytest.mark.postgresql
def test_a_process_of_the_previous_release_can_still_add_a_securebox(db):
    """It knows no connections, and leaves the column out."""
    table = Securebox._meta
    known = [field for field in table.concrete_fields if field.name not in ("id", "connection")]
    box = Securebox(slug="old", title="Old", name="Old1")
    values = [field.get_db_prep_save(getattr(box, field.attname), connection) for field in known]
    columns = ", ".join(field.column for field in known)
    places = ", ".join(["%s"] * len(known))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table.db_table} ({columns}) VALUES ({places})", values)  # noqa: S608  Names of our own.
    assert Securebox.objects.get(slug="old").full_name == "Old1"


def test_a_message_goes_to_the_boxs_own_api(life, alice_client, shared, life_tenant, started_calls):
    message = send(alice_client, "life", text="To life insurance")
    assert message.state == "sent"
    assert "POST /securemail" in life_tenant.operations()
    assert "POST /securemail" not in shared.operations()


@pytest.fixture
def orphan(life, settings) -> Securebox:
    """Its connection has been taken out of the settings."""
    settings.SECUREMAIL_CONNECTIONS = {}
    return life


def test_without_its_connection_a_box_is_out_of_order_and_not_empty(
    orphan, alice_client, shared, life_tenant, started_calls
):
    answer = alice_client.get("/inbox/life/")
    assert answer.status_code in (502, 503) and "No messages yet" not in answer.content.decode()
    assert alice_client.get("/unread.json").json()["secureboxes"]["life"] is None
    assert alice_client.get("/inbox/claims/").status_code == 200
    assert life_tenant.requests == []


def test_without_its_connection_a_box_keeps_what_is_sent(
    orphan, alice_client, shared, life_tenant, settings, started_calls
):
    message = send(alice_client, "life", text="Kept")
    assert message.state == "queued"
    assert "POST /securemail" not in shared.operations() | life_tenant.operations()
    settings.SECUREMAIL_CONNECTIONS = {"life": {"url": life_tenant.url, "keys": ["key-of-life"]}}
    message.due_at = message.queued_at
    message.save()
    call_command("deliver")
    assert reload(message).state == "sent" and "POST /securemail" in life_tenant.operations()
