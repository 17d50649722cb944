"""The page of drafts and outgoing messages, and the link to it on every page."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inbox.models import OutgoingMessage
from tests.conftest import sign_in
from tests.inbox.helpers import discard
from tests.inbox.windows import Window

WORDS = {"subject": "A broken window", "text": "It broke."}
STATES = {
    "queued": "Waiting to be sent",
    "sending": "Sending",
    "failed": "Not sent",
    "unconfirmed": "We’re not sure this was delivered",
}


def listed(browser, address="/outgoing/") -> list[tuple[str, str]]:
    """The state and subject of each message that a page lists."""
    return listed_in(browser.get(address))


def listed_in(answer) -> list[tuple[str, str]]:
    rows = re.findall(
        r'(?:class="mail-subject">([^<]*)</bdi>\s*)?<span class="outgoing-state" data-state="(\w+)"',
        answer.content.decode(),
    )
    return [(state, subject.strip()) for subject, state in rows]


@pytest.fixture
def queued(alice_client, sandbox) -> OutgoingMessage:
    """Alice's message to claims, waiting for delivery."""
    sandbox.fault("status", status=429, operation="send", times=1)
    Window(alice_client).send(**WORDS)
    return OutgoingMessage.objects.get()


def test_says_if_nothing_is_under_way(alice_client):
    html = alice_client.get("/outgoing/").content.decode()
    assert "No drafts, and nothing waiting to be sent." in html and "Messages you’ve started" in html
    assert "deleted" not in html


def test_lists_drafts_queued_and_sent_messages_separately(alice_client, queued):
    Window(alice_client).save(subject="A draft")
    Window(alice_client).send(subject="Sent already", text="x")
    html = alice_client.get("/outgoing/").content.decode()
    assert listed(alice_client) == [("queued", "A broken window"), ("draft", "A draft"), ("sent", "")]
    assert re.findall(r"<h2>(.*?)</h2>", html) == ["Outbox", "Drafts", "Recently sent"]


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_shown_here_and_in_the_securebox(alice_client, queued, state):
    OutgoingMessage.objects.update(state=state)
    for address in ("/outgoing/", "/inbox/claims/"):
        assert listed(alice_client, address)[0] == (state, "A broken window")
        assert STATES[state] in alice_client.get(address).content.decode()


@pytest.mark.parametrize("elsewhere", ["/inbox/billing/", "/inbox/claims/?status=unread"])
def test_filtered_lists_of_the_securebox_do_not_show_it(alice_client, queued, elsewhere):
    assert "A broken window" not in alice_client.get(elsewhere).content.decode()


def test_a_draft_is_not_listed_in_the_securebox(alice_client):
    Window(alice_client).save(**WORDS)
    assert "A broken window" not in alice_client.get("/inbox/claims/").content.decode()


def test_a_message_links_to_its_page_and_a_draft_to_the_compose_page(alice_client, queued):
    Window(alice_client).save(subject="A draft")
    draft = OutgoingMessage.objects.get(state="draft")
    html = alice_client.get("/outgoing/").content.decode()
    assert f'href="/outgoing/{queued.nonce}/"' in html
    assert f'href="/inbox/claims/compose/?draft={draft.nonce}"' in html


def test_a_missing_subject_is_replaced(alice_client):
    Window(alice_client).save(text="It broke.")
    assert listed(alice_client) == [("draft", "(no subject)")]


def test_a_discarded_message_is_not_listed(alice_client, queued):
    OutgoingMessage.objects.update(state="failed")
    discard(alice_client, queued)
    assert listed(alice_client) == []


def badge(browser, address: str) -> str | None:
    html = browser.get(address).content.decode()
    link = re.search(r'<a href="/outgoing/".*?Drafts and outbox.*?</a>', html, re.DOTALL)
    found = link and re.search(r'<span class="badge secondary">(\d+)</span>', link[0])
    return found and found[1]


def test_every_page_links_here_with_the_number(alice_client, queued):
    Window(alice_client).save(**WORDS)
    for address in ("/", "/inbox/billing/", "/inbox/claims/compose/", "/outgoing/", "/none/"):
        assert badge(alice_client, address) == "2"


def test_no_link_has_a_number_if_nothing_is_under_way(alice_client, sandbox):
    Window(alice_client).send(**WORDS)
    assert badge(alice_client, "/") is None and badge(alice_client, "/inbox/claims/") is None


def test_a_delivered_message_is_news_and_not_counted(alice_client, queued):
    OutgoingMessage.objects.update(state="sent", seen=False)
    assert "Your message to Claims was delivered." in alice_client.get("/").content.decode()
    assert badge(alice_client, "/") is None


@pytest.mark.parametrize("who", ["bob", "charlie"])
def test_others_do_not_see_it(alice_client, queued, request, who):
    browser = sign_in(request.getfixturevalue(who))
    assert listed(browser) == [] and badge(browser, "/") is None
    assert "A broken window" not in browser.get("/inbox/claims/").content.decode()


def test_requires_sign_in(client, queued):
    assert client.get("/outgoing/").url == "/accounts/login/?next=/outgoing/"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_rejects_other_methods(alice_client, method):
    assert getattr(alice_client, method)("/outgoing/").status_code == 405


def test_makes_no_api_call(alice_client, queued, sandbox):
    sandbox.forget_calls()
    alice_client.get("/outgoing/")
    alice_client.head("/outgoing/")
    assert sandbox.calls() == []


