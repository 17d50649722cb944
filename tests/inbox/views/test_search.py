"""Searching: what is found, how far back, what is said of it, and that nothing of it is kept."""

import re
from datetime import timedelta

import pytest

from inbox.models import Securebox
from portal.embed.models import Website
from tests.conftest import sign_in
from tests.embed.framing import SAME_SITE_ORIGIN, SAME_SITE_PREFIX
from tests.inbox.searching import ALICE, NOW, fill, look, press, subjects, text_of
from tests.support.deadlines import give_up_on_the_last


@pytest.fixture
def letters(sandbox):
    """In three places, of three ages."""
    sandbox.add(ALICE, "Your claim", securebox="Claims01", text="The window is broken.", date=NOW)
    sandbox.add(ALICE, "Invoice", text="For the WINDOW.", date=NOW - timedelta(days=1), from_name="Priya Rao")
    sent = {"securebox": "Claims01", "direction": "inbound", "date": NOW - timedelta(days=2)}
    sandbox.add(ALICE, "A broken window", text="Dear team", **sent)
    sandbox.add("bob@example.com", "Bob's window", securebox="Claims01")


def test_finds_words_in_all_departments_the_newest_first(alice_client, letters):
    response = look(alice_client, "window")
    assert subjects(response) == ["Your claim", "Invoice", "A broken window"]
    page = text_of(response)
    assert "3 messages found" in page and page.count("searched all of your messages") == 1
    assert "We searched all of your messages." in page
    assert "Claims: we searched all of your messages." in text_of(look(alice_client, "window", "claims"))
    assert "<mark>WINDOW</mark>" in response.content.decode()


@pytest.mark.parametrize(
    ("words", "department", "found"),
    [
        ("window", "claims", ["Your claim", "A broken window"]),
        ("broken window", "", ["Your claim", "A broken window"]),
        ('"broken window"', "", ["A broken window"]),
        ("priya", "", ["Invoice"]),
        ("alice", "", []),
        ("w.ndow", "", []),
    ],
)
def test_finds_what_was_meant(alice_client, letters, words, department, found):
    assert subjects(look(alice_client, words, department)) == found


def test_says_how_far_back_it_looked_and_goes_on_from_there(alice_client, sandbox, settings):
    settings.PORTAL_SEARCH_CALLS = 2
    fill(sandbox, 70)
    fill(sandbox, 1, subject="The oldest", day=70)
    first = look(alice_client, "oldest")
    assert "Nothing found so far" in text_of(first) and "No messages found" not in text_of(first)
    assert "Claims: we looked back to 2 Oct 2026 ." in text_of(first)
    assert "Billing: we searched all of your messages." in text_of(first)
    sandbox.forget_calls()
    second = press(alice_client, first, "Search further back")
    assert subjects(second) == ["The oldest 0"] and "1 more message found" in text_of(second)
    assert "Search further back" not in text_of(second)
    # Billing was read to its end before.
    assert {call["securebox"] for call in sandbox.calls()} == {"Claims01"}


def test_no_press_calls_the_api_more_often_than_it_may(alice_client, sandbox, settings):
    settings.PORTAL_SEARCH_CALLS = 3
    sandbox.dialect("cap=5")
    fill(sandbox, 30)
    fill(sandbox, 12, securebox="", subject="Bill")
    response, found = look(alice_client, "i l"), []
    for _press in range(20):
        assert 0 < len(sandbox.calls()) <= 3
        found += subjects(response)
        if "Search further back" not in text_of(response):
            break
        sandbox.forget_calls()
        response = press(alice_client, response, "Search further back")
    assert sorted(found) == sorted([f"Bill {at}" for at in range(12)])


def test_stops_once_it_has_found_enough(alice_client, sandbox):
    fill(sandbox, 120)
    response = look(alice_client, "letter", "claims")
    assert subjects(response) == [f"Letter {at}" for at in range(50)]
    assert subjects(press(alice_client, response, "Search further back")) == [
        f"Letter {at}" for at in range(50, 100)
    ]


