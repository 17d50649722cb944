"""Turning the pages of a list while it changes, and coming back to the page from a message."""

import re

import pytest

from inbox.views import place
from tests.conftest import sign_in

ALICE = "alice@example.com"
LIST = "/inbox/claims/"


@pytest.fixture(autouse=True)
def _pages_of_ten(settings):
    settings.PORTAL_PAGE_SIZE = 10


@pytest.fixture
def letters(sandbox):
    """Twenty-five received letters, "00" the newest. Returns their ids, the newest first."""
    return add(sandbox, *(f"Letter {number:02}" for number in range(25)))


def add(sandbox, *subjects, **more):
    fields = {"address": ALICE, "securebox": "Claims01", "text": "", **more}
    return sandbox.add_many([{**fields, "subject": subject} for subject in reversed(subjects)])[::-1]


def shown(response):
    return [row.subject.removeprefix("Letter ") for row in response.context["rows"]]


def link(response, rel):
    """The address behind "Older" or "Newer"; None if there is none."""
    found = re.search(rf'rel="{rel}"\s+href="([^"]*)"', response.content.decode())
    if not found:
        return None
    address = found[1].replace("&amp;", "&")
    return address if address.startswith("/") else LIST + address


def older(browser, response):
    return browser.get(link(response, "next"))


def numbers(first, last):
    return [f"{number:02}" for number in range(first, last + 1)]


def lists(sandbox):
    return [(call["query"]["index"], call["query"]["count"]) for call in sandbox.calls("list")]


def test_the_next_page_overlaps_and_costs_one_call(alice_client, letters, sandbox):
    alice_client.get("/")
    first = alice_client.get(LIST)
    sandbox.forget_calls()
    second = older(alice_client, first)
    assert (shown(first), shown(second)) == (numbers(0, 9), numbers(10, 19))
    assert [call["operation"] for call in sandbox.calls()] == ["list"] and lists(sandbox) == [("5", "16")]


@pytest.mark.parametrize("read", [3, 10])
def test_reading_under_the_filter_skips_nothing(alice_client, letters, sandbox, read):
    """Everything that is read leaves the list of unread messages, and all that follow move up."""
    first = alice_client.get(f"{LIST}?status=unread")
    for row in first.context["rows"][:read]:
        alice_client.get(row.url)
    response = alice_client.get(link(first, "next"), follow=True)
    assert shown(response) == numbers(10, 19)
    assert ("Your messages have changed" in response.content.decode()) == (read == 10)


def test_a_message_deleted_elsewhere_skips_nothing(alice_client, letters, sandbox):
    first = alice_client.get(LIST)
    sandbox.api("DELETE", f"/securemail/{letters[9]}", query={"remove": "delete"})
    sandbox.api("DELETE", f"/securemail/{letters[2]}", query={"remove": "purge"})
    assert shown(older(alice_client, first)) == numbers(10, 19)


def test_mail_that_arrives_repeats_nothing(alice_client, letters, sandbox):
    first = alice_client.get(LIST)
    add(sandbox, "New 1", "New 2")
    second = older(alice_client, first)
    assert shown(second) == numbers(10, 19)
    assert shown(older(alice_client, second)) == numbers(20, 24)


def test_the_way_back_leads_over_every_message(alice_client, letters, sandbox):
    page = older(alice_client, alice_client.get(LIST))
    add(sandbox, "New 1", "New 2", "New 3")
    page, seen = older(alice_client, page), []
    while address := link(page, "prev"):
        page = alice_client.get(address)
        seen = shown(page) + seen
    assert seen[-20:] == numbers(0, 19) and seen[:3] == ["New 1", "New 2", "New 3"]
    assert link(alice_client.get(f"{LIST}?page=2"), "prev") == LIST


def test_sent_messages_under_a_filter_take_places_and_hide_nothing(alice_client, sandbox):
    add(sandbox, *(f"Letter {number:02}" for number in range(5)))
    add(sandbox, *(f"Mine {number}" for number in range(8)), direction="inbound")
    page, seen = alice_client.get(f"{LIST}?status=unread"), []
    seen += shown(page)
    while link(page, "next"):
        page = older(alice_client, page)
        seen += shown(page)
    assert seen == numbers(0, 4)


