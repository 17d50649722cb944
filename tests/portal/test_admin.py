"""Operators set up boxes and people in the admin."""

import pytest
from django.core.management import call_command

from inbox.models import OutgoingMessage, Securebox
from portal.accounts.models import Consumer
from tests.inbox.helpers import LETTER, send

PASSWORD = "keys-under-the-clock"


@pytest.fixture
def operator(client, db):
    call_command("consumer", "olga@example.com", operator=True, password=PASSWORD, verbosity=0)
    form = {"username": "olga@example.com", "password": PASSWORD, "next": "/admin/"}
    assert client.post("/admin/login/?next=/admin/", form).url == "/admin/"
    return client


@pytest.mark.parametrize(
    "page",
    [
        "",
        "inbox/securebox/",
        "inbox/securebox/add/",
        "accounts/consumer/",
        "accounts/consumer/add/",
        "inbox/outgoingmessage/",
    ],
)
def test_every_page_opens(operator, page):
    assert operator.get(f"/admin/{page}").status_code == 200


def test_a_box_is_set_up(operator, alice):
    form = {"title": "Advice", "slug": "advice", "name": "Advice01", "position": "3", "consumers": [alice.pk]}
    form |= {"accepts_messages": "on", "shown_details": "CaseNumber = Case"}
    assert operator.post("/admin/inbox/securebox/add/", form).status_code == 302
    box = Securebox.objects.get(slug="advice")
    assert not box.open_to_all and list(box.consumers.all()) == [alice]


@pytest.mark.parametrize(
    ("field", "value", "told"), [("name", "a b", "3 to 16"), ("shown_details", "x", "key = label")]
)
def test_a_box_that_cannot_be_is_explained(operator, field, value, told):
    form = {"title": "Advice", "slug": "advice", "name": "Advice01", "position": "3", field: value}
    response = operator.post("/admin/inbox/securebox/add/", form)
    assert response.status_code == 200 and told in response.content.decode()


def test_a_consumer_is_created_and_changed(operator):
    form = {
        "email": "Anna@Example.com",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    assert operator.post("/admin/accounts/consumer/add/", form).status_code == 302
    anna = Consumer.objects.get(email="anna@example.com")
    assert operator.get(f"/admin/accounts/consumer/{anna.pk}/change/").status_code == 200
    assert anna.check_password(PASSWORD) and anna.verified_address() is None


def test_an_address_that_cannot_be_is_explained(operator):
    form = {
        "email": "kım@example.com",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    response = operator.post("/admin/accounts/consumer/add/", form)
    assert response.status_code == 200 and "such as name@example.com" in response.content.decode()


def test_a_consumer_is_not_let_in(page):
    assert page.get("/admin/").url.startswith("/admin/login/")


def test_operators_see_how_a_message_goes_and_nothing_of_what_is_in_it(operator, page, sandbox):
    sandbox.fault("failure", operation="send")
    message = send(page)
    page.post("/inbox/claims/compose/", {**LETTER, "text": "Only a draft", "action": "save"})
    html = operator.get("/admin/inbox/outgoingmessage/").content.decode()
    html += operator.get(f"/admin/inbox/outgoingmessage/{message.pk}/change/").content.decode()
    assert str(message.nonce) in html and "refused" in html and "1 outgoing message" in html
    assert message.sealed not in html and "it broke." not in html


def test_a_person_who_has_written_can_be_deleted(operator, page, alice, sandbox):
    sandbox.fault("failure", operation="send")
    send(page)
    address = f"/admin/accounts/consumer/{alice.pk}/delete/"
    assert "Are you sure" in operator.get(address).content.decode()
    assert operator.post(address, {"post": "yes"}).status_code == 302
    assert not Consumer.objects.filter(pk=alice.pk).exists() and not OutgoingMessage.objects.exists()


def test_operators_delete_no_messages_from_their_list(operator, page, sandbox):
    sandbox.fault("failure", operation="send")
    form = {"action": "delete_selected", "_selected_action": [send(page).pk], "post": "yes"}
    address = "/admin/inbox/outgoingmessage/"
    assert "delete_selected" not in operator.get(address).content.decode()
    operator.post(address, form)
    assert OutgoingMessage.objects.get().state == "failed"


def test_operators_change_no_message(operator, page, sandbox):
    sandbox.fault("failure", operation="send")
    message = send(page)
    for end in ("add/", f"{message.pk}/delete/", f"{message.pk}/change/"):
        assert operator.post(f"/admin/inbox/outgoingmessage/{end}", {"post": "yes"}).status_code == 403
    assert OutgoingMessage.objects.get().state == "failed"
