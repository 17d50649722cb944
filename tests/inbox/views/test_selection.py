"""Changing several messages of a list at once."""

import re

import pytest

from inbox.references import sign
from inbox.securemail import Direction
from tests.inbox.helpers import references, selectable

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
    assert "Delete 3 messages?" in html and "We keep our own copies." in html
    assert sandbox.calls("remove") == []


def asked(html):
    """What the confirmation names, as text."""
    (letters,) = re.findall(r'<ul class="letters-to-delete">(.*?)</ul>', html, re.S)
    return [
        " ".join(re.sub(r"<[^>]+>", "", one).split()) for one in re.findall(r"<li>(.*?)</li>", letters, re.S)
    ]


def test_the_confirmation_names_what_would_be_deleted_with_one_call(alice_client, sandbox):
    for subject, who in (("Your knee", "Anna Berg"), ("<b>Bill</b>", ""), ("Kept", "")):
        sandbox.add(ALICE, subject, securebox="Claims01", from_name=who, date="2024-11-03T09:00:00Z")
    by_subject = {message["subject"]: message["id"] for message in sandbox.messages()}
    chosen = [
        sign(ALICE, "Claims01", by_subject[one], Direction.OUTBOUND) for one in ("Your knee", "<b>Bill</b>")
    ]
    sandbox.forget_calls()
    html = choose(alice_client, "delete", chosen).content.decode()
    assert sorted(asked(html)) == [
        "&lt;b&gt;Bill&lt;/b&gt; Claims · 3 Nov 2024",
        "Your knee Anna Berg · 3 Nov 2024",
    ]
    assert [call["operation"] for call in sandbox.calls() if call["operation"] != "count"] == ["list"]


def test_the_confirmation_counts_what_is_not_on_its_page_of_the_list(alice_client, sandbox, settings):
    settings.PORTAL_PAGE_SIZE = 2
    add_three(sandbox)
    everything = references(alice_client) + references_on_page_two(alice_client)
    html = choose(alice_client, "delete", everything).content.decode()
    assert "Delete 3 messages?" in html and asked(html)[-1] == "And 1 more message."


def references_on_page_two(browser):
    html = browser.get("/inbox/claims/?page=2").content.decode()
    return re.findall(r'class="mail-link"\s+href="/inbox/claims/([^/"]+)/', html)


def test_the_confirmation_keeps_the_place(alice_client, sandbox):
    add_three(sandbox)
    place = {"status": "unread", "from": "0"}
    html = choose(alice_client, "delete", references(alice_client), **place).content.decode()
    assert 'name="status" value="unread"' in html and 'href="/inbox/claims/?status=unread' in html


def test_own_messages_cannot_be_selected(alice_client, sandbox):
    sandbox.add(ALICE, "Mine", securebox="Claims01", direction="inbound", routing="waiting")
    assert selectable(alice_client) == []
    assert "data-selection" not in alice_client.get("/inbox/claims/").content.decode()
    sandbox.add(ALICE, "Theirs", securebox="Claims01")
    assert [one[:2] for one in selectable(alice_client)] == ["o."]


def test_one_checkbox_may_stand_for_several_messages(alice_client, sandbox):
    add_three(sandbox)
    html = choose(alice_client, "read", [" ".join(references(alice_client))]).content.decode()
    assert "3 messages marked as read." in html


def test_deletes_several_once_confirmed(alice_client, sandbox):
    add_three(sandbox)
    html = choose(alice_client, "delete", references(alice_client), confirmed="yes").content.decode()
    assert "3 messages deleted." in html and "No messages yet." in html


def test_reports_a_partial_failure(alice_client, sandbox):
    add_three(sandbox)
    sandbox.fault("status", operation="remove", status=500, times=1)
    html = choose(alice_client, "delete", references(alice_client), confirmed="yes").content.decode()
    assert "2 of 3 deleted." in html and "We couldn’t confirm the rest" in html


def test_skips_sent_messages_and_says_so(alice_client, sandbox):
    add_three(sandbox)
    sandbox.add(ALICE, "Mine", securebox="Claims01", direction="inbound", routing="waiting")
    html = choose(alice_client, "read", references(alice_client)).content.decode()
    assert (
        "3 messages marked as read." in html
        and "1 message wasn’t changed: you can only change messages you received." in html
    )
    assert len(sandbox.calls("remove")) == 3
    assert [m["routing"] for m in sandbox.messages() if m["subject"] == "Mine"] == ["waiting"]


def test_deleting_own_messages_alone_changes_nothing_and_says_so(alice_client, sandbox):
    sandbox.add(ALICE, "Mine", securebox="Claims01", direction="inbound", routing="waiting")
    html = choose(alice_client, "delete", references(alice_client)).content.decode()
    assert (
        "You can’t delete messages that you sent. Nothing was changed." in html
        and sandbox.calls("remove") == []
    )


def test_asks_to_choose_if_nothing_is_chosen(alice_client, sandbox):
    assert "Select one or more messages first." in choose(alice_client, "read", []).content.decode()


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