def test_a_list_that_changes_meanwhile_shows_nothing_twice_and_skips_nothing(alice_client, sandbox):
    fill(sandbox, 80)
    first = look(alice_client, "letter", "claims")
    ids = [message["id"] for message in sandbox.messages(ALICE)]
    for at in (0, 20, 49):
        sandbox.api("DELETE", f"/securemail/{ids[at]}", query={"remove": "purge"})
    fill(sandbox, 2, subject="New letter", day=-5)
    second = press(alice_client, first, "Search further back")
    assert subjects(second) == [f"Letter {at}" for at in range(50, 80)]


def test_a_list_that_has_changed_too_much_says_so(alice_client, sandbox):
    fill(sandbox, 130)
    first = look(alice_client, "letter", "claims")
    for message in sandbox.messages(ALICE)[:130]:
        sandbox.api("DELETE", f"/securemail/{message['id']}", query={"remove": "purge"})
    fill(sandbox, 130, subject="Other")
    page = text_of(press(alice_client, first, "Search further back"))
    assert "Claims: your messages have changed since." in page and "No more messages" not in page


def test_a_department_that_fails_is_named_and_can_be_tried_again(alice_client, letters, sandbox):
    sandbox.fault("status", securebox="Claims01", status=500)
    response = look(alice_client, "window")
    page = text_of(response)
    assert response.status_code == 200 and subjects(response) == ["Invoice"]
    assert "We can’t search Claims right now." in page and "Claims: not searched yet." in page
    sandbox.heal()
    assert len(subjects(press(alice_client, response, "Try again"))) == 3


def test_an_outage_never_looks_like_nothing_found(alice_client, letters, sandbox):
    sandbox.fault("status", status=500)
    response = look(alice_client, "nowhere")
    page = text_of(response)
    assert response.status_code == 503
    assert "We couldn’t finish this search" in page and "We can’t search Billing right now." in page
    assert "found" not in page and "Search further back" in page


def test_a_department_that_hangs_costs_the_others_nothing(
    alice_client, letters, sandbox, settings, monkeypatch
):
    sandbox.fault("hang", securebox="Claims01")
    allowed = give_up_on_the_last(monkeypatch)
    response = look(alice_client, "window")
    assert allowed and max(allowed) <= settings.SECUREMAIL_DEADLINE
    assert subjects(response) == ["Invoice"] and "We can’t search Claims right now." in text_of(response)


def test_a_department_that_was_taken_away_between_two_presses(alice_client, alice, claims, sandbox):
    fill(sandbox, 120)
    all_boxes, one_box = look(alice_client, "letter"), look(alice_client, "letter", "claims")
    claims.consumers.remove(alice)
    sandbox.forget_calls()
    assert subjects(press(alice_client, all_boxes, "Search further back")) == []
    refused = press(alice_client, one_box, "Search further back")
    assert refused.status_code == 422 and "You no longer have access to this department." in text_of(refused)
    assert sandbox.calls() == []


@pytest.mark.parametrize("forged", ["made-up", "W10:1abcde:x"])
def test_a_forged_position_starts_again(alice_client, letters, forged):
    response = look(alice_client, "window", position=forged)
    assert "We couldn’t continue your earlier search" in text_of(response)
    assert len(subjects(response)) == 3 and "3 messages found" in text_of(response)


def test_a_position_is_for_the_words_that_it_was_made_for(alice_client, sandbox):
    fill(sandbox, 120)
    position = look(alice_client, "letter", "claims").context["next_press"]
    assert subjects(look(alice_client, "letter 3", "claims", position=position))[0] == "Letter 3"


def test_one_department_can_be_widened_to_all(alice_client, letters):
    response = press(alice_client, look(alice_client, "window", "claims"), "Search all departments")
    assert len(subjects(response)) == 3


def test_reads_lists_alone_and_changes_nothing(alice_client, letters, sandbox):
    before = sandbox.messages()
    look(alice_client, "window")
    assert sandbox.messages() == before
    assert {call["operation"] for call in sandbox.calls()} <= {"list", "count"}
    assert {call["address"] for call in sandbox.calls()} == {ALICE}


