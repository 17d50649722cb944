import dataclasses
import html
import json
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from inbox import unread, unread_refresh
from inbox.access import mailbox_of, mailboxes_of
from inbox.unread_refresh import Refresh

ALICE = "alice@example.com"


def count(mailbox, seconds=60):
    """As a poll does."""
    return Refresh(unread.Counts([mailbox]), [mailbox], seconds).wait()[mailbox.securebox.slug]


def cached(mailbox):
    return unread.look_up([mailbox])[mailbox.securebox.slug]


def note_page(counts, mailbox, page, status="all"):
    told = counts.note_page(mailbox, page, status)
    counts.store()
    return told


def note_opened(mailbox, reference):
    counts = unread.Counts([mailbox])
    counts.note_opened(mailbox, reference, was_unread=True)
    counts.store()


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


def test_a_message_lowers_the_count_once_however_often_it_is_opened(alice, claims, sandbox):
    mailbox = mailbox_of(alice, "claims")
    for _ in range(3):
        sandbox.add(ALICE, securebox="Claims01")
    count(mailbox)
    for reference in ("o.abc", "o.abc", "o.xyz", "o.abc"):
        note_opened(mailbox, reference)
    assert cached(mailbox).count == 1


def test_opening_a_message_does_not_extend_the_life_of_a_count(alice, claims, sandbox):
    mailbox = mailbox_of(alice, "claims")
    sandbox.add(ALICE, securebox="Claims01")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        count(mailbox)
        clock.shift(timedelta(minutes=9))
        note_opened(mailbox, "o.abc")
        assert cached(mailbox).count == 0
        clock.shift(timedelta(minutes=2))
        assert cached(mailbox).count is None


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


def test_the_json_names_its_reader(alice_client, bob):
    another = Client()
    another.force_login(bob)
    mine, again = (alice_client.get("/unread.json").json()["reader"] for _ in range(2))
    assert mine == again != another.get("/unread.json").json()["reader"]
    assert alice_client.session.session_key not in mine and len(mine) == 32


def test_the_json_answers_401_without_a_session_and_does_not_redirect(client, db):
    response = client.get("/unread.json")
    assert response.status_code == 401 and "Location" not in response


def test_polling_does_not_extend_the_session(alice_client, sandbox, settings):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        clock.shift(settings.SESSION_COOKIE_AGE - 100)
        assert alice_client.get("/unread.json").status_code == 200
        clock.shift(200)
        assert alice_client.get("/unread.json").status_code == 401


def test_opening_a_page_extends_the_session(alice, sandbox, settings):
    browser = Client()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        browser.force_login(alice)
        clock.shift(settings.SESSION_COOKIE_AGE - 100)
        assert browser.get("/").status_code == 200
        clock.shift(200)
        assert browser.get("/").status_code == 200


def test_concurrent_refreshes_make_one_call(alice, claims, sandbox):
    mailbox = mailbox_of(alice, "claims")
    sandbox.fault("delay", operation="list", seconds=0.3)
    threads = [threading.Thread(target=count, args=(mailbox,)) for _ in range(8)]
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
    count(mailbox)
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
    assert cached(mailbox).count is None


def test_all_are_counted_if_messages_have_no_direction(alice, claims, sandbox, settings):
    settings.SECUREMAIL_MESSAGE_FIELDS = {"direction": ["none"], "sender": ["none"], "recipients": ["none"]}
    sandbox.add(ALICE, securebox="Claims01")
    sandbox.add(ALICE, securebox="Claims01", direction="inbound")
    assert count(mailbox_of(alice, "claims")).count == 2


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
    counted = count(mailbox_of(alice, "claims"))
    assert counted.count == 0 and not counted.more
    assert len(sandbox.calls()) <= 3


def test_unread_messages_that_cannot_be_used_make_the_count_unknown(alice, claims, sandbox, settings):
    sandbox.add(ALICE, securebox="Claims01")
    settings.SECUREMAIL_MESSAGE_FIELDS = {"id": ["none"]}
    assert count(mailbox_of(alice, "claims")).count is None


