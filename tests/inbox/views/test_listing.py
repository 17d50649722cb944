import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import sign_in

ALICE = "alice@example.com"


def test_lists_the_newest_message_first(alice_client, sandbox):
    now = datetime.now(UTC)
    sandbox.add(ALICE, "Older", securebox="Claims01", date=now - timedelta(days=3))
    sandbox.add(ALICE, "Newer", securebox="Claims01", text="We have news.", from_name="Priya Rao")
    html = alice_client.get("/inbox/claims/").content.decode()
    assert html.index("Newer") < html.index("Older")
    assert "Priya Rao" in html and "We have news." in html
    dates = re.findall(r'<span class="mail-date"><time datetime="[^"]+Z">(.+?)</time>', html)
    assert len(dates) == 2 and re.fullmatch(
        r"\d\d:\d\d|Yesterday", dates[0]
    )  # If midnight has passed in between.


def test_says_so_if_a_message_has_no_date(alice_client, sandbox, settings):
    settings.SECUREMAIL_MESSAGE_FIELDS = {"date": ["none"]}
    sandbox.add(ALICE, securebox="Claims01")
    html = alice_client.get("/inbox/claims/").content.decode()
    assert '<span class="mail-date">no date</span>' in html


def test_tells_received_from_sent_and_read_from_unread(alice_client, sandbox):
    sandbox.add(ALICE, "From you", securebox="Claims01", direction="inbound", status="unread")
    sandbox.add(ALICE, "From us", securebox="Claims01", status="unread")
    rows = alice_client.get("/inbox/claims/").context["rows"]
    assert [(row.subject, row.sent, row.unread) for row in rows] == [
        ("From us", False, True),
        ("From you", True, False),
    ]


def test_marks_unread_messages_with_a_word(alice_client, sandbox):
    sandbox.add(ALICE, "Fresh", securebox="Claims01")
    assert (
        '<span class="visually-hidden">1 unread.</span>'
        in alice_client.get("/inbox/claims/").content.decode()
    )


@pytest.mark.parametrize(("status", "shown"), [("all", {"A", "B"}), ("unread", {"A"}), ("read", {"B"})])
def test_filters(alice_client, sandbox, status, shown):
    sandbox.add(ALICE, "A", securebox="Claims01")
    sandbox.add(ALICE, "B", securebox="Claims01", status="read")
    rows = alice_client.get(f"/inbox/claims/?status={status}").context["rows"]
    assert {row.subject for row in rows} == shown


def test_the_filters_show_received_messages_only(alice_client, sandbox):
    sandbox.add(ALICE, "Waiting", securebox="Claims01", direction="inbound", status="unread")
    sandbox.add(ALICE, "Handled", securebox="Claims01", direction="inbound", status="read")
    assert "No unread messages." in alice_client.get("/inbox/claims/?status=unread").content.decode()
    assert alice_client.get("/inbox/claims/?status=read").context["rows"] == []
    assert len(alice_client.get("/inbox/claims/").context["rows"]) == 2


def test_pages_neither_lose_nor_repeat_a_message(alice_client, sandbox, settings):
    settings.PORTAL_PAGE_SIZE = 10
    subjects = [f"Letter {number:02}" for number in range(25)]
    sandbox.add_many(
        [{"address": ALICE, "securebox": "Claims01", "subject": s, "text": ""} for s in subjects]
    )
    pages = [alice_client.get(f"/inbox/claims/?page={number}").context for number in (1, 2, 3)]
    seen = [row.subject for context in pages for row in context["rows"]]
    assert sorted(seen) == subjects
    assert [context["page"].has_next for context in pages] == [True, True, False]


