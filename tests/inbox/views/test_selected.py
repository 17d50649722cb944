import pytest

from tests.inbox.helpers import references

ALICE = "alice@example.com"


def add_three(sandbox, **more):
    return [sandbox.add(ALICE, f"Letter {number}", securebox="Claims01", **more) for number in range(3)]


def choose(browser, action, chosen, **more):
    return browser.post(
        "/inbox/claims/selected/", {"action": action, "reference": chosen, **more}, follow=True
    )


def test_marks_several_as_read(alice_client, sandbox):
    add_three(sandbox)
    html = choose(alice_client, "read", references(alice_client)).content.decode()
    assert "3 messages marked as read." in html
    assert [call["query"] for call in sandbox.calls("remove")] == [{"remove": "read"}] * 3
    assert {message["status"] for message in sandbox.messages()} == {"read"}


def test_asks_before_deleting_several(alice_client, sandbox):
    add_three(sandbox)
    html = choose(alice_client, "delete", references(alice_client)).content.decode()
    assert "Delete 3 messages?" in html and "The company keeps its own copy." in html
    assert sandbox.calls("remove") == []


def test_deletes_several_once_confirmed(alice_client, sandbox):
    add_three(sandbox)
    html = choose(alice_client, "delete", references(alice_client), confirmed="yes").content.decode()
    assert "3 messages deleted." in html and "No messages yet." in html


def test_reports_a_partial_failure(alice_client, sandbox):
    add_three(sandbox)
    sandbox.fault("status", operation="remove", status=500, times=1)
    html = choose(alice_client, "delete", references(alice_client), confirmed="yes").content.decode()
    assert "2 of 3 deleted." in html and "did not confirm the rest" in html


def test_skips_sent_messages_and_says_so(alice_client, sandbox):
    add_three(sandbox)
    sandbox.add(ALICE, "Mine", securebox="Claims01", direction="inbound", routing="waiting")
    html = choose(alice_client, "read", references(alice_client)).content.decode()
    assert (
        "3 messages marked as read." in html
        and "1 message stays as it is: only what you received can be changed here." in html
    )
    assert len(sandbox.calls("remove")) == 3
    assert [m["routing"] for m in sandbox.messages() if m["subject"] == "Mine"] == ["waiting"]


def test_asks_to_choose_if_nothing_is_chosen(alice_client, sandbox):
    assert "Choose one or more messages first." in choose(alice_client, "read", []).content.decode()


def test_returns_to_the_same_page_and_filter(alice_client, sandbox):
    add_three(sandbox)
    response = choose(alice_client, "read", references(alice_client), status="unread", page="1")
    assert response.redirect_chain[-1][0] == "/inbox/claims/?status=unread"


@pytest.mark.parametrize(
    "form", [{"action": "purge"}, {"action": "read", "page": "x"}, {"action": "read", "status": "x"}]
)
def test_an_impossible_form_is_a_404_without_a_call(alice_client, sandbox, form):
    add_three(sandbox)
    chosen = references(alice_client)
    sandbox.forget_calls()
    assert alice_client.post("/inbox/claims/selected/", {"reference": chosen, **form}).status_code == 404
    assert sandbox.calls() == []


def test_one_foreign_reference_stops_everything(alice_client, sandbox):
    add_three(sandbox)
    chosen = [*references(alice_client), "o.abc." + "A" * 43]
    for more in ({}, {"confirmed": "yes"}):
        assert choose(alice_client, "delete", chosen, **more).status_code == 404
    assert sandbox.calls("remove") == []


def test_the_same_message_chosen_twice_is_changed_once(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    choose(alice_client, "read", references(alice_client) * 2)
    assert len(sandbox.calls("remove")) == 1


def test_rejects_a_get(alice_client, sandbox):
    assert alice_client.get("/inbox/claims/selected/").status_code == 405
