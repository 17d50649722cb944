"""Outgoing messages in a browser: queued, delivered, unconfirmed, refused."""

import re

import pytest
from playwright.sync_api import Page, expect

from inbox.models import OutgoingMessage
from inbox.outgoing import delivery
from tests.browser.conftest import sign_in


def write_and_send(page: Page) -> None:
    page.goto("/inbox/claims/compose/")
    page.get_by_label("Subject").fill("A broken window")
    page.get_by_label("Message", exact=True).fill("Dear team")
    page.get_by_role("button", name="Send").click()


def make_everything_due() -> None:
    OutgoingMessage.objects.filter(due_at__isnull=False).update(due_at="2020-01-01T00:00:00Z")


def test_a_queued_message_is_delivered_after_an_outage_and_the_open_page_says_so(alice, sandbox, open_page):
    page = open_page()
    sign_in(page)
    sandbox.fault("status", status=429)
    write_and_send(page)
    expect(page.get_by_role("heading", name="Waiting to be sent")).to_be_visible()
    expect(page.get_by_text("Dear team")).to_be_visible()
    sandbox.heal()
    make_everything_due()
    delivery.run()
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()
    page.get_by_role("link", name="Go to your inbox").click()
    expect(page.get_by_role("link", name="A broken window")).to_be_visible()
    assert [mail["text"] for mail in sandbox.messages()] == ["Dear team"]


@pytest.mark.proof
def test_a_delivery_is_announced_on_the_next_page(alice, sandbox, open_page):
    page = open_page(java_script_enabled=False)
    sign_in(page)
    sandbox.fault("status", status=429, operation="send")
    write_and_send(page)
    sandbox.heal()
    make_everything_due()
    delivery.run()
    page.goto("/inbox/billing/")
    expect(page.get_by_role("status").first).to_contain_text("Your message to Claims was delivered.")
    page.get_by_role("link", name="View message").click()
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()
    page.goto("/")
    expect(page.get_by_text("was delivered")).to_have_count(0)


def test_the_open_page_of_an_unconfirmed_message_shows_that_it_was_found(alice, sandbox, open_page):
    page = open_page()
    sign_in(page)
    sandbox.fault("store_then_close", operation="send")
    write_and_send(page)
    expect(page.get_by_role("heading", name="We’re not sure this was delivered")).to_be_visible()
    make_everything_due()
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()
    assert len(sandbox.messages()) == 1


@pytest.mark.proof
def test_a_refused_message_is_edited_and_sent_again(alice, sandbox, open_page):
    page = open_page()
    sign_in(page)
    sandbox.fault("failure", operation="send", times=1)
    write_and_send(page)
    expect(page.get_by_role("heading", name="Not sent")).to_be_visible()
    page.get_by_role("button", name="Edit and resend").click()
    page.get_by_label("Message", exact=True).fill("Dear team, once more")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your message was sent.")).to_be_visible()
    assert [mail["text"] for mail in sandbox.messages()] == ["Dear team, once more"]


@pytest.mark.proof
def test_a_receipt_is_downloaded_as_a_file(alice, sandbox, open_page):
    page = open_page()
    sign_in(page)
    write_and_send(page)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Receipt").click()
    assert downloading.value.suggested_filename.startswith("receipt-claims-")


@pytest.mark.proof
def test_a_secret_is_asked_about_once(alice, sandbox, open_page):
    page = open_page()
    sign_in(page)
    page.goto("/inbox/claims/compose/")
    page.get_by_label("Subject").fill("My card")
    page.get_by_label("Message", exact=True).fill("It is 4111 1111 1111 1111.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("region", name="Check before you send")).to_be_focused()
    expect(page.get_by_label("Message", exact=True)).to_have_accessible_description(
        re.compile(r"a card number \(…1111\)")
    )
    page.get_by_role("link", name="Edit message").click()
    expect(page.get_by_label("Message", exact=True)).to_be_focused()
    assert sandbox.calls("send") == []
    page.get_by_role("button", name="Send it as it is").click()
    expect(page.get_by_text("Your message was sent.")).to_be_visible()
