"""The page of a message: its conversation, and the list beside it."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from inbox.models import OutgoingMessage
from inbox.references import sign
from inbox.securemail import Direction
from inbox.views.thread import MAX_LINES
from tests.conftest import sign_in
from tests.inbox.helpers import only_reference, send
from tests.support.patience import MINUTE, await_true
from tests.support.wire import Wire, envelope, reply

ALICE = "alice@example.com"
LIST = "/inbox/claims/"
NOW = datetime.now(UTC)


@pytest.fixture
def leak(sandbox):
    """A conversation of four messages about a leak, and a letter about something else. Returns the ids."""
    ids = {}
    for at, (name, answers, fields) in enumerate(
        [
            ("question", None, {"direction": "inbound", "status": "read"}),
            ("answer", "question", {"status": "read", "from_name": "Priya Rao"}),
            ("thanks", "answer", {"direction": "inbound", "status": "read"}),
            ("visit", "thanks", {"from_name": "Tom Abara"}),
        ]
    ):
        more = {"parent_id": ids[answers]} if answers else {}
        date = NOW - timedelta(days=9 - at)
        subject = "A leak" if name == "question" else "Re: A leak"
        ids[name] = sandbox.add(
            ALICE, subject, securebox="Claims01", text=f"The {name}.", date=date, **more, **fields
        )
    ids["other"] = sandbox.add(ALICE, "Your policy", securebox="Claims01", date=NOW - timedelta(days=30))
    return ids


def address(message_id, direction=Direction.OUTBOUND):
    return f"{LIST}{sign(ALICE, 'Claims01', message_id, direction)}/"


def open_first(browser):
    """The page of the first row of the list."""
    return browser.get(browser.get(LIST).context["rows"][0].url)


def words(response):
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def html(response):
    return response.content.decode()


def around(response):
    return response.context["around"]


def test_shows_the_conversation_with_the_oldest_first_and_one_message_open(alice_client, leak):
    response = open_first(alice_client)
    page = html(response)
    assert '<h1 dir="auto">A leak</h1>' in page
    assert [line.preview for line in (*around(response).thread.folded, *around(response).thread.before)] == [
        "The question.",
        "The answer.",
        "The thanks.",
    ]
    assert page.count("<article") == 1 and "The visit.</div>" in page
    assert page.index("The question.") < page.index("The thanks.") < page.index("The visit.</div>")


def test_opening_marks_exactly_the_message_that_is_open(alice_client, leak, sandbox):
    sandbox.add(ALICE, "Re: A leak", securebox="Claims01", parent_id=leak["visit"], text="One more.")
    response = alice_client.get(address(leak["visit"]))
    assert [(m["subject"], m["status"]) for m in sandbox.messages() if m["status"] == "unread"] == [
        ("Re: A leak", "unread"),
        ("Your policy", "unread"),
    ]
    (after,) = around(response).thread.after
    assert after.unread and not after.text and after.url in html(response).replace("&amp;", "&")


@pytest.mark.parametrize("headers", [{}, {"sec-purpose": "prefetch"}])
def test_one_round_trip_of_two_calls(alice_client, leak, sandbox, headers):
    url = address(leak["visit"])
    sandbox.forget_calls()
    alice_client.get(url, headers=headers)
    read = {} if headers else {"read": "true"}
    assert sorted(
        (call["operation"], call["query"].get("count", call["query"])) for call in sandbox.calls()
    ) == [
        ("get", read),
        ("list", "51"),
    ]


def test_both_calls_are_made_at_the_same_time(alice, settings):
    """Neither is answered before the other has come."""
    mail = {"id": "m1", "direction": "outbound", "subject": "Hello", "text": "Together."}

    def act(sock, stopped, request):
        assert await_true(lambda: len(wire.requests) == 2)
        is_list = request.path.endswith("/securemail")
        return reply(envelope(data=[mail]) if is_list else envelope(secureMail=mail))(sock, stopped, request)

    with Wire() as wire:
        settings.SECUREMAIL_API_URL = wire.url
        settings.SECUREMAIL_DEADLINE = settings.SECUREMAIL_READ_TIMEOUT = MINUTE
        wire.script(act)
        response = sign_in(alice).get(address("m1"))
    assert "Together.</div>" in html(response) and len(around(response).page.entries) == 1


def test_if_the_list_fails_the_message_shows_and_says_so(alice_client, leak, sandbox):
    sandbox.fault("status", operation="list", status=500)
    response = alice_client.get(address(leak["visit"]))
    page = html(response)
    assert response.status_code == 200 and "The visit.</div>" in page
    assert "We couldn’t load the rest of this conversation." in page
    assert "list-heading" not in page and "No messages" not in page
    sandbox.heal()
    retry = re.search(r'href="([^"]*reach=1[^"]*)"', page)[1].replace("&amp;", "&")
    assert len(around(alice_client.get(retry)).conversation) == 4


def test_if_the_message_fails_it_is_an_outage_as_ever(alice_client, leak, sandbox):
    sandbox.fault("status", operation="get", status=500)
    response = alice_client.get(address(leak["visit"]))
    assert response.status_code == 503 and "The question." not in html(response)


def test_a_message_beyond_the_window_offers_to_look_further(alice_client, leak, sandbox, settings):
    settings.PORTAL_PAGE_SIZE = 2
    response = alice_client.get(address(leak["visit"]))
    assert len(around(response).conversation) == 2
    assert "There may be earlier messages in this conversation." in words(response)
    sandbox.forget_calls()
    more = alice_client.get(address(leak["visit"]) + "?reach=1")
    assert len(around(more).conversation) == 4 and len(sandbox.calls("list")) == 1
    assert "further back" not in words(more)


def test_looking_further_has_an_end_and_says_so(alice_client, sandbox, settings):
    settings.PORTAL_PAGE_SIZE = 1
    letter = {"address": ALICE, "securebox": "Claims01", "text": ""}
    ids = sandbox.add_many([{**letter, "subject": str(number)} for number in range(20)])
    response = alice_client.get(address(ids[0]) + "?reach=2")
    assert len(around(response).page.entries) == 16
    assert "We can’t look back any further here." in html(response) and "reach=3" not in html(response)
    assert around(alice_client.get(address(ids[0]) + "?reach=3")).reach == 0


def test_an_old_message_that_the_list_has_not_read_is_shown_all_the_same(alice_client, leak, settings):
    settings.PORTAL_PAGE_SIZE = 2
    response = alice_client.get(address(leak["other"]))
    assert "We have received your documents.</div>" in html(response)
    assert len(around(response).conversation) == 1


def test_a_conversation_of_three_hundred_messages(alice_client, sandbox, settings):
    settings.PORTAL_PAGE_SIZE = 100
    first = sandbox.add(ALICE, "Long", securebox="Claims01", status="read", date=NOW - timedelta(days=9))
    letter = {
        "address": ALICE,
        "securebox": "Claims01",
        "subject": "Re: Long",
        "text": "Word.",
        "status": "read",
    }
    ids = sandbox.add_many(
        [
            {**letter, "parent_id": first, "date": (NOW - timedelta(hours=200 - n / 2)).isoformat()}
            for n in range(299)
        ]
    )
    alice_client.get("/")
    sandbox.forget_calls()
    response = alice_client.get(address(ids[-1]) + "?reach=1")
    # The count tells that 300 are all there are, and no more than the API gives at once.
    assert sorted(call["operation"] for call in sandbox.calls()) == ["count", "get", "list"]
    thread = around(response).thread
    assert len(around(response).conversation) == 300
    assert (len(thread.folded) + len(thread.before), thread.earlier.count) == (MAX_LINES, 299 - MAX_LINES)
    assert f"{299 - MAX_LINES} more messages" in words(response)
    assert len(response.content) < 150_000
    back = alice_client.get(thread.earlier.url.replace("/?", "/?reach=1&") + "?reach=1")
    assert around(back).thread.later.count > 0


def test_an_unread_message_is_never_folded_away(alice_client, sandbox):
    first = sandbox.add(ALICE, "Long", securebox="Claims01", status="read", date=NOW - timedelta(days=9))
    for hours in range(8):
        last = sandbox.add(
            ALICE,
            "Re: Long",
            securebox="Claims01",
            parent_id=first,
            status="unread" if hours == 5 else "read",
            date=NOW - timedelta(hours=20 - hours),
        )
    thread = around(alice_client.get(address(last))).thread
    assert [line.unread for line in thread.folded] == [False] * 6
    assert [line.unread for line in thread.before] == [True, False]


def test_an_answer_sent_from_here_stands_in_the_conversation(alice_client, sandbox):
    """The API begins a new thread with it; the portal knows what it answers."""
    sandbox.add(ALICE, "Your knee", securebox="Claims01", status="read")
    reference = only_reference(alice_client)
    form = re.search(
        r'name="form" value="([^"]*)"', html(alice_client.get(f"{LIST}compose/?reply={reference}"))
    )
    send(alice_client, form=form[1], subject="Re: Your knee", text="It hurts.")
    (row,) = alice_client.get(LIST).context["rows"]
    assert (row.count, row.who, row.state) == (2, "You", "waiting")
    assert [line.preview for line in around(alice_client.get(row.url)).thread.before] == [
        "We have received your documents."
    ]


def test_drafts_of_answers_stand_at_the_end(alice_client, leak):
    compose = f"{LIST}compose/?reply={sign(ALICE, 'Claims01', leak['answer'], Direction.OUTBOUND)}"
    form = re.search(r'name="form" value="([^"]*)"', html(alice_client.get(compose)))[1]
    alice_client.post(
        f"{LIST}compose/", {"form": form, "subject": "Re: A leak", "text": "Not yet", "action": "save"}
    )
    OutgoingMessage.objects.get()
    assert "Not yet</textarea>" in html(alice_client.get(address(leak["visit"])))
    assert "Not yet" not in html(alice_client.get(address(leak["other"])))


def test_what_is_waiting_says_until_when_an_answer_is_usual(alice_client, claims, sandbox):
    claims.reply_hours = 48
    claims.save()
    sandbox.add(ALICE, "Mine", securebox="Claims01", direction="inbound")
    assert "Waiting for our reply Usually answered by" in words(open_first(alice_client))


def test_what_waits_for_too_long_says_how_else_to_reach_the_company(alice_client, claims, sandbox):
    claims.reply_hours = 48
    claims.save()
    sandbox.add(ALICE, "Mine", securebox="Claims01", direction="inbound", date=NOW - timedelta(days=3))
    text = words(open_first(alice_client))
    assert "Still waiting?" in text and "Usually answered by" not in text


def test_an_own_message_that_was_read_says_that_it_left_the_queue(alice_client, sandbox):
    sandbox.add(ALICE, "Mine", securebox="Claims01", direction="inbound", status="read", routing="with_agent")
    text = words(open_first(alice_client))
    assert (
        "Waiting for our reply" in text
        and "No longer waiting in the queue" in text
        and "Withdraw" not in text
    )


def test_neighbours_in_the_list_are_a_link_away(alice_client, leak):
    newest, oldest = (row.url for row in alice_client.get(LIST).context["rows"])
    first, last = around(alice_client.get(newest)), around(alice_client.get(oldest))
    assert (first.newer_url, first.older_url.partition("?")[0]) == ("", oldest.partition("?")[0])
    assert (last.newer_url.partition("?")[0], last.older_url) == (newest.partition("?")[0], "")


def test_the_list_stands_beside_with_the_open_conversation_marked(alice_client, leak):
    response = alice_client.get(address(leak["visit"]))
    assert [(row.subject, row.is_current, row.unread) for row in around(response).rows] == [
        ("A leak", True, 0),
        ("Your policy", False, 1),
    ]
    assert html(response).count('class="mail-link"') == 2
    (link,) = re.findall(r'class="mail-link"\s+href="([^"]*)"\s+aria-current="page"', html(response))
    assert link.startswith(address(leak["visit"]))


def test_back_leads_to_the_row(alice_client, leak):
    row = alice_client.get(LIST).context["rows"][0]
    assert around(alice_client.get(row.url)).back == f"{LIST}#{row.anchor}"
    assert f'id="{row.anchor}"' in html(alice_client.get(LIST))


@pytest.mark.parametrize(("status", "listed"), [("unread", ["A leak", "Your policy"]), ("read", ["A leak"])])
def test_under_a_filter_the_conversation_is_whole_and_the_list_is_not(alice_client, leak, status, listed):
    response = alice_client.get(address(leak["visit"]) + f"?status={status}")
    assert len(around(response).conversation) == 4
    assert [row.subject for row in around(response).rows] == listed


def test_a_quote_at_the_end_is_folded(alice_client, sandbox):
    text = "Thank you.\n\nOn 3 Mar 2026, Priya wrote:\n> Dear Alice,\n> see https://example.com/x\n> Priya"
    sandbox.add(ALICE, securebox="Claims01", text=text)
    page = html(alice_client.get(f"{LIST}{only_reference(alice_client)}/"))
    own, quoted = re.findall(r'class="message-text"[^>]*>(.*?)</div>', page, re.DOTALL)
    assert own == "Thank you." and quoted.startswith("On 3 Mar 2026, Priya wrote:\n&gt; Dear Alice,")
    assert 'href="https://example.com/x"' in quoted and '<details class="quoted">' in page


def test_a_letter_carries_the_language_that_it_declares(alice_client, sandbox):
    sandbox.add(
        ALICE, securebox="Claims01", html='<html lang="de"><body><h1>Guten Tag</h1><p>Brief</p></body></html>'
    )
    url = f"{LIST}{only_reference(alice_client)}/"
    assert re.search(r'class="message-text"\s+dir="auto"\s+lang="de"', html(alice_client.get(url)))
    assert re.search(r'dir="auto"\s+lang="de"', html(alice_client.get(f"{url}body/")))
    sandbox.reset()
    sandbox.add(ALICE, securebox="Claims01", text="Plain")
    assert re.search(r'class="message-text"\s+dir="auto"\s+lang=""', html(open_first(alice_client)))


def test_the_title_names_subject_and_department(alice_client, leak):
    assert "A leak – Claims · " in words(alice_client.get(address(leak["visit"])))


def test_in_another_box_or_for_another_person_nothing_is_grouped(alice_client, bob, leak, sandbox):
    """Strangers' letters with the same subject, in the same box, and own letters in another box."""
    sandbox.add("bob@example.com", "A leak", securebox="Claims01", text="Bob's leak.")
    sandbox.add(ALICE, "A leak", text="In billing.")
    page = html(alice_client.get(address(leak["visit"])))
    assert "Bob's leak." not in page and "In billing." not in page
    assert [row.count for row in sign_in(bob).get(LIST).context["rows"]] == [1]


