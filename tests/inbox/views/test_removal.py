"""Delete, purge and withdraw, if the securebox allows it and the message has the right direction."""

import pytest

from tests.conftest import sign_in
from tests.inbox.helpers import only_reference

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
    assert removals(sandbox) == [{"remove": "read"}] and sandbox.messages()[0]["routing"] == "stopped"


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
    assert "The company keeps its own copy." in html and "Nobody can bring it back." in html
    assert "withdraw/" not in html


def test_a_refused_call_does_not_look_like_a_missing_message(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    reference = only_reference(alice_client)
    sandbox.fault("failure", operation="remove")
    response = alice_client.post(f"/inbox/claims/{reference}/delete/")
    assert response.status_code == 502
    assert "We could not confirm that your change was made." in response.content.decode()


def test_an_outage_says_that_the_outcome_is_unknown(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    reference = only_reference(alice_client)
    sandbox.fault("status", operation="remove", status=500)
    response = alice_client.post(f"/inbox/claims/{reference}/delete/")
    assert response.status_code == 503
    assert "We could not confirm that your change was made." in response.content.decode()
