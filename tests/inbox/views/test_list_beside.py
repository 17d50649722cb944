"""The list beside an open message, and where it goes on."""

from datetime import UTC, datetime, timedelta

import pytest

from inbox import references
from inbox.views import place

ALICE = "alice@example.com"
LIST = "/inbox/claims/"
NO_FURTHER = "We can’t list messages older than these."


@pytest.fixture
def letters(sandbox):
    """Adds so many received letters, each a conversation of its own: "Letter 0" is the newest."""

    def add(number, **fields):
        dates = [(datetime.now(UTC) - timedelta(hours=hours)).isoformat() for hours in range(number)]
        letter = {"address": ALICE, "securebox": "Claims01", "text": "Hello.", "status": "read", **fields}
        sandbox.add_many(
            [{**letter, "subject": f"Letter {at}", "date": date} for at, date in enumerate(dates)]
        )

    return add


def rows_of(response):
    """The numbers of the letters in its list, which may stand beside one that is open."""
    around = response.context.get("around")
    rows = around.rows if around else response.context["rows"]
    return [int(row.subject.removeprefix("Letter ")) for row in rows]


def beside(response, attribute):
    """The address of newer or older rows, which the page shows."""
    url = getattr(response.context["around"], attribute)
    assert f'href="{url}"' in response.content.decode().replace("&amp;", "&")
    return url


def row_at(url, browser):
    """The number of the row that this address leads to, on a page of the list that has it."""
    page, anchor = browser.get(url), url.split("#")[1]
    return next(
        number
        for number, row in zip(rows_of(page), page.context["rows"], strict=True)
        if row.anchor == anchor
    )


def test_of_a_long_list_those_before_and_after_stand_beside_and_the_rest_is_a_link_away(
    alice_client, letters, settings
):
    settings.PORTAL_PAGE_SIZE = 30
    letters(40)
    rows = alice_client.get(LIST).context["rows"]
    first, middle, last = (alice_client.get(rows[at].url) for at in (3, 15, 29))
    assert rows_of(first) == list(range(20))
    assert rows_of(middle) == list(range(5, 25))
    assert rows_of(last) == list(range(10, 30))
    assert first.context["around"].newer_rows == ""
    assert row_at(beside(first, "older_rows"), alice_client) == 20
    assert row_at(beside(middle, "newer_rows"), alice_client) == 4
    assert row_at(beside(middle, "older_rows"), alice_client) == 25
    assert rows_of(alice_client.get(beside(last, "older_rows")))[-1] == 39


def test_only_the_messages_that_are_shown_are_signed(alice_client, letters, settings, monkeypatch):
    settings.PORTAL_PAGE_SIZE = 30
    letters(40)
    signed, sign = [], references.sign
    url = alice_client.get(LIST).context["rows"][15].url
    monkeypatch.setattr(references, "sign", lambda *named: signed.append(named[2]) or sign(*named))
    assert len(rows_of(alice_client.get(url))) == 20
    assert len(set(signed)) <= 20 + 2  # The rows, and the two that the list leads on with.


@pytest.mark.parametrize("status", ["unread", "read"])
def test_under_a_filter_the_list_goes_on_where_the_rows_beside_the_message_end(
    alice_client, letters, settings, status
):
    settings.PORTAL_PAGE_SIZE = 10
    letters(25, status=status)
    opened = alice_client.get(alice_client.get(f"{LIST}?status={status}").context["rows"][4].url)
    assert rows_of(opened) == list(range(10)) and NO_FURTHER not in opened.content.decode()
    following = alice_client.get(beside(opened, "older_rows"))
    assert following.context["status"] == status and rows_of(following) == list(range(10, 20))


def test_under_a_filter_nothing_is_skipped_where_few_of_the_newest_messages_pass_it(
    alice_client, letters, settings
):
    settings.PORTAL_PAGE_SIZE = 10
    letters(30, status="unread")
    for row in alice_client.get(LIST).context["rows"][:8]:
        alice_client.get(row.url)
    opened = alice_client.get(alice_client.get(f"{LIST}?status=unread").context["rows"][0].url)
    assert rows_of(opened) == [8, 9]
    assert rows_of(alice_client.get(beside(opened, "older_rows"))) == list(range(10, 20))


def test_rows_that_were_read_further_back_lead_to_the_page_that_has_them(alice_client, letters, settings):
    settings.PORTAL_PAGE_SIZE = 10
    letters(60)
    second = alice_client.get(f"{LIST}?page=3").context["rows"]
    near, far = (alice_client.get(f"{second[at].url}&reach=1") for at in (1, 9))
    assert rows_of(near) == list(range(11, 31)) and rows_of(far) == list(range(19, 39))
    assert row_at(beside(near, "newer_rows"), alice_client) == 10
    assert row_at(beside(near, "older_rows"), alice_client) == 31
    assert row_at(beside(far, "older_rows"), alice_client) == 39


def test_where_the_rows_that_were_read_further_back_end_the_list_goes_on(alice_client, letters, settings):
    settings.PORTAL_PAGE_SIZE = 10
    letters(60)
    opened = alice_client.get(f"{alice_client.get(f'{LIST}?page=4').context['rows'][9].url}&reach=1")
    assert rows_of(opened)[-1] == 39 and NO_FURTHER not in opened.content.decode()
    following = alice_client.get(beside(opened, "older_rows"))
    assert (following.context["page"].number, rows_of(following)) == (5, list(range(40, 50)))


@pytest.mark.parametrize("query", ["reach=1", "status=read"])
def test_rows_that_are_no_page_of_the_list_have_no_number(alice_client, letters, settings, query):
    settings.PORTAL_PAGE_SIZE = 10
    letters(60)
    row = alice_client.get(f"{LIST}?page=2").context["rows"][5]
    address = row.url.partition("?")[0]
    numbered, other = (alice_client.get(f"{address}?{more}") for more in ("page=2", query))
    assert "Page 2" in numbered.content.decode()
    assert "Page " not in other.content.decode() and rows_of(other)


def test_beside_a_message_of_the_last_page_anyone_reads_too_the_list_says_so(
    alice_client, letters, settings, monkeypatch
):
    settings.PORTAL_PAGE_SIZE = 10
    letters(25)
    monkeypatch.setattr(place, "MAX_PAGE", 2)
    opened = alice_client.get(alice_client.get(f"{LIST}?page=2").context["rows"][0].url)
    assert NO_FURTHER in opened.content.decode()


@pytest.mark.parametrize(("via", "leads_to"), [("", LIST + "#c-"), ("&via=home", LIST + '"')])
def test_its_heading_leads_back_to_the_row_or_else_to_the_list(alice_client, letters, via, leads_to):
    letters(3)
    url = alice_client.get(LIST).context["rows"][1].url
    page = alice_client.get(f"{url}{'&' if '?' in url else '?'}{via}").content.decode()
    assert f'<h2 id="list-heading"><a href="{leads_to}' in page