def test_two_windows_that_read_and_delete_the_same_conversation(alice, alice_client, leak, sandbox):
    """One window shows it while the other deletes what it shows: the page says so, and the rest still opens."""
    one, other = sign_in(alice), alice_client
    page = one.get(address(leak["visit"]))
    other.post(f"{address(leak['answer'])}delete/")
    again = one.get(address(leak["visit"]))
    assert len(around(page).conversation) == 4 and len(around(again).conversation) == 3
    assert other.post(f"{address(leak['visit'])}delete/").status_code == 302
    everything = {"reference": " ".join(around(page).received), "action": "delete", "confirmed": "yes"}
    assert one.post(f"{LIST}selected/", everything, follow=True).status_code == 200
    assert {m["subject"] for m in sandbox.messages() if not m["deleted"]} == {
        "A leak",
        "Re: A leak",
        "Your policy",
    }
    assert one.get(address(leak["question"], Direction.INBOUND)).status_code == 200


def test_a_withdrawn_message_says_so_wherever_it_was_sent_from(alice_client, sandbox):
    sandbox.add(ALICE, "Mine", securebox="Claims01", direction="inbound", routing="waiting")
    url = f"{LIST}{only_reference(alice_client)}/"
    page = alice_client.post(f"{url}withdraw/", follow=True)
    assert [row.state for row in page.context["rows"]] == ["withdrawn"]
    text = words(alice_client.get(url))
    assert "Withdrawn" in text and "Waiting" not in text and "No longer waiting" not in text


def test_of_several_messages_the_withdrawn_one_is_named_and_a_single_one_not_twice(alice_client, sandbox):
    def withdrawn(url):
        conversation = html(alice_client.get(url)).partition('<ol class="conversation">')[2]
        return conversation.partition("</ol>")[0].count("Withdrawn")

    first = sandbox.add(ALICE, "Mine", securebox="Claims01", direction="inbound", routing="waiting")
    url = address(first, Direction.INBOUND)
    alice_client.post(f"{url}withdraw/")
    assert withdrawn(url) == 0
    sandbox.add(ALICE, "Re: Mine", securebox="Claims01", direction="inbound", parent_id=first)
    assert withdrawn(url) == 1