@pytest.mark.parametrize(("stored", "pages"), [(10, 1), (11, 2), (20, 2)])
def test_the_last_page_has_no_older_one(alice_client, sandbox, stored, pages):
    add(sandbox, *(str(number) for number in range(stored)))
    page, turned = alice_client.get(LIST), 1
    while link(page, "next"):
        page, turned = older(alice_client, page), turned + 1
    assert turned == pages


def test_the_last_page_anyone_reads_says_so(alice_client, letters, monkeypatch):
    monkeypatch.setattr(place, "MAX_PAGE", 2)
    page = alice_client.get(f"{LIST}?page=2")
    assert link(page, "next") is None
    assert "We can’t list messages older than these." in page.content.decode()
    assert alice_client.get(f"{LIST}?page=3").status_code == 404


def test_a_link_of_another_consumer_or_box_shows_ones_own_list(alice_client, bob, letters, sandbox):
    """The marks in it are those of Alice's messages in this box. Nobody else's list has such messages."""
    address = link(alice_client.get(LIST), "next")
    sandbox.add("bob@example.com", "For Bob", securebox="Claims01")
    sandbox.add(ALICE, "An invoice")
    assert shown(sign_in(bob).get(address, follow=True)) == ["For Bob"]
    assert shown(alice_client.get(address.replace("claims", "billing"), follow=True)) == ["An invoice"]


def test_links_between_pages_hold_no_id(alice_client, letters):
    address = link(alice_client.get(LIST), "next")
    assert re.fullmatch(r"/inbox/claims/\?page=2&from=10&after=[0-9a-f]{80}", address)


def test_links_survive_a_new_secret_key(alice_client, letters, settings):
    address = link(alice_client.get(LIST), "next")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "x" * 50
    assert shown(alice_client.get(address)) == numbers(10, 19)


# --- Back from a message ----------------------------------------------------------------------------------


@pytest.fixture
def second_page(alice_client, letters):
    """The second page of the unread messages, reached by its link."""
    return older(alice_client, alice_client.get(f"{LIST}?status=unread"))


def back(response):
    """The address behind "back", without the row that it leads to."""
    found = re.search(r'class="back-link"><a href="([^"]*)"', response.content.decode())[1]
    return found.replace("&amp;", "&").partition("#")[0]


def test_back_from_a_message_keeps_page_and_filter(alice_client, second_page):
    message = alice_client.get(second_page.context["rows"][0].url)
    page = alice_client.get(back(message))
    assert page.context["status"] == "unread" and page.context["page"].number == 2
    assert shown(page) == numbers(11, 20)


def test_back_from_the_first_page_has_a_plain_address(alice_client, letters):
    row = alice_client.get(LIST).context["rows"][0]
    assert row.url.endswith("/?new") and back(alice_client.get(row.url)) == LIST


@pytest.mark.parametrize("action", ["delete", "purge"])
def test_after_an_action_the_list_is_where_it_was(alice_client, second_page, action):
    message = alice_client.get(second_page.context["rows"][0].url).content.decode()
    address = re.search(rf'action="([^"]*/{action}/[^"]*)"', message)[1].replace("&amp;", "&")
    page = alice_client.post(address, follow=True)
    assert page.context["status"] == "unread" and shown(page) == numbers(11, 20)


def test_after_withdrawing_the_list_is_where_it_was(alice_client, letters, sandbox):
    add(sandbox, "Mine", direction="inbound", routing="waiting")
    row = alice_client.get(LIST).context["rows"][0]
    address = f"{row.url}withdraw/?page=2"
    assert alice_client.post(address).url == f"{LIST}?page=2"


