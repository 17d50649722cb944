from tests.inbox.helpers import only_reference

ALICE = "alice@example.com"


def test_shows_only_the_listed_keys_with_the_operators_labels(alice_client, sandbox):
    userdata = {"CaseNumber": "4711-A", "Priority": "canary", "_queue": "canary", "GSYS_x": "canary"}
    sandbox.add(ALICE, securebox="Claims01", userdata=userdata)
    html = alice_client.get(f"/inbox/claims/{only_reference(alice_client)}/details/").content.decode()
    assert "Case number" in html and "4711-A" in html and "canary" not in html


def test_says_if_there_are_no_details(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    html = alice_client.get(f"/inbox/claims/{only_reference(alice_client)}/details/").content.decode()
    assert "There are no details for this message." in html


def test_a_securebox_without_listed_keys_makes_no_call(alice_client, sandbox):
    sandbox.add(ALICE, userdata={"CaseNumber": "canary"})
    reference = only_reference(alice_client, "billing")
    assert alice_client.get(f"/inbox/billing/{reference}/details/").status_code == 404
    assert sandbox.calls("userdata") == []