def test_a_list_that_ends_on_its_first_page_tells_the_count(alice, claims, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    sandbox.add(ALICE, securebox="Claims01", status="read")
    sandbox.add(ALICE, securebox="Claims01", direction="inbound", status="unread")
    mailbox = mailbox_of(alice, "claims")
    by_page = unread.Counts([mailbox])
    assert note_page(by_page, mailbox, mailbox.page(1, 10)).count == cached(mailbox).count == 1
    assert len(sandbox.calls()) == 1


@pytest.mark.parametrize("size", [1, 3])
def test_a_page_with_more_behind_it_tells_no_count(alice, claims, sandbox, size):
    for _ in range(4):
        sandbox.add(ALICE, securebox="Claims01")
    mailbox = mailbox_of(alice, "claims")
    by_page = unread.Counts([mailbox])
    assert note_page(by_page, mailbox, mailbox.page(1, size)) is None
    assert cached(mailbox).count is None


def test_a_page_that_hides_a_message_tells_no_count(alice, claims, sandbox, settings):
    """The hidden one may be unread, and may be theirs."""
    sandbox.add(ALICE, securebox="Claims01", status="read")
    sandbox.fault("odd", operation="list")
    mailbox = mailbox_of(alice, "claims")
    by_page = unread.Counts([mailbox])
    page = mailbox.page(1, 50)
    assert page.unusable and note_page(by_page, mailbox, page) is None


def test_a_page_of_messages_that_do_not_say_so_tells_no_count(alice, claims, sandbox, settings):
    settings.SECUREMAIL_MESSAGE_FIELDS = {"unread": ["none"]}
    sandbox.add(ALICE, securebox="Claims01")
    mailbox = mailbox_of(alice, "claims")
    by_page = unread.Counts([mailbox])
    page = mailbox.page(1, 10)
    assert note_page(by_page, mailbox, page) is note_page(by_page, mailbox, page, "read") is None
    assert note_page(by_page, mailbox, page, "unread").count == 1


def test_a_page_read_before_a_message_was_opened_leaves_the_cache_alone(alice, claims, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    mailbox = mailbox_of(alice, "claims")
    by_page = unread.Counts([mailbox])
    page = mailbox.page(1, 10)
    note_opened(mailbox, page.entries[0].reference)
    assert note_page(by_page, mailbox, page).count == 1
    assert cached(mailbox).count is None


def test_a_count_that_stays_the_same_is_stored_again_after_ten_seconds(alice, claims, sandbox):
    """So that most pages need not write; a poll asks no later than it would have."""
    mailbox = mailbox_of(alice, "claims")
    page = mailbox.page(1, 10)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        stored = []
        for _ in range(3):
            note_page(unread.Counts([mailbox]), mailbox, page)
            stored.append(cached(mailbox).as_of)
            clock.shift(6)
        assert stored[0] == stored[1] and stored[2] == stored[0] + 12
        sandbox.forget_calls()
        clock.shift(24)
        assert count(mailbox).count == 0 and sandbox.calls() == []
        clock.shift(1)
        assert count(mailbox).count == 0 and len(sandbox.calls()) == 1


def test_another_count_is_stored_at_once(alice, claims, sandbox):
    mailbox = mailbox_of(alice, "claims")
    note_page(unread.Counts([mailbox]), mailbox, mailbox.page(1, 10))
    sandbox.add(ALICE, securebox="Claims01")
    note_page(unread.Counts([mailbox]), mailbox, mailbox.page(1, 10))
    assert cached(mailbox).count == 1


@pytest.mark.parametrize(("lost", "known"), [("count", None), ("generation", 1)])
def test_a_cache_that_loses_keys_costs_a_count_but_never_makes_it_wrong(alice, claims, sandbox, lost, known):
    mailbox = mailbox_of(alice, "claims")
    for _ in range(2):
        sandbox.add(ALICE, securebox="Claims01")
    before, opened = unread.Counts([mailbox]), mailbox.page(1, 10).entries[0].reference
    note_page(before, mailbox, mailbox.page(1, 10))
    note_opened(mailbox, opened)
    cache.delete(unread.key(mailbox, lost))
    assert cached(mailbox).count == known


def test_forgetting_a_count_outlives_a_page_that_was_read_before(alice, claims, sandbox):
    mailbox = mailbox_of(alice, "claims")
    sandbox.add(ALICE, securebox="Claims01")
    before, page = unread.Counts([mailbox]), mailbox.page(1, 10)
    unread.forget(mailbox)
    note_page(before, mailbox, page)
    assert cached(mailbox).count is None


def test_a_count_that_an_earlier_release_stored_is_read(alice, claims):
    """Its entries have no generation."""
    mailbox, entry = mailbox_of(alice, "claims"), unread.Unread(3, as_of=time.time())
    del vars(entry)["generation"]
    cache.set(unread.key(mailbox), entry)
    assert cached(mailbox).count == 3
    unread.forget(mailbox)
    cache.set(unread.key(mailbox), entry)
    assert cached(mailbox).count is None


def test_the_badge_is_in_the_header_and_title_of_every_page(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    alice_client.get("/")
    for address in ("/", "/inbox/claims/", "/inbox/claims/compose/", "/accounts/email/", "/inbox/none/"):
        html = alice_client.get(address).content.decode()
        assert "<title>(1) " in html
        assert re.search(
            r'data-unread="claims">\s*<span class="visually-hidden">Unread:</span>\s*<span data-number>1</span>',
            html,
        )


def test_a_page_says_what_a_poll_would_say_unless_that_would_ask_the_api(alice_client, sandbox):
    """Then its script asks 30 seconds later, and otherwise at once."""
    sandbox.add(ALICE, securebox="Claims01")

    def numbers(address):
        page = alice_client.get(address).content.decode()
        found = re.search(r'<script id="unread-counts" type="application/json">(.*?)</script>', page)
        return found and json.loads(found[1])

    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert numbers("/accounts/") is None
        home = numbers("/")
        poll = alice_client.get("/unread.json").json()
        assert home | {"reader": poll["reader"]} == poll and home["secureboxes"] == {
            "claims": 1,
            "billing": 0,
        }
        assert numbers("/accounts/") == numbers("/inbox/claims/") == home
        # A page that has not all messages does not know how many are unread: what arrives next would go unnoticed.
        opened = re.search(
            r'href="(/inbox/claims/o[^"]+)"', alice_client.get("/inbox/claims/").content.decode()
        )[1]
        assert numbers(html.unescape(opened)) is None
        assert numbers("/accounts/") is None
        alice_client.get("/unread.json")
        clock.shift(31)
        assert numbers("/accounts/") is None


def test_a_hanging_securebox_does_not_delay_the_others(alice_client, sandbox, settings):
    settings.SECUREMAIL_DEADLINE = 1.0
    settings.SECUREMAIL_READ_TIMEOUT = 0.8
    sandbox.add(ALICE)
    sandbox.fault("hang", securebox="Claims01")
    answer = alice_client.get("/unread.json").json()
    sandbox.heal()
    assert answer["secureboxes"] == {"claims": None, "billing": 1}


def test_cached_counts_keep_the_names_they_are_pickled_under():
    """Processes of several releases share the cache during an upgrade."""
    names = [field.name for field in dataclasses.fields(unread.Unread)]
    assert (unread.Unread.__module__, unread.Unread.__qualname__) == ("inbox.unread", "Unread")
    assert names == ["count", "more", "as_of", "opened", "generation"]


@pytest.mark.parametrize(
    ("count", "more", "label"),
    [(3, False, "3"), (3, True, "3+"), (0, False, ""), (0, True, ""), (None, False, "")],
)
def test_a_label_shows_a_plus_if_there_may_be_more(count, more, label):
    assert unread.Unread(count, more).label == label