def test_makes_one_api_call_while_the_counts_are_fresh(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01")
    alice_client.get("/")
    sandbox.forget_calls()
    alice_client.get("/inbox/claims/")
    assert [(call["operation"], call["query"]) for call in sandbox.calls()] == [
        ("list", {"address": ALICE, "status": "all", "index": "0", "count": "51", "securebox": "Claims01"})
    ]


def test_a_page_is_as_long_as_the_operator_says(alice_client, sandbox, settings):
    settings.PORTAL_PAGE_SIZE = 20
    sandbox.add_many(
        [{"address": ALICE, "securebox": "Claims01", "subject": str(n), "text": ""} for n in range(30)]
    )
    context = alice_client.get("/inbox/claims/").context
    assert len(context["rows"]) == 20 and context["page"].has_next


def test_changes_nothing_upstream(alice_client, sandbox):
    sandbox.add(ALICE, securebox="Claims01", direction="inbound", status="unread", routing="waiting")
    before = sandbox.messages()
    for address in ("/", "/inbox/claims/", "/inbox/claims/?status=unread", "/unread.json"):
        alice_client.get(address)
    assert sandbox.messages() == before


def test_shows_no_other_consumers_messages(alice_client, bob, sandbox):
    sandbox.add("bob@example.com", "For Bob alone", securebox="Claims01")
    assert "For Bob alone" not in alice_client.get("/inbox/claims/").content.decode()
    assert "For Bob alone" in sign_in(bob).get("/inbox/claims/").content.decode()


def test_an_empty_box_says_what_it_is_for(alice_client, sandbox):
    assert "No messages yet." in alice_client.get("/inbox/claims/").content.decode()


def test_an_empty_filter_says_nothing_of_what_was_read(alice_client, sandbox):
    """Perhaps the box was never used."""
    html = alice_client.get("/inbox/claims/?status=unread").content.decode()
    assert "No unread messages." in html and "everything" not in html


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("", "Claims ·"),
        ("?status=unread", "Unread in Claims ·"),
        ("?status=read&page=2", "Read in Claims, page 2 ·"),
    ],
)
def test_the_title_says_filter_and_page(alice_client, sandbox, settings, query, title):
    settings.PORTAL_PAGE_SIZE = 1
    for number in range(2):
        sandbox.add(ALICE, str(number), securebox="Claims01", status="read")
    html = " ".join(alice_client.get(f"/inbox/claims/{query}").content.decode().split())
    assert f"<title>{title} " in html.replace("> ", ">")


# --- Conversations ----------------------------------------------------------------------------------------


@pytest.fixture
def leak(sandbox):
    """A question, its answer, which was not read, and what the consumer wrote since."""
    now = datetime.now(UTC)
    fields = {"securebox": "Claims01"}
    question = sandbox.add(
        ALICE, "A leak", direction="inbound", status="read", date=now - timedelta(days=3), **fields
    )
    answer = sandbox.add(
        ALICE, "Re: A leak", parent_id=question, from_name="Priya Rao", date=now - timedelta(days=2), **fields
    )
    return sandbox.add(
        ALICE, "Re: A leak", direction="inbound", parent_id=answer, text="Still wet.", date=now, **fields
    )


def test_a_conversation_is_one_row(alice_client, leak, sandbox):
    sandbox.add(ALICE, "Your policy", securebox="Claims01", date=datetime.now(UTC) - timedelta(days=1))
    rows = alice_client.get("/inbox/claims/").context["rows"]
    assert [(row.subject, row.who, row.count, row.preview, row.state) for row in rows] == [
        ("A leak", "You", 3, "Still wet.", "waiting"),
        ("Your policy", "Claims", 1, "We have received your documents.", None),
    ]


def test_an_unread_message_is_not_hidden_in_its_conversation(alice_client, leak, sandbox):
    response = alice_client.get("/inbox/claims/")
    (row,) = response.context["rows"]
    assert row.unread == 1 and '<li class="mail unread' in response.content.decode()
    assert "Priya Rao" in alice_client.get(row.url).content.decode()
    assert {m["subject"] for m in sandbox.messages() if m["status"] == "unread"} == {"Re: A leak"}
    (row,) = alice_client.get("/inbox/claims/").context["rows"]
    assert row.unread == 0


def test_a_row_selects_what_was_received_and_nothing_else(alice_client, leak, sandbox):
    (row,) = alice_client.get("/inbox/claims/").context["rows"]
    assert row.received.count(".") == 2 and row.received.startswith("o.")
    form = {"action": "read", "reference": row.received}
    alice_client.post("/inbox/claims/selected/", form)
    assert len(sandbox.calls("remove")) == 1


def test_an_own_message_cannot_be_selected(alice_client, sandbox):
    sandbox.add(ALICE, "Mine", securebox="Claims01", direction="inbound")
    assert 'name="reference"' not in alice_client.get("/inbox/claims/").content.decode()


