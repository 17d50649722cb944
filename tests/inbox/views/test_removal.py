"""Delete, purge and withdraw, if the securebox allows it and the message has the right direction."""

import pytest

from inbox.references import sign
from inbox.securemail import Direction
from portal.accounts.models import Activity
from tests.conftest import sign_in
from tests.inbox.helpers import only_reference
from tests.support.wire import Wire, envelope, hang_up, reply

ALICE = "alice@example.com"


def removals(sandbox):
    return [call["query"] for call in sandbox.calls("remove")]


def test_delete_hides_the_message_and_the_company_keeps_it(alice_client, sandbox):
    sandbox.add(ALICE, "Bye", securebox="Claims01")
    response = alice_client.post(f"/inbox/claims/{only_reference(alice_client)}/delete/", follow=True)
    assert "The message was deleted." in response.content.decode()
    assert "Bye" not in response.content.decode()
    assert removals(sandbox) == [{"remove": "delete"}] and sandbox.messages()[0]["deleted"]


def test_purge_destroys_the_message(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    response = alice_client.post(f"/inbox/claims/{only_reference(alice_client)}/purge/", follow=True)
    assert "deleted for good" in response.content.decode()
    assert removals(sandbox) == [{"remove": "purge"}] and sandbox.messages() == []


def test_withdraw_takes_a_sent_message_from_the_agents_queue(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01", direction="inbound", routing="waiting")
    response = alice_client.post(f"/inbox/claims/{only_reference(alice_client)}/withdraw/", follow=True)
    assert "Your message was withdrawn." in response.content.decode()
    assert removals(sandbox) == [] and sandbox.messages()[0]["routing"] == "stopped"
    assert [call["query"] for call in sandbox.calls("get")] == [{}, {"read": "true"}]


@pytest.mark.parametrize("action", ["delete", "purge", "withdraw"])
def test_a_securebox_that_does_not_allow_it_is_a_404_without_a_call(alice_client, billing, sandbox, action):
    billing.allows_delete = False
    billing.save()
    sandbox.add(ALICE, direction="inbound" if action == "withdraw" else "outbound")
    assert (
        alice_client.post(f"/inbox/billing/{only_reference(alice_client, 'billing')}/{action}/").status_code
        == 404
    )
    assert removals(sandbox) == []


@pytest.mark.parametrize(
    ("action", "direction"), [("delete", "inbound"), ("purge", "inbound"), ("withdraw", "outbound")]
)
def test_the_wrong_direction_is_a_404_without_a_call(alice_client, sandbox, action, direction):
    sandbox.add(ALICE, securebox="Claims01", direction=direction)
    assert alice_client.post(f"/inbox/claims/{only_reference(alice_client)}/{action}/").status_code == 404
    assert removals(sandbox) == []


@pytest.mark.parametrize("action", ["delete", "purge", "withdraw"])
def test_rejects_other_methods(alice_client, sandbox, action):
    sandbox.add(ALICE, securebox="Claims01")
    address = f"/inbox/claims/{only_reference(alice_client)}/{action}/"
    assert [alice_client.get(address).status_code, alice_client.head(address).status_code] == [405, 405]
    assert removals(sandbox) == []


@pytest.mark.parametrize("action", ["delete", "purge", "withdraw"])
def test_checks_ownership(alice_client, bob, sandbox, action):
    sandbox.add(ALICE, securebox="Claims01", direction="inbound" if action == "withdraw" else "outbound")
    reference = only_reference(alice_client)
    assert sign_in(bob).post(f"/inbox/claims/{reference}/{action}/").status_code == 404
    assert removals(sandbox) == []


def test_each_action_explains_its_effect_first(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    html = alice_client.get(f"/inbox/claims/{only_reference(alice_client)}/").content.decode()
    assert (
        "We keep our own copy." in html and "This deletes the message for good, including our copy." in html
    )
    assert "withdraw/" not in html


def test_a_refused_call_does_not_look_like_a_missing_message(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    reference = only_reference(alice_client)
    sandbox.fault("failure", operation="remove")
    response = alice_client.post(f"/inbox/claims/{reference}/delete/")
    assert response.status_code == 502
    assert "We couldn’t confirm that your change was made." in response.content.decode()


def test_an_outage_says_that_the_outcome_is_unknown(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    reference = only_reference(alice_client)
    sandbox.fault("status", operation="remove", status=500)
    response = alice_client.post(f"/inbox/claims/{reference}/delete/")
    assert response.status_code == 503
    assert "We couldn’t confirm that your change was made." in response.content.decode()


# --- What is known of a withdrawal ------------------------------------------------------------------------


@pytest.mark.parametrize("routing", ["with_agent", "answered", "stopped"])
def test_what_an_agent_has_taken_up_is_not_withdrawn(alice_client, sandbox, routing):
    sandbox.add(ALICE, securebox="Claims01", direction="inbound", status="read", routing=routing)
    reference = only_reference(alice_client)
    response = alice_client.post(f"/inbox/claims/{reference}/withdraw/", follow=True)
    html = response.content.decode()
    assert "so there’s nothing to withdraw" in html and "was withdrawn. If" not in html
    assert all(call["query"] == {} for call in sandbox.calls("get"))
    assert sandbox.messages()[0]["routing"] == routing
    assert not Activity.objects.filter(event="message_withdrawn").exists()


def test_withdrawing_twice_withdraws_once(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01", direction="inbound", routing="waiting")
    reference = only_reference(alice_client)
    for _ in range(2):
        response = alice_client.post(f"/inbox/claims/{reference}/withdraw/", follow=True)
    assert "so there’s nothing to withdraw" in response.content.decode()
    assert [call["query"] for call in sandbox.calls("get")].count({"read": "true"}) == 1


@pytest.fixture
def wire(settings):
    with Wire() as wire:
        settings.SECUREMAIL_API_URL = wire.url
        yield wire


def own_message(status: str | None):
    """An answer to get: a message of Alice's with this status, or in a dialect without one."""
    told = {} if status is None else {"status": status}
    return reply(envelope(secureMail={"id": "m1", "direction": "inbound", "subject": "Hi", **told}))


# The statuses that the API tells before, with the change, and, if that does not tell, after it; what the page says;
# whether the activity log is certain.
WITHDRAWALS = [
    (["unread", "read"], "Your message was withdrawn.", ""),
    (["unread", "unread", "read"], "Your message was withdrawn.", ""),
    (["unread", None, "read"], "Your message was withdrawn.", ""),
    (["unread", "unread", "unread"], "still waiting for our reply", "not confirmed"),
    (["unread", None, None], "but it didn’t confirm that", "not confirmed"),
    ([None, None, None], "but it didn’t confirm that", "not confirmed"),
    ([None, "read"], "but it didn’t confirm that", "not confirmed"),
]


@pytest.mark.parametrize(("statuses", "words", "detail"), WITHDRAWALS)
def test_the_page_says_only_what_the_api_has_told(alice, wire, statuses, words, detail):
    wire.script(*map(own_message, statuses), reply(envelope("FAILURE"), 404))
    browser, reference = sign_in(alice), sign(ALICE, "Claims01", "m1", Direction.INBOUND)
    browser.post(f"/inbox/claims/{reference}/withdraw/")
    assert [request.query for request in wire.requests] == [
        [("read", "true")] if number == 1 else [] for number in range(len(statuses))
    ]
    assert words in browser.get("/inbox/claims/").content.decode()
    assert Activity.objects.get(event="message_withdrawn").detail == detail


def test_a_look_afterwards_that_fails_leaves_the_outcome_open(alice, wire):
    wire.script(
        own_message("unread"), own_message("unread"), hang_up, hang_up, reply(envelope("FAILURE"), 404)
    )
    browser, reference = sign_in(alice), sign(ALICE, "Claims01", "m1", Direction.INBOUND)
    assert browser.post(f"/inbox/claims/{reference}/withdraw/").status_code == 302
    assert "but it didn’t confirm that" in browser.get("/inbox/claims/").content.decode()


def test_a_withdrawal_that_fails_says_that_its_outcome_is_unknown(alice, wire):
    wire.script(own_message("unread"), reply(envelope("FAILURE"), 500))
    browser, reference = sign_in(alice), sign(ALICE, "Claims01", "m1", Direction.INBOUND)
    response = browser.post(f"/inbox/claims/{reference}/withdraw/")
    assert response.status_code == 503
    assert "We couldn’t confirm that your change was made." in response.content.decode()
