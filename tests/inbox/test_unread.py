import dataclasses
import html
import json
import re
import time
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from inbox import unread
from inbox.access import mailbox_of
from tests.inbox.unread_counts import cached_count, refreshed_count

ALICE = "alice@example.com"


def note_page(counts, mailbox, page, status="all"):
    told = counts.note_page(mailbox, page, status)
    counts.store()
    return told


def note_opened(mailbox, reference):
    counts = unread.Counts([mailbox])
    counts.note_opened(mailbox, reference, was_unread=True)
    counts.store()


def test_a_message_lowers_the_count_once_however_often_it_is_opened(alice, claims, sandbox):
    mailbox = mailbox_of(alice, "claims")
    for _ in range(3):
        sandbox.add(ALICE, securebox="Claims01")
    refreshed_count(mailbox)
    for reference in ("o.abc", "o.abc", "o.xyz", "o.abc"):
        note_opened(mailbox, reference)
    assert cached_count(mailbox).count == 1


def test_opening_a_message_does_not_extend_the_life_of_a_count(alice, claims, sandbox):
    mailbox = mailbox_of(alice, "claims")
    sandbox.add(ALICE, securebox="Claims01")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        refreshed_count(mailbox)
        clock.shift(timedelta(minutes=9))
        note_opened(mailbox, "o.abc")
        assert cached_count(mailbox).count == 0
        clock.shift(timedelta(minutes=2))
        assert cached_count(mailbox).count is None


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


def test_a_list_that_ends_on_its_first_page_tells_the_count(alice, claims, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    sandbox.add(ALICE, securebox="Claims01", status="read")
    sandbox.add(ALICE, securebox="Claims01", direction="inbound", status="unread")
    mailbox = mailbox_of(alice, "claims")
    by_page = unread.Counts([mailbox])
    assert note_page(by_page, mailbox, mailbox.page(1, 10)).count == cached_count(mailbox).count == 1
    assert len(sandbox.calls()) == 1


@pytest.mark.parametrize("size", [1, 3])
def test_a_page_with_more_behind_it_tells_no_count(alice, claims, sandbox, size):
    for _ in range(4):
        sandbox.add(ALICE, securebox="Claims01")
    mailbox = mailbox_of(alice, "claims")
    by_page = unread.Counts([mailbox])
    assert note_page(by_page, mailbox, mailbox.page(1, size)) is None
    assert cached_count(mailbox).count is None


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
    assert cached_count(mailbox).count is None


def test_a_count_that_stays_the_same_is_stored_again_after_ten_seconds(alice, claims, sandbox):
    """So that most pages need not write; a poll asks no later than it would have."""
    mailbox = mailbox_of(alice, "claims")
    page = mailbox.page(1, 10)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        stored = []
        for _ in range(3):
            note_page(unread.Counts([mailbox]), mailbox, page)
            stored.append(cached_count(mailbox).as_of)
            clock.shift(6)
        assert stored[0] == stored[1] and stored[2] == stored[0] + 12
        sandbox.forget_calls()
        clock.shift(24)
        assert refreshed_count(mailbox).count == 0 and sandbox.calls() == []
        clock.shift(1)
        assert refreshed_count(mailbox).count == 0 and len(sandbox.calls()) == 1


def test_another_count_is_stored_at_once(alice, claims, sandbox):
    mailbox = mailbox_of(alice, "claims")
    note_page(unread.Counts([mailbox]), mailbox, mailbox.page(1, 10))
    sandbox.add(ALICE, securebox="Claims01")
    note_page(unread.Counts([mailbox]), mailbox, mailbox.page(1, 10))
    assert cached_count(mailbox).count == 1


@pytest.mark.parametrize(("lost", "known"), [("count", None), ("generation", 1)])
def test_a_cache_that_loses_keys_costs_a_count_but_never_makes_it_wrong(alice, claims, sandbox, lost, known):
    mailbox = mailbox_of(alice, "claims")
    for _ in range(2):
        sandbox.add(ALICE, securebox="Claims01")
    before, opened = unread.Counts([mailbox]), mailbox.page(1, 10).entries[0].reference
    note_page(before, mailbox, mailbox.page(1, 10))
    note_opened(mailbox, opened)
    cache.delete(unread.key(mailbox, lost))
    assert cached_count(mailbox).count == known


def test_forgetting_a_count_outlives_a_page_that_was_read_before(alice, claims, sandbox):
    mailbox = mailbox_of(alice, "claims")
    sandbox.add(ALICE, securebox="Claims01")
    before, page = unread.Counts([mailbox]), mailbox.page(1, 10)
    unread.forget(mailbox)
    note_page(before, mailbox, page)
    assert cached_count(mailbox).count is None


def test_a_count_that_an_earlier_release_stored_is_read(alice, claims):
    """Its entries have no generation."""
    mailbox, entry = mailbox_of(alice, "claims"), unread.Unread(3, as_of=time.time())
    del vars(entry)["generation"]
    cache.set(unread.key(mailbox), entry)
    assert cached_count(mailbox).count == 3
    unread.forget(mailbox)
    cache.set(unread.key(mailbox), entry)
    assert cached_count(mailbox).count is None


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