def test_a_conversation_that_goes_on_beyond_the_window_says_so(alice_client, leak, settings):
    settings.PORTAL_PAGE_SIZE = 2
    html = alice_client.get("/inbox/claims/").content.decode()
    assert "There may be earlier ones." in html
    assert "Earlier messages in these conversations may be on the next page." in html
    settings.PORTAL_PAGE_SIZE = 3
    assert "further back" not in alice_client.get("/inbox/claims/").content.decode()


@pytest.mark.parametrize("number", [500, pytest.param(5_000, marks=pytest.mark.proof)])
def test_any_number_of_messages_costs_one_call_and_a_bounded_page(alice_client, sandbox, number):
    letter = {"address": ALICE, "securebox": "Claims01", "text": "Word. " * 100, "status": "read"}
    sandbox.add_many([{**letter, "subject": f"Letter {at}"} for at in range(number)])
    alice_client.get("/")
    sandbox.forget_calls()
    response = alice_client.get("/inbox/claims/")
    assert [call["operation"] for call in sandbox.calls()] == ["list"]
    assert len(response.context["rows"]) == 50 and len(response.content) < 150_000


def test_an_outage_never_looks_like_an_empty_list(alice_client, sandbox):
    sandbox.fault("status", status=500)
    response = alice_client.get("/inbox/claims/")
    html = response.content.decode()
    assert response.status_code == 503
    assert "We can’t load your messages right now" in html and "No messages" not in html
    assert 'href="/inbox/claims/">Try again' in html and response["X-Request-Id"] in html


def test_a_refused_key_is_an_error_of_the_portal_and_ends_no_session(alice_client, sandbox, settings):
    settings.SECUREMAIL_API_KEY = "not-the-key"
    assert alice_client.get("/inbox/claims/").status_code == 502
    assert alice_client.get("/inbox/claims/compose/").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        *(
            "page=0",
            "page=10000",
            "page=two",
            "page=-1",
            "page=1e3",
            "page=%D9%A1",
            "status=new",
            "status=UNREAD",
        ),
        *("from=-1", "from=two", "from=1000000", "from=", "page=2&after=12345678", "from=10&after=1234567"),
        *("from=10&after=1234567g", "from=10&after=1234%2678", "from=10&after=" + "12345678" * 102),
    ],
)
def test_an_impossible_page_or_filter_is_a_404_without_a_call(alice_client, sandbox, query):
    response = alice_client.get(f"/inbox/claims/?{query}")
    assert response.status_code == 404
    assert "We can’t find that page" in response.content.decode()
    assert sandbox.calls() == []


def test_a_page_past_the_end_redirects_to_the_first(alice_client, sandbox):
    response = alice_client.get("/inbox/claims/?page=7&status=read", follow=True)
    assert response.redirect_chain == [("/inbox/claims/?status=read", 302)]
    assert "There’s no page 7," in response.content.decode()


@pytest.mark.parametrize("slug", ["nowhere", "Claims", "Claims01", "HR&address=x"])
def test_an_unknown_securebox_is_a_404_without_a_call(alice_client, sandbox, slug):
    assert alice_client.get(f"/inbox/{slug}/").status_code == 404
    assert sandbox.calls() == []


def test_checks_access_to_the_securebox(charlie, claims, sandbox):
    browser = sign_in(charlie)
    closed, unknown = browser.get("/inbox/claims/"), browser.get("/inbox/nowhere/")
    assert closed.status_code == unknown.status_code == 404
    assert sandbox.calls() == []


def test_a_malformed_message_does_not_break_the_list(alice_client, sandbox):
    sandbox.add(ALICE, "Fine", securebox="Claims01")
    sandbox.fault("odd", operation="list")
    response = alice_client.get("/inbox/claims/")
    assert response.status_code == 200 and "Fine" in response.content.decode()


def test_a_message_without_a_subject_says_so(alice_client, sandbox):
    sandbox.add(ALICE, "", securebox="Claims01")
    assert "(no subject)" in alice_client.get("/inbox/claims/").content.decode()


def test_an_unverified_address_opens_nothing(alice_client, alice, sandbox):
    alice.emailaddress_set.update(verified=False)
    for address in ("/", "/inbox/claims/", "/unread.json", "/inbox/claims/compose/"):
        response = alice_client.get(address)
        assert response.status_code == 403 and "Sign out" in response.content.decode()
    assert sandbox.calls() == []
