"""The admin: operators manage secureboxes and see the state of messages."""

import pytest

from inbox.models import OutgoingMessage, Securebox
from portal.accounts.models import Consumer
from tests.accounts.operators import make_superuser
from tests.conftest import sign_in
from tests.inbox.helpers import LETTER, send

NO_FIELDS = {"extra_fields-TOTAL_FORMS": "0", "extra_fields-INITIAL_FORMS": "0"}


@pytest.fixture
def operator(db):
    return sign_in(make_superuser("Olga"))


@pytest.mark.parametrize(
    "page",
    [
        "",
        "inbox/securebox/",
        "inbox/securebox/add/",
        "accounts/consumer/",
        "accounts/consumer/add/",
        "accounts/invitation/",
        "accounts/invitation/file/",
        "inbox/outgoingmessage/",
    ],
)
def test_every_page_opens(operator, page):
    assert operator.get(f"/admin/{page}").status_code == 200


def test_an_operator_can_add_a_securebox(operator, alice):
    form = {"title": "Advice", "slug": "advice", "name": "Advice01", "position": "3", "consumers": [alice.pk]}
    form |= {"accepts_messages": "on", "shown_details": "CaseNumber = Case", **NO_FIELDS}
    assert operator.post("/admin/inbox/securebox/add/", form).status_code == 302
    box = Securebox.objects.get(slug="advice")
    assert not box.open_to_all and list(box.consumers.all()) == [alice]


@pytest.mark.parametrize(
    ("field", "value", "expected"), [("name", "a b", "3 to 16"), ("shown_details", "x", "key = label")]
)
def test_an_invalid_securebox_is_explained(operator, field, value, expected):
    form = {
        "title": "Advice",
        "slug": "advice",
        "name": "Advice01",
        "position": "3",
        field: value,
        **NO_FIELDS,
    }
    response = operator.post("/admin/inbox/securebox/add/", form)
    assert response.status_code == 200 and expected in response.content.decode()


def test_a_consumer_cannot_open_the_admin(alice_client):
    assert alice_client.get("/admin/", follow=True).status_code == 403


def test_the_admins_password_page_leads_to_the_portals(operator):
    assert operator.get("/admin/password_change/").url == "/accounts/password/change/"


def test_operators_see_the_state_of_a_message_but_not_its_content(operator, alice_client, sandbox):
    sandbox.fault("failure", operation="send")
    message = send(alice_client)
    alice_client.post("/inbox/claims/compose/", {**LETTER, "text": "Only a draft", "action": "save"})
    html = operator.get("/admin/inbox/outgoingmessage/").content.decode()
    html += operator.get(f"/admin/inbox/outgoingmessage/{message.pk}/change/").content.decode()
    assert str(message.nonce) in html and "refused" in html and "1 outgoing message" in html
    assert message.encrypted_content not in html and "it broke." not in html


def test_a_consumer_with_messages_can_be_deleted(operator, alice_client, alice, sandbox):
    sandbox.fault("failure", operation="send")
    send(alice_client)
    address = f"/admin/accounts/consumer/{alice.pk}/delete/"
    assert "Are you sure" in operator.get(address).content.decode()
    assert operator.post(address, {"post": "yes"}).status_code == 302
    assert not Consumer.objects.filter(pk=alice.pk).exists() and not OutgoingMessage.objects.exists()


def test_operators_cannot_delete_messages_from_the_list(operator, alice_client, sandbox):
    sandbox.fault("failure", operation="send")
    form = {"action": "delete_selected", "_selected_action": [send(alice_client).pk], "post": "yes"}
    address = "/admin/inbox/outgoingmessage/"
    assert "delete_selected" not in operator.get(address).content.decode()
    operator.post(address, form)
    assert OutgoingMessage.objects.get().state == "failed"


def test_operators_cannot_change_a_message(operator, alice_client, sandbox):
    sandbox.fault("failure", operation="send")
    message = send(alice_client)
    for end in ("add/", f"{message.pk}/delete/", f"{message.pk}/change/"):
        assert operator.post(f"/admin/inbox/outgoingmessage/{end}", {"post": "yes"}).status_code == 403
    assert OutgoingMessage.objects.get().state == "failed"
