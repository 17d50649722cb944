"""Delete, purge and withdraw: each does what its button says, and only where the box and the direction allow it."""

import pytest

from tests.conftest import sign_in
from tests.inbox.helpers import only_reference

ALICE = "alice@example.com"


def removals(sandbox):
    return [call["query"] for call in sandbox.calls("remove")]


def test_delete_hides_the_mail_and_the_company_keeps_it(page, sandbox):
    sandbox.add(ALICE, "Bye", securebox="Claims01")
    response = page.post(f"/inbox/claims/{only_reference(page)}/delete/", follow=True)
    assert "The message was deleted." in response.content.decode()
    assert "Bye" not in response.content.decode()
    assert removals(sandbox) == [{"remove": "delete"}] and sandbox.messages()[0]["deleted"]


def test_purge_destroys_the_mail(page, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    response = page.post(f"/inbox/claims/{only_reference(page)}/purge/", follow=True)
    assert "deleted for good" in response.content.decode()
    assert removals(sandbox) == [{"remove": "purge"}] and sandbox.messages() == []


def test_withdraw_takes_my_own_mail_from_the_agents_queue(page, sandbox):
    sandbox.add(ALICE, securebox="Claims01", direction="inbound", routing="waiting")
    response = page.post(f"/inbox/claims/{only_reference(page)}/withdraw/", follow=True)
    assert "Your message was withdrawn." in response.content.decode()
    assert removals(sandbox) == [{"remove": "read"}] and sandbox.messages()[0]["routing"] == "stopped"


@pytest.mark.parametrize("action", ["delete", "purge", "withdraw"])
def test_a_box_that_does_not_allow_it_refuses_without_a_call(page, billing, sandbox, action):
    billing.allows_delete = False
    billing.save()
    sandbox.add(ALICE, direction="inbound" if action == "withdraw" else "outbound")
    assert page.post(f"/inbox/billing/{only_reference(page, 'billing')}/{action}/").status_code == 404
    assert removals(sandbox) == []


@pytest.mark.parametrize(
    ("action", "direction"), [("delete", "inbound"), ("purge", "inbound"), ("withdraw", "outbound")]
)
def test_the_other_direction_is_refused_without_a_call(page, sandbox, action, direction):
    sandbox.add(ALICE, securebox="Claims01", direction=direction)
    assert page.post(f"/inbox/claims/{only_reference(page)}/{action}/").status_code == 404
    assert removals(sandbox) == []


@pytest.mark.parametrize("action", ["delete", "purge", "withdraw"])
def test_only_a_post_changes_anything(page, sandbox, action):
    sandbox.add(ALICE, securebox="Claims01")
    address = f"/inbox/claims/{only_reference(page)}/{action}/"
    assert [page.get(address).status_code, page.head(address).status_code] == [405, 405]
    assert removals(sandbox) == []


@pytest.mark.parametrize("action", ["delete", "purge", "withdraw"])
def test_somebody_elses_reference_is_a_404(page, bob, sandbox, action):
    sandbox.add(ALICE, securebox="Claims01", direction="inbound" if action == "withdraw" else "outbound")
    reference = only_reference(page)
    assert sign_in(bob).post(f"/inbox/claims/{reference}/{action}/").status_code == 404
    assert removals(sandbox) == []


def test_each_action_says_before_what_will_happen(page, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    html = page.get(f"/inbox/claims/{only_reference(page)}/").content.decode()
    assert "The company keeps its own copy." in html and "Nobody can bring it back." in html
    assert "withdraw/" not in html


def test_a_refusal_does_not_pass_for_a_missing_mail(page, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    reference = only_reference(page)
    sandbox.fault("failure", operation="remove")
    response = page.post(f"/inbox/claims/{reference}/delete/")
    assert response.status_code == 502
    assert "We could not confirm that your change was made." in response.content.decode()


def test_an_outage_says_that_nothing_is_certain(page, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    reference = only_reference(page)
    sandbox.fault("status", operation="remove", status=500)
    response = page.post(f"/inbox/claims/{reference}/delete/")
    assert response.status_code == 503
    assert "We could not confirm that your change was made." in response.content.decode()
