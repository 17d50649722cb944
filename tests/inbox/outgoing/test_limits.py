"""How many messages one consumer can send to one securebox, and what the pages say about it."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from inbox.models import OutgoingMessage
from inbox.outgoing import drafts, limits
from inbox.outgoing.content import decrypt
from inbox.outgoing.limits import SendLimitReached
from portal.templatetags.dates import sent_date
from tests.conftest import sign_in
from tests.inbox.helpers import LETTER, choose, compose_form, discard, make_due, reload, send

pytestmark = pytest.mark.postgresql("inbox.outgoing.limits")

COMPOSE = "/inbox/claims/compose/"
WORKS_AGAIN = "You can send again from"
UNDER_WAY = "You have as many messages to Claims in your outbox as we can deliver at once."
KEPT = "Nothing was sent. We saved your message as a draft."


@pytest.fixture(autouse=True)
def few(settings):
    settings.PORTAL_SEND_HOURLY = 3
    settings.PORTAL_SEND_DAILY = 5
    settings.PORTAL_SEND_WAITING = 2


def refused(browser: Client, slug: str = "claims", **typed: str) -> str:
    """Send a message that is above a limit. Returns the page."""
    before = OutgoingMessage.objects.exclude(state="draft").count()
    answer = browser.post(f"/inbox/{slug}/compose/", {**LETTER, **typed})
    assert answer.status_code == 429
    assert OutgoingMessage.objects.exclude(state="draft").count() == before
    return answer.content.decode()


def notice(browser: Client, address: str = COMPOSE) -> str:
    """What the compose page says about the limits."""
    return " ".join(
        re.findall(
            r'<p class="notice">\s*<svg.*?</svg>\s*(You can send.*?|You’ve sent.*?|You have as many.*?)</p>',
            browser.get(address).content.decode(),
        )
    )


def let_pass(**time: int) -> None:
    """As if the messages had been sent that much earlier."""
    for message in OutgoingMessage.objects.exclude(tried_since=None):
        earlier = message.tried_since - timedelta(**time)
        OutgoingMessage.objects.filter(pk=message.pk).update(tried_since=earlier)


def make_unconfirmed(browser: Client, sandbox) -> OutgoingMessage:
    sandbox.fault("close", operation="send", times=1)
    message = send(browser)
    assert message.state == "unconfirmed"
    return message


def test_above_the_hourly_limit_nothing_is_sent_and_the_text_is_a_draft(alice_client, sandbox):
    for _ in range(3):
        send(alice_client)
    html = refused(alice_client, subject="The fourth", text="Not lost.")
    assert WORKS_AGAIN in html and KEPT in html
    assert 'value="The fourth"' in html and "Not lost." in html
    draft = OutgoingMessage.objects.get(state="draft")
    assert (decrypt(draft).subject, decrypt(draft).text) == ("The fourth", "Not lost.")
    assert len(sandbox.calls("send")) == 3


def test_the_page_says_from_when_on_it_works_again(alice_client, sandbox):
    for minutes in (50, 30, 10):
        earlier = timezone.now() - timedelta(minutes=minutes)
        OutgoingMessage.objects.filter(pk=send(alice_client).pk).update(tried_since=earlier)
    oldest = OutgoingMessage.objects.order_by("tried_since").first()
    works_again = oldest.tried_since + timedelta(minutes=61)
    assert f"You can send again from {sent_date(works_again)}." in refused(alice_client)
    let_pass(minutes=11)
    assert send(alice_client).state == "sent"


def test_the_draft_that_was_kept_can_be_sent_later(alice_client, sandbox):
    for _ in range(3):
        send(alice_client)
    html = refused(alice_client, subject="The fourth")
    form = dict(re.findall(r'name="(form|version|page|step)" value="([^"]*)"', html))
    let_pass(hours=1)
    answer = alice_client.post(COMPOSE, {**LETTER, **form})
    assert answer.status_code == 302 and len(sandbox.calls("send")) == 4
    assert not OutgoingMessage.objects.filter(state="draft").exists()


def test_a_draft_that_cannot_be_sent_yet_stays_one_draft(alice_client, sandbox):
    form = compose_form(alice_client)
    alice_client.post(COMPOSE, {**form, "action": "save"})
    draft = OutgoingMessage.objects.get()
    for _ in range(3):
        send(alice_client)
    again = compose_form(alice_client, f"{COMPOSE}?draft={draft.nonce}", text="Changed")
    for _ in range(2):
        assert alice_client.post(COMPOSE, again).status_code == 429
    assert decrypt(OutgoingMessage.objects.get(state="draft")).text == "Changed"


def test_above_the_daily_limit_nothing_is_sent(alice_client, sandbox):
    for _ in range(5):
        send(alice_client)
        let_pass(hours=2)
    assert WORKS_AGAIN in refused(alice_client)
    let_pass(hours=14)
    assert send(alice_client).state == "sent"


def test_other_secureboxes_and_other_people_have_limits_of_their_own(alice_client, bob, sandbox):
    for _ in range(3):
        send(alice_client)
    refused(alice_client)
    assert send(alice_client, "billing").state == send(sign_in(bob)).state == "sent"


def test_above_the_limit_on_messages_under_way_nothing_is_queued(alice_client, sandbox):
    sandbox.fault("status", status=429, operation="send")
    first, _ = send(alice_client), send(alice_client)
    html = refused(alice_client)
    assert UNDER_WAY in html and KEPT in html
    choose(alice_client, first, "cancel")
    assert send(alice_client).state == "queued"


def test_a_queued_message_can_be_tried_at_the_limit(alice_client, sandbox, settings):
    settings.PORTAL_SEND_HOURLY = settings.PORTAL_SEND_WAITING = 1
    sandbox.fault("status", status=429, operation="send", times=1)
    assert choose(alice_client, send(alice_client), "now").state == "sent"


def test_an_unconfirmed_message_counts_even_after_it_was_discarded(alice_client, sandbox):
    """It may have arrived."""
    messages = [make_unconfirmed(alice_client, sandbox) for _ in range(2)]
    assert UNDER_WAY in refused(alice_client)
    for message in messages:
        discard(alice_client, message)
    send(alice_client)
    assert WORKS_AGAIN in refused(alice_client)


def test_sending_again_counts_each_time(alice_client, sandbox):
    message = make_unconfirmed(alice_client, sandbox)
    for attempts in (1, 2):
        sandbox.fault("close", operation="send", times=1)
        assert choose(alice_client, message, "again", attempts=attempts).state == "unconfirmed"
    answer = alice_client.post(f"/outgoing/{message.nonce}/again/", {"attempts": 3})
    html = answer.content.decode()
    assert answer.status_code == 429 and WORKS_AGAIN in html and "It wasn’t sent again." in html
    assert reload(message).state == "unconfirmed" and LETTER["text"] not in html.split("</h1>")[0]
    assert len(sandbox.calls("send")) == 3
    let_pass(hours=1)
    assert choose(alice_client, message, "again", attempts=3).state == "sent"


def test_a_second_click_on_sending_the_last_one_again_is_told_what_became_of_it(
    alice_client, sandbox, monkeypatch
):
    message = make_unconfirmed(alice_client, sandbox)
    sandbox.fault("close", operation="send", times=1)
    choose(alice_client, message, "again", attempts=1)

    def other_click_first(*_arguments, **_options):
        choose_other(message)
        raise SendLimitReached(limits.Allowance(0, timezone.now()))

    def choose_other(message):
        OutgoingMessage.objects.filter(pk=message.pk).update(state="sending", attempts=3)

    monkeypatch.setattr(limits, "one_more", other_click_first)
    answer = alice_client.post(f"/outgoing/{message.nonce}/again/", {"attempts": 2}, follow=True)
    assert answer.status_code == 200 and "You can no longer do that." in answer.content.decode()


def test_what_the_api_refused_and_what_was_cancelled_does_not_count(alice_client, sandbox):
    sandbox.fault("status", status=400, code="INVALID_PARAMETER", operation="send")
    for _ in range(4):
        assert send(alice_client).state == "failed"
    sandbox.heal()
    sandbox.fault("status", status=429, operation="send")
    for _ in range(4):
        choose(alice_client, send(alice_client), "cancel")
    sandbox.heal()
    assert [send(alice_client).state for _ in range(3)] == ["sent"] * 3


def test_a_form_submitted_repeatedly_at_the_limit_shows_its_message(alice_client, sandbox):
    form = compose_form(alice_client)
    for _ in range(2):
        send(alice_client)
    first, second = (alice_client.post(COMPOSE, form) for _ in range(2))
    assert first.status_code == second.status_code == 302 and first.url == second.url
    refused(alice_client)


def test_with_too_many_drafts_the_text_stays_on_the_page(alice_client, sandbox, monkeypatch):
    monkeypatch.setattr(drafts, "MAX_DRAFTS", 0)
    for _ in range(3):
        send(alice_client)
    html = refused(alice_client, text="Not lost.")
    assert WORKS_AGAIN in html and "drafts, and we can’t save more" in html and "Not lost." in html
    assert KEPT not in html


def test_the_compose_page_says_how_many_are_left_only_when_few_are(alice_client, sandbox, settings):
    settings.PORTAL_SEND_HOURLY, settings.PORTAL_SEND_WAITING = 5, 10
    settings.PORTAL_SEND_DAILY = 50
    send(alice_client)
    assert notice(alice_client) == ""
    send(alice_client)
    from_then_on = OutgoingMessage.objects.earliest("tried_since").tried_since + timedelta(minutes=61)
    assert notice(alice_client) == (
        f"You can send 3 more messages to Claims for now, and more from {sent_date(from_then_on)}."
    )
    assert notice(alice_client, "/inbox/billing/compose/") == ""
    for _ in range(2):
        send(alice_client)
    assert notice(alice_client).startswith("You can send 1 more message to Claims for now, and")
    send(alice_client)
    full = notice(alice_client)
    assert WORKS_AGAIN in full and full.endswith("Until then, you can save a draft.")


def test_the_compose_page_says_when_few_more_can_be_under_way(alice_client, sandbox):
    sandbox.fault("status", status=429, operation="send")
    assert notice(alice_client).startswith("You can send 2 more messages to Claims for now, and")
    send(alice_client)
    assert notice(alice_client) == (
        "You can send 1 more message to Claims for now, and more once those in your outbox have"
        " been delivered."
    )


def test_a_draft_can_be_saved_at_the_limit(alice_client, sandbox):
    for _ in range(3):
        send(alice_client)
    answer = alice_client.post(COMPOSE, {**LETTER, "action": "save"}, follow=True)
    assert answer.status_code == 200 and WORKS_AGAIN in answer.content.decode()


def test_delivering_later_passes_no_limit(alice_client, sandbox, settings):
    """The limits are those of writing: what was accepted is delivered, however long that takes."""
    sandbox.fault("status", status=429, operation="send")
    waiting = [send(alice_client), send(alice_client)]
    sandbox.heal()
    settings.PORTAL_SEND_HOURLY = settings.PORTAL_SEND_DAILY = 1
    for message in waiting:
        make_due(message)
        assert choose(alice_client, message, "now").state == "sent"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_concurrent_clicks_cannot_pass_the_limit(alice_client, sandbox, settings):
    settings.PORTAL_SEND_WAITING = settings.PORTAL_SEND_DAILY = 100
    forms = [compose_form(alice_client, subject=f"Letter {number}") for number in range(12)]
    for form in forms[:6]:  # Half of them are drafts already.
        form["version"] = str(alice_client.post(f"{COMPOSE}draft/", form).json()["version"])
    together = Barrier(12)

    def click(form: dict[str, str]) -> int:
        browser = Client()
        browser.cookies.update(alice_client.cookies)
        try:
            together.wait(60)
            return browser.post(COMPOSE, form).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as fingers:
        assert Counter(fingers.map(click, forms)) == {302: 3, 429: 9}
    assert len(sandbox.calls("send")) == 3
    assert Counter(OutgoingMessage.objects.values_list("state", flat=True)) == {"sent": 3, "draft": 9}
