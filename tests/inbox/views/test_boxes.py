from tests.conftest import sign_in
from tests.inbox.helpers import visible_states


def test_shows_a_card_for_each_box_with_its_unread_count(alice_client, sandbox):
    sandbox.add("alice@example.com", securebox="Claims01")
    sandbox.add("alice@example.com", securebox="Claims01")
    sandbox.add("alice@example.com", status="read")
    html = alice_client.get("/").content.decode()
    assert "Claims" in html and "Billing" in html
    assert visible_states(html) == ["unread", "none"]
    assert "<span data-number>2</span> unread" in html


def test_redirects_to_the_only_securebox(alice_client, alice, billing):
    billing.consumers.remove(alice)
    response = alice_client.get("/")
    assert response.status_code == 302 and response.url == "/inbox/claims/"


def test_explains_what_to_do_without_a_securebox(charlie, sandbox):
    html = sign_in(charlie).get("/").content.decode()
    assert "No mailbox is open to you yet." in html
    assert sandbox.calls() == []


def test_shows_the_other_boxes_when_one_fails(alice_client, sandbox):
    sandbox.add("alice@example.com")
    sandbox.fault("status", securebox="Claims01", status=500)
    response = alice_client.get("/")
    html = response.content.decode()
    assert response.status_code == 200
    assert visible_states(html) == ["unknown", "unread"]
    assert "<span data-number>1</span> unread" in html


def test_asks_for_the_signed_in_consumers_address_only(alice_client, sandbox):
    alice_client.get("/?address=bob@example.com")
    assert {call["address"] for call in sandbox.calls()} == {"alice@example.com"}


def test_requires_sign_in(client, db):
    response = client.get("/")
    assert response.status_code == 302 and response.url == "/accounts/login/?next=/"
