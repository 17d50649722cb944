import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import time_machine
from django.utils import timezone

from inbox import unread, unread_refresh
from inbox.access import mailbox_of, mailboxes_of
from inbox.unread_refresh import Refresh
from tests.inbox.unread_counts import cached_count, refreshed_count
from tests.support.deadlines import give_up_on_the_last

ALICE = "alice@example.com"


def test_counts_received_messages_by_securebox_and_in_total(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    sandbox.add(ALICE, securebox="Claims01")
    sandbox.add(ALICE)
    answer = alice_client.get("/unread.json").json()
    assert answer["total"] == 3 and answer["secureboxes"] == {"claims": 2, "billing": 1}
    assert answer["stale"] is False and answer["as_of"].endswith("Z")


def test_sent_messages_that_wait_for_an_agent_are_not_counted(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01", direction="inbound", status="unread")
    sandbox.add(ALICE, securebox="Claims01")
    assert alice_client.get("/unread.json").json()["secureboxes"]["claims"] == 1


def test_an_unknown_contact_has_no_unread_messages(alice_client, sandbox):
    assert alice_client.get("/unread.json").json()["total"] == 0


def test_the_api_is_asked_once_in_thirty_seconds(alice_client, sandbox):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(5):
            alice_client.get("/unread.json")
            clock.shift(5)
        assert len(sandbox.calls()) == 2
        clock.shift(31)
        alice_client.get("/unread.json")
        assert len(sandbox.calls()) == 4


def test_a_count_costs_one_bounded_call(alice_client, sandbox):
    for number in range(3):
        sandbox.add(ALICE, f"Letter {number}", securebox="Claims01")
    assert alice_client.get("/unread.json").json()["secureboxes"] == {"claims": 3, "billing": 0}
    asked = {"address": ALICE, "status": "unread", "index": "0", "count": "51"}
    calls = [call["query"] for call in sandbox.calls("list")]
    assert sorted(calls, key=len) == [asked, {**asked, "securebox": "Claims01"}]
    assert len(sandbox.calls()) == 2


def test_an_outage_shows_a_stale_count_which_is_unknown_after_ten_minutes(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        alice_client.get("/unread.json")
        sandbox.fault("status", status=500)
        clock.shift(timedelta(minutes=5))
        stale = alice_client.get("/unread.json").json()
        assert stale["secureboxes"]["claims"] == 1 and stale["stale"] is True
        clock.shift(timedelta(minutes=6))
        unknown = alice_client.get("/unread.json").json()
    assert unknown["total"] is None and unknown["secureboxes"] == {"claims": None, "billing": None}


def test_a_failing_securebox_makes_the_total_unknown(alice_client, sandbox):
    sandbox.add(ALICE)
    sandbox.fault("status", securebox="Claims01", status=500)
    answer = alice_client.get("/unread.json").json()
    assert answer["secureboxes"] == {"claims": None, "billing": 1} and answer["total"] is None
    assert "(1+) " in alice_client.get("/").content.decode()


def test_more_messages_than_are_counted_show_a_plus(alice_client, sandbox):
    sandbox.add_many(
        [{"address": ALICE, "securebox": "Claims01", "subject": str(n), "text": ""} for n in range(60)]
    )
    answer = alice_client.get("/unread.json").json()
    assert answer["secureboxes"]["claims"] == 50 and answer["more"] == ["claims"]
    assert "50+" in alice_client.get("/inbox/claims/").content.decode()


def test_concurrent_refreshes_make_one_call(alice, claims, sandbox):
    mailbox = mailbox_of(alice, "claims")
    sandbox.fault("delay", operation="list", seconds=0.3)
    threads = [threading.Thread(target=refreshed_count, args=(mailbox,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sandbox.calls()) == 1


def test_many_tabs_of_one_consumer_ask_once_for_each_securebox(alice, sandbox):
    """At the same moment, while nothing is cached; each is told the right numbers."""
    mailboxes = mailboxes_of(alice)
    sandbox.add(ALICE, securebox="Claims01")
    sandbox.fault("delay", operation="list", seconds=0.3)
    with ThreadPoolExecutor(30) as tabs:
        told = list(tabs.map(lambda _: Refresh(unread.Counts(mailboxes), mailboxes, 60).wait(), range(60)))
    assert {(tab["claims"].count, tab["billing"].count) for tab in told} == {(1, 0)}
    assert len(sandbox.calls()) == 2


def test_a_refresh_that_begins_once_another_has_ended_makes_no_call(alice, claims, sandbox):
    """It found no count in the cache, but another request has stored one since."""
    mailbox = mailbox_of(alice, "claims")
    refreshed_count(mailbox)
    sandbox.forget_calls()
    assert unread_refresh._refresh(mailbox, until=0).count == 0
    assert sandbox.calls() == []


def test_a_count_fetched_while_a_message_was_opened_is_not_cached(alice, claims, sandbox, monkeypatch):
    mailbox = mailbox_of(alice, "claims")
    sandbox.add(ALICE, securebox="Claims01")
    begun, read, fetch = threading.Event(), threading.Event(), unread_refresh._fetch

    def fetch_slowly(mailbox, generation):
        begun.set()
        read.wait(60)
        return fetch(mailbox, generation)

    monkeypatch.setattr(unread_refresh, "_fetch", fetch_slowly)
    refresh = Refresh(unread.Counts([mailbox]), [mailbox], 60)
    begun.wait(60)
    unread.forget(mailbox)
    read.set()
    assert refresh.wait()["claims"].count == 1
    assert cached_count(mailbox).count is None


def test_all_are_counted_if_messages_have_no_direction(alice, claims, sandbox, settings):
    settings.SECUREMAIL_MESSAGE_FIELDS = {"direction": ["none"], "sender": ["none"], "recipients": ["none"]}
    sandbox.add(ALICE, securebox="Claims01")
    sandbox.add(ALICE, securebox="Claims01", direction="inbound")
    assert refreshed_count(mailbox_of(alice, "claims")).count == 2


def test_a_short_answer_of_a_capped_api_shows_a_plus(alice_client, sandbox):
    """A cap is not told from the end of the list without another call, unless longer answers were seen."""
    letters = [{"address": ALICE, "securebox": "Claims01", "subject": str(n), "text": ""} for n in range(12)]
    sandbox.add_many(letters)
    sandbox.dialect("cap=10")
    answer = alice_client.get("/unread.json").json()
    assert answer["secureboxes"]["claims"] == 10 and answer["more"] == ["claims"]
    assert len(sandbox.calls()) == 2


def test_own_messages_alone_are_zero_even_if_there_may_be_more(alice, claims, sandbox):
    """Five is the smallest cap: after such an answer the rest is asked for, since a received one may be there."""
    own = {"address": ALICE, "securebox": "Claims01", "direction": "inbound", "status": "unread", "text": ""}
    sandbox.add_many([{**own, "subject": str(number)} for number in range(5)])
    counted = refreshed_count(mailbox_of(alice, "claims"))
    assert counted.count == 0 and not counted.more
    assert len(sandbox.calls()) <= 3


def test_unread_messages_that_cannot_be_used_make_the_count_unknown(alice, claims, sandbox, settings):
    sandbox.add(ALICE, securebox="Claims01")
    settings.SECUREMAIL_MESSAGE_FIELDS = {"id": ["none"]}
    assert refreshed_count(mailbox_of(alice, "claims")).count is None


def test_a_hanging_securebox_does_not_delay_the_others(alice_client, sandbox, settings, monkeypatch):
    sandbox.add(ALICE)
    sandbox.fault("hang", securebox="Claims01")
    allowed = give_up_on_the_last(monkeypatch)
    answer = alice_client.get("/unread.json").json()
    sandbox.heal()
    assert allowed and max(allowed) <= settings.SECUREMAIL_DEADLINE
    assert answer["secureboxes"] == {"claims": None, "billing": 1}