def test_the_empty_form_asks_the_api_for_nothing(alice_client, sandbox):
    for method in (alice_client.get, alice_client.head):
        assert method("/search/?department=claims&words=quail").status_code == 200
    html = alice_client.get("/search/?department=claims&words=quail").content.decode()
    assert '<option value="claims" selected>' in html and "quail" not in html
    assert sandbox.calls() == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Enter a word to search for."),
        (" \t ", "Enter a word to search for."),
        ('""', "Enter a word to search for."),
        ("\x00\u200d", "Enter a word to search for."),
        ("x" * 10_000, "This is 9,800 characters too long."),
    ],
)
def test_what_cannot_be_looked_for_is_said_without_a_call(alice_client, sandbox, words, said):
    response = look(alice_client, words)
    assert response.status_code == 422 and said in text_of(response)
    assert sandbox.calls() == []


@pytest.mark.parametrize("words", ["???", "%", "a", "🚗", "\u202emodniw", "window\x00", "(", "\\", "'; --"])
def test_odd_words_are_looked_for_as_they_are(alice_client, letters, words):
    assert look(alice_client, words).status_code == 200


def test_words_are_nowhere_but_in_the_page(alice_client, letters):
    response = look(alice_client, "broken window")
    html = response.content.decode()
    title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)[1]
    assert "2 messages found" in title and "window" not in title
    assert [link for link in re.findall(r'(?:href|action|src)="([^"]*)"', html) if "window" in link] == []
    assert response["Cache-Control"] == "no-store, private" and "window" not in str(response.headers)
    assert "window" not in str(dict(alice_client.session))


def test_letters_of_strangers_are_shown_as_text(alice_client, sandbox):
    sandbox.add(ALICE, "<script>window</script>", text="<b>window</b>", from_name="<i>window</i>")
    html = look(alice_client, "window").content.decode()
    assert "&lt;script&gt;<mark>window</mark>&lt;/script&gt;" in html
    assert "&lt;b&gt;<mark>window</mark>&lt;/b&gt;" in html and "<i>" not in html


def test_of_a_very_long_letter_the_beginning_is_searched_and_that_is_said(alice_client, sandbox):
    html = f"<p>The first word</p>{'<p>and so on</p>' * 4_000}<p>The last word</p>"
    sandbox.dialect("full-list")
    sandbox.add(ALICE, "Long", text="", html=html)
    response = look(alice_client, "first")
    assert subjects(response) == [
        "Long"
    ] and "1 message is very long. We searched only its beginning." in text_of(response)
    assert subjects(look(alice_client, "last")) == []


def test_unusable_messages_are_named(alice_client, sandbox):
    sandbox.add(ALICE, "Fine", securebox="Claims01")
    sandbox.fault("odd", operation="list", securebox="Claims01")
    assert "We can’t show or search" in text_of(look(alice_client, "fine", "claims"))


def test_a_message_leads_back_to_the_search(alice_client, letters):
    row = look(alice_client, "invoice").context["rows"][0]
    assert row.unread and row.url.endswith("/?new&via=search")
    assert re.search(
        r'class="back-link elsewhere"><a href="/search/">', alice_client.get(row.url).content.decode()
    )


def test_has_a_limit_of_its_own(alice_client, letters, settings):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"search": "1/m/user"}
    assert [look(alice_client, "window").status_code for _ in range(2)] == [200, 429]
    assert alice_client.get("/search/").status_code == 200


def test_searches_only_what_a_website_shows(alice_client, letters, sandbox):
    website = Website.objects.create(name="Near", origin=SAME_SITE_ORIGIN, shows_all=False)
    website.secureboxes.set(Securebox.objects.filter(slug="billing"))
    alice_client.defaults["HTTP_HOST"] = "localhost"
    address = f"{SAME_SITE_PREFIX}/search/"
    response = alice_client.post(address, {"words": "window"}, headers={"Origin": SAME_SITE_ORIGIN})
    assert subjects(response) == ["Invoice"] and response.context["rows"][0].url.startswith(SAME_SITE_PREFIX)
    assert {call["securebox"] for call in sandbox.calls()} == {""}


def test_searches_no_other_consumers_messages(bob, letters, sandbox):
    assert subjects(look(sign_in(bob), "window")) == ["Bob's window"]
