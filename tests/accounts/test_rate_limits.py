"""What one person can ask for in a short time: pages that ask the API, actions, exports, searches."""

from datetime import UTC, datetime

import pytest
import time_machine

from portal.accounts.rate_limits import is_allowed
from tests.conftest import sign_in
from tests.inbox.helpers import LETTER, only_reference, send

ALICE = "alice@example.com"
WORDS = "Please wait a moment"
REFERENCE = "<reference>"

READ = [
    "/inbox/claims/",
    "/inbox/claims/?status=unread",
    "/inbox/claims/?page=2",
    f"/inbox/claims/{REFERENCE}/",
    f"/inbox/claims/{REFERENCE}/body/",
    f"/inbox/claims/{REFERENCE}/details/",
    f"/inbox/claims/compose/?reply={REFERENCE}",
]
CHANGE = [f"/inbox/claims/{REFERENCE}/{end}/" for end in ("delete", "purge", "withdraw")]


@pytest.fixture
def reference(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    return only_reference(alice_client)


@pytest.fixture
def one_each(settings):
    """One of everything is allowed, and is used up by pages of its own kind alone."""
    kinds = ("mail_page", "mail_action", "export", "admin_search")
    settings.ACCOUNT_RATE_LIMITS = dict.fromkeys(kinds, "1/m/user")


def assert_refused(answer, sandbox):
    assert answer.status_code == 429 and WORDS in answer.content.decode()
    assert sandbox.calls() == []


@pytest.mark.parametrize("address", READ)
def test_pages_that_ask_the_api_are_limited(alice_client, sandbox, reference, one_each, address):
    alice_client.get("/inbox/billing/")
    sandbox.forget_calls()
    assert_refused(alice_client.get(address.replace(REFERENCE, reference)), sandbox)


@pytest.mark.parametrize("address", CHANGE)
def test_changes_of_a_message_are_limited(alice_client, sandbox, reference, one_each, address):
    alice_client.get("/inbox/billing/")
    sandbox.forget_calls()
    assert_refused(alice_client.post(address.replace(REFERENCE, reference)), sandbox)


def test_changes_of_several_messages_are_limited(alice_client, sandbox, reference, one_each):
    chosen = {"reference": reference, "action": "read"}
    assert alice_client.post("/inbox/claims/selected/", chosen).status_code == 302
    sandbox.forget_calls()
    assert_refused(alice_client.post("/inbox/claims/selected/", chosen), sandbox)


def test_looking_for_a_message_again_and_again_is_limited(alice_client, sandbox, one_each):
    sandbox.fault("store_then_close", operation="send")
    message = send(alice_client)
    alice_client.post(f"/outgoing/{message.nonce}/check/")
    sandbox.forget_calls()
    assert_refused(alice_client.post(f"/outgoing/{message.nonce}/check/"), sandbox)


def test_what_someone_writes_is_never_refused_for_the_pages_they_opened(alice_client, sandbox, one_each):
    for _ in range(2):
        alice_client.get("/inbox/claims/")
    assert alice_client.get("/inbox/claims/compose/").status_code == 200
    assert alice_client.post("/inbox/claims/compose/draft/", LETTER).status_code == 200
    assert send(alice_client).state == "sent"


def test_one_persons_limits_are_nobody_elses(alice_client, bob, sandbox, one_each):
    assert [alice_client.get("/inbox/claims/").status_code for _ in range(2)] == [200, 429]
    assert sign_in(bob).get("/inbox/claims/").status_code == 200


def test_exports_of_the_own_activity_are_limited(alice_client, one_each):
    addresses = [f"/accounts/activity/download/{form}/" for form in ("csv", "jsonl")]
    assert [alice_client.get(address).status_code for address in addresses] == [200, 429]
    assert "try again later" in alice_client.get(addresses[0]).content.decode()
    assert alice_client.get("/accounts/activity/").status_code == 200


def test_what_a_limit_refuses_is_counted_for_operators(alice_client, settings, measured):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"mail_page": "1/m/user"}
    for _ in range(3):
        alice_client.get("/inbox/claims/")
    assert 'securebox_limits_hit_total{limit="mail_page"} 2.0' in measured()


def test_nobody_opens_more_pages_in_any_minute_than_the_limit_says(alice, rf, settings):
    """Nor does anybody get much less, although the first few in a minute of the clock are counted apart."""
    settings.ACCOUNT_RATE_LIMITS = {"mail_page": "20/m/user"}
    request, opened = rf.get("/"), []
    request.user = alice
    with time_machine.travel(datetime(2026, 11, 23, 12, 0, 40, tzinfo=UTC), tick=False) as clock:
        for second in range(200):
            opened += [second] * sum(is_allowed(request, "mail_page") for _ in range(3))
            clock.shift(1)
    in_a_minute = [sum(first <= at < first + 60 for at in opened) for first in range(140)]
    assert max(in_a_minute) <= 20 and min(in_a_minute) >= 16
