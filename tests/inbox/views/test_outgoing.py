"""The page of drafts and messages under way, and the way to it from every page."""

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
    "queued": "Waiting to be delivered",
    "sending": "Being sent",
    "failed": "Not sent",
    "unconfirmed": "We could not confirm that this arrived",
}


def listed(browser, address="/outgoing/") -> list[tuple[str, str]]:
    """Each message that a page lists: its state, and its subject as far as it is shown."""
    return listed_in(browser.get(address))


def listed_in(answer) -> list[tuple[str, str]]:
    rows = re.findall(
        r'(?:class="mail-subject">([^<]*)</bdi>\s*)?<span class="outgoing-state" data-state="(\w+)"',
        answer.content.decode(),
    )
    return [(state, subject.strip()) for subject, state in rows]


@pytest.fixture
def waiting(alice_client, sandbox) -> OutgoingMessage:
    """Alice's message to claims, which waits to be delivered."""
    sandbox.fault("status", status=429, operation="send", times=1)
    Window(alice_client).send(**WORDS)
    return OutgoingMessage.objects.get()


def test_where_nothing_is_under_way_the_page_says_so(alice_client):
    html = alice_client.get("/outgoing/").content.decode()
    assert "Nothing is under way." in html and "What you begin to write" in html
    assert "deleted" not in html


def test_drafts_and_what_is_under_way_and_what_was_sent_stand_under_their_own_words(alice_client, waiting):
    Window(alice_client).save(subject="A draft")
    Window(alice_client).send(subject="Sent already", text="x")
    html = alice_client.get("/outgoing/").content.decode()
    assert listed(alice_client) == [("queued", "A broken window"), ("draft", "A draft"), ("sent", "")]
    assert re.findall(r"<h2>(.*?)</h2>", html) == ["Under way", "Drafts", "Sent lately"]


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_said_in_plain_words_in_the_list_and_in_the_boxs_own(alice_client, waiting, state):
    OutgoingMessage.objects.update(state=state)
    for address in ("/outgoing/", "/inbox/claims/"):
        assert listed(alice_client, address)[0] == (state, "A broken window")
        assert STATES[state] in alice_client.get(address).content.decode()


@pytest.mark.parametrize("elsewhere", ["/inbox/billing/", "/inbox/claims/?status=unread"])
def test_another_list_does_not_show_it(alice_client, waiting, elsewhere):
    assert "A broken window" not in alice_client.get(elsewhere).content.decode()


def test_a_draft_is_no_message_in_the_boxs_list(alice_client):
    Window(alice_client).save(**WORDS)
    assert "A broken window" not in alice_client.get("/inbox/claims/").content.decode()


def test_a_message_leads_to_its_page_and_a_draft_to_where_it_is_written(alice_client, waiting):
    Window(alice_client).save(subject="A draft")
    draft = OutgoingMessage.objects.get(state="draft")
    html = alice_client.get("/outgoing/").content.decode()
    assert f'href="/outgoing/{waiting.nonce}/"' in html
    assert f'href="/inbox/claims/compose/?draft={draft.nonce}"' in html


def test_without_a_subject_it_says_so(alice_client):
    Window(alice_client).save(text="It broke.")
    assert listed(alice_client) == [("draft", "(no subject)")]


def test_what_was_discarded_is_gone(alice_client, waiting):
    OutgoingMessage.objects.update(state="failed")
    discard(alice_client, waiting)
    assert listed(alice_client) == []


def badge(browser, address: str) -> str | None:
    html = browser.get(address).content.decode()
    found = re.search(
        r'href="/outgoing/"[^>]*>\s*Under way\s*<span class="badge secondary">(\d+)</span>', html
    )
    return found and found[1]


def test_every_page_leads_there_and_says_how_many_there_are(alice_client, waiting):
    Window(alice_client).save(**WORDS)
    for address in ("/", "/inbox/billing/", "/inbox/claims/compose/", "/outgoing/", "/none/"):
        assert badge(alice_client, address) == "2"