def test_a_bulk_action_keeps_the_place(alice_client, second_page):
    html = second_page.content.decode()
    fields = dict(re.findall(r'<input type="hidden" name="(status|page|from|after)" value="([^"]*)"', html))
    chosen = [row.received for row in second_page.context["rows"][:2]]
    form = {**fields, "reference": chosen, "action": "read"}
    page = alice_client.post(f"{LIST}selected/", form, follow=True)
    assert page.context["page"].number == 2 and shown(page) == numbers(12, 21)
    asked = alice_client.post(f"{LIST}selected/", {**form, "action": "delete"}).content.decode()
    assert all(f'name="{name}" value="{value}"' in asked for name, value in fields.items())


@pytest.mark.parametrize("through", ["details/", "compose"])
def test_the_place_survives_the_pages_of_a_message(alice_client, second_page, through):
    html = alice_client.get(second_page.context["rows"][0].url).content.decode()
    address = re.search(rf'href="([^"]*/{through}[^"]*)"', html.split("message-actions")[1])[1]
    page = alice_client.get(address.replace("&amp;", "&"))
    assert shown(alice_client.get(back(alice_client.get(back(page))))) == numbers(11, 20)


def test_an_impossible_place_is_a_404_without_a_call(alice_client, letters, sandbox):
    message = f"{LIST}{alice_client.get(LIST).context['rows'][0].received}/"
    sandbox.forget_calls()
    for query in ("page=0", "status=new", "from=x", "from=1&after=zz", "after=12345678"):
        assert alice_client.get(f"{message}?{query}").status_code == 404
        assert alice_client.post(f"{message}delete/?{query}").status_code == 404
    assert sandbox.calls() == []


# --- APIs that cap their answers, or give the oldest first ------------------------------------------------


@pytest.mark.parametrize("cap", [5, 10])
def test_a_capped_api_hides_no_message(alice_client, letters, sandbox, cap):
    sandbox.dialect(f"cap={cap}")
    page = alice_client.get(LIST)
    seen = shown(page)
    while link(page, "next"):
        sandbox.forget_calls()
        page = older(alice_client, page)
        seen += shown(page)
        assert len(sandbox.calls()) <= 8
    assert seen == numbers(0, 24)


def test_the_badge_counts_past_a_cap(alice_client, sandbox):
    """The newest are the consumer's own, which would leave nothing to count."""
    add(sandbox, *(f"Letter {number:02}" for number in range(3)))
    add(sandbox, *(f"Mine {number}" for number in range(12)), direction="inbound", status="unread")
    sandbox.dialect("cap=5")
    answer = alice_client.get("/unread.json").json()
    assert answer["secureboxes"]["claims"] == 3 and answer["more"] == []


def test_an_outage_of_the_count_shows_what_the_list_has(alice_client, letters, sandbox):
    sandbox.dialect("cap=10")
    alice_client.get("/")
    sandbox.fault("status", operation="count", status=500)
    page = alice_client.get(LIST)
    assert shown(page) == numbers(0, 9) and shown(older(alice_client, page)) == numbers(10, 19)


@pytest.mark.parametrize("dialects", [(), ("cap=5",)])
def test_a_list_in_the_other_order_is_turned_round(alice_client, letters, sandbox, settings, dialects):
    settings.SECUREMAIL_DIALECT = {"order": "oldest_first"}
    sandbox.dialect("oldest-first", *dialects)
    page = alice_client.get(LIST)
    assert shown(page) == numbers(0, 9)
    add(sandbox, "New")
    second = older(alice_client, page)
    assert shown(second) == numbers(10, 19) and shown(older(alice_client, second)) == numbers(20, 24)
    assert shown(alice_client.get(LIST)) == ["New", *numbers(0, 8)]
    assert shown(alice_client.get(f"{LIST}?page=3")) == numbers(19, 24)


def test_a_small_list_in_the_other_order(alice_client, sandbox, settings):
    settings.SECUREMAIL_DIALECT = {"order": "oldest_first"}
    sandbox.dialect("oldest-first")
    assert "No messages yet." in alice_client.get(LIST).content.decode()
    add(sandbox, "Letter 00", "Letter 01")
    add(sandbox, "Mine", direction="inbound", status="unread")
    assert shown(alice_client.get(LIST)) == ["Mine", "00", "01"]
    assert shown(alice_client.get(f"{LIST}?status=unread")) == ["00", "01"]