def test_news_are_shown_on_every_page_until_they_are_seen(alice_client, queued):
    OutgoingMessage.objects.update(state="failed", seen=False)
    told = "We couldn’t send your message to Claims."
    for address in ("/", "/inbox/billing/"):
        html = alice_client.get(address).content.decode()
        assert told in html and f'href="/outgoing/{queued.nonce}/"' in html
    alice_client.get("/outgoing/")
    assert told not in alice_client.get("/").content.decode()


def test_many_drafts_need_no_more_queries_than_one(alice_client, django_assert_num_queries):
    Window(alice_client).save(subject="Draft")
    with CaptureQueriesContext(connection) as one:
        alice_client.get("/outgoing/")
    queries = len(one)
    for _ in range(9):
        Window(alice_client).save(subject="Draft")
    with django_assert_num_queries(queries):
        assert len(listed(alice_client)) == 10


@pytest.mark.parametrize("address", ["/outgoing/", "/outgoing/{nonce}/"])
@pytest.mark.parametrize(
    ("method", "headers"),
    [("head", {}), ("get", {"Sec-Purpose": "prefetch;prerender"}), ("get", {"Purpose": "prefetch"})],
)
def test_a_head_and_a_prefetch_leave_news_unseen(alice_client, queued, address, method, headers):
    OutgoingMessage.objects.update(state="failed", seen=False)
    address = address.format(nonce=queued.nonce)
    assert getattr(alice_client, method)(address, headers=headers).status_code == 200
    assert "We couldn’t send your message to Claims." in alice_client.get("/").content.decode()
    alice_client.get(address)
    assert "We couldn’t send your message to Claims." not in alice_client.get("/").content.decode()


@pytest.mark.parametrize(("number", "notices"), [(3, 3), (4, 1)])
def test_much_news_is_one_notice(alice_client, queued, number, notices):
    for _ in range(number - 1):
        Window(alice_client).send(**WORDS)
    OutgoingMessage.objects.update(state="failed", seen=False)
    html = alice_client.get("/").content.decode()
    assert len(re.findall(r'<div class="notice[ "]', html)) == notices
    assert ("4 of your messages have an update." in html) == (number == 4)


def close_notice(browser, *messages, **fields):
    return browser.post("/outgoing/seen/", {"told": [f"{one.nonce} failed" for one in messages], **fields})


def test_a_notice_is_closed_for_good_and_leads_back_to_its_page(alice_client, queued, sandbox):
    OutgoingMessage.objects.update(state="failed", seen=False)
    page = "/inbox/billing/?status=unread"
    html = alice_client.get(page).content.decode()
    assert f'name="told" value="{queued.nonce} failed"' in html and f'name="next" value="{page}"' in html
    sandbox.forget_calls()
    assert close_notice(alice_client, queued, next=page).url == page
    assert sandbox.calls() == []
    assert "We couldn’t send" not in alice_client.get("/").content.decode()
    assert listed(alice_client) == [("failed", WORDS["subject"])]


def test_the_notice_of_much_news_is_closed_with_all_of_it(alice_client, queued):
    for _ in range(3):
        Window(alice_client).send(**WORDS)
    OutgoingMessage.objects.update(state="failed", seen=False)
    html = alice_client.get("/").content.decode()
    assert "4 of your messages have an update." in html
    told = re.findall('name="told" value="(.*?)"', html)
    assert alice_client.post("/outgoing/seen/", {"told": told}).url == "/"
    assert "an update" not in alice_client.get("/").content.decode()


def test_a_notice_of_another_person_is_not_closed(alice_client, bob, queued):
    OutgoingMessage.objects.update(state="failed", seen=False)
    close_notice(sign_in(bob), queued)
    assert "We couldn’t send your message to Claims." in alice_client.get("/").content.decode()


def test_what_happened_after_the_notice_is_news_still(alice_client, queued):
    OutgoingMessage.objects.update(state="sent", seen=False)
    close_notice(alice_client, queued)
    assert "Your message to Claims was delivered." in alice_client.get("/").content.decode()


@pytest.mark.parametrize("page", ["", "https://evil.example/", "//evil.example/", "evil"])
def test_closing_a_notice_leads_nowhere_else(alice_client, queued, page):
    assert close_notice(alice_client, queued, next=page).url == "/"


def test_the_error_page_of_an_outage_lists_outgoing_messages(alice_client, queued, sandbox):
    Window(alice_client).save(subject="A draft")
    sandbox.fault("status", status=503, operation="list")
    answer = alice_client.get("/inbox/claims/")
    assert (
        answer.status_code == 503
        and "We can’t reach our messaging system right now." in answer.content.decode()
    )
    assert listed_in(answer) == [("queued", "A broken window")]
    assert f'href="/outgoing/{queued.nonce}/"' in answer.content.decode()


@pytest.mark.parametrize("state", ["sent", "queued", "failed"])
def test_the_page_of_a_message_to_a_closed_securebox_does_not_link_to_it(
    alice_client, alice, claims, queued, state
):
    """Only discarding is offered."""
    OutgoingMessage.objects.update(state=state)
    claims.consumers.remove(alice)
    html = alice_client.get(f"/outgoing/{queued.nonce}/").content.decode()
    assert f'data-state="{state}"' in html and 'href="/inbox/claims/"' not in html
    assert "/now/" not in html and "/edit/" not in html
    assert ("/discard/" in html) == (state == "failed")