def test_where_nothing_is_under_way_no_page_speaks_of_it(alice_client, sandbox):
    Window(alice_client).send(**WORDS)
    assert badge(alice_client, "/") is None and badge(alice_client, "/inbox/claims/") is None


def test_what_was_delivered_is_news_and_not_under_way_any_more(alice_client, waiting):
    OutgoingMessage.objects.update(state="sent", seen=False)
    assert "Your message to Claims was delivered." in alice_client.get("/").content.decode()
    assert badge(alice_client, "/") is None


@pytest.mark.parametrize("who", ["bob", "charlie"])
def test_others_see_nothing_of_it(alice_client, waiting, request, who):
    browser = sign_in(request.getfixturevalue(who))
    assert listed(browser) == [] and badge(browser, "/") is None
    assert "A broken window" not in browser.get("/inbox/claims/").content.decode()


def test_a_stranger_is_sent_to_sign_in(client, waiting):
    assert client.get("/outgoing/").url == "/accounts/login/?next=/outgoing/"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_list_is_only_read(alice_client, method):
    assert getattr(alice_client, method)("/outgoing/").status_code == 405


def test_looking_asks_upstream_for_nothing(alice_client, waiting, sandbox):
    sandbox.forget_calls()
    alice_client.get("/outgoing/")
    alice_client.head("/outgoing/")
    assert sandbox.calls() == []


def test_news_are_told_on_every_page_until_they_were_looked_at(alice_client, waiting):
    OutgoingMessage.objects.update(state="failed", seen=False)
    told = "Your message to Claims could not be sent."
    for address in ("/", "/inbox/billing/"):
        html = alice_client.get(address).content.decode()
        assert told in html and f'href="/outgoing/{waiting.nonce}/"' in html
    alice_client.get("/outgoing/")
    assert told not in alice_client.get("/").content.decode()


def test_many_drafts_take_no_more_queries_than_one(alice_client, django_assert_num_queries):
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
def test_what_no_person_has_seen_is_not_told(alice_client, waiting, address, method, headers):
    OutgoingMessage.objects.update(state="failed", seen=False)
    address = address.format(nonce=waiting.nonce)
    assert getattr(alice_client, method)(address, headers=headers).status_code == 200
    assert "Your message to Claims could not be sent." in alice_client.get("/").content.decode()
    alice_client.get(address)
    assert "Your message to Claims could not be sent." not in alice_client.get("/").content.decode()


@pytest.mark.parametrize(("number", "notices"), [(3, 3), (4, 1)])
def test_of_much_news_there_is_one_notice(alice_client, waiting, number, notices):
    for _ in range(number - 1):
        Window(alice_client).send(**WORDS)
    OutgoingMessage.objects.update(state="failed", seen=False)
    html = alice_client.get("/").content.decode()
    assert html.count('<p class="notice') == notices
    assert ("There is news of 4 of your messages." in html) == (number == 4)


def test_where_the_box_cannot_be_had_its_page_still_lists_what_is_under_way(alice_client, waiting, sandbox):
    Window(alice_client).save(subject="A draft")
    sandbox.fault("status", status=503, operation="list")
    answer = alice_client.get("/inbox/claims/")
    assert answer.status_code == 503 and "The mail system does not answer." in answer.content.decode()
    assert listed_in(answer) == [("queued", "A broken window")]
    assert f'href="/outgoing/{waiting.nonce}/"' in answer.content.decode()


@pytest.mark.parametrize("state", ["sent", "queued", "failed"])
def test_a_closed_box_is_no_way_out_of_a_page(alice_client, alice, claims, waiting, state):
    """What cannot be done there is not offered; throwing the words away can be."""
    OutgoingMessage.objects.update(state=state)
    claims.consumers.remove(alice)
    html = alice_client.get(f"/outgoing/{waiting.nonce}/").content.decode()
    assert f'data-state="{state}"' in html and 'href="/inbox/claims/"' not in html
    assert "/now/" not in html and "/edit/" not in html
    assert ("/discard/" in html) == (state == "failed")
