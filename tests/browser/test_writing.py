"""Answering in a conversation, and what is seen and heard while a message is being sent."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sign_in

ALICE = "alice@example.com"
PHONE = {"width": 390, "height": 844}


def open_conversation(open_page, **options):
    page = open_page(**options)
    sign_in(page)
    page.goto("/inbox/claims/")
    page.locator(".mail-link").click()
    return page


@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 900}], ids=["phone", "wide"])
def test_reply_leads_to_the_form_below_the_letter(alice, sandbox, open_page, viewport):
    sandbox.add(ALICE, "Your claim", securebox="Claims01", text="Dear Alice\n" * 40)
    page = open_conversation(open_page, viewport=viewport)
    reply = page.get_by_role("link", name="Reply", exact=True)
    expect(page.get_by_role("heading", name="Reply", exact=True)).to_be_visible(visible=viewport != PHONE)
    reply.click()
    expect(page.get_by_label("Message", exact=True)).to_be_focused()
    page.keyboard.type("Thank you.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Dear Alice").first).to_be_attached()
    expect(page.locator("article")).to_contain_text("Thank you.")


def test_on_a_phone_without_scripts_there_is_one_way_to_reply(alice, sandbox, open_page):
    sandbox.add(ALICE, "Your claim", securebox="Claims01")
    page = open_conversation(open_page, viewport=PHONE, java_script_enabled=False)
    page.get_by_text("Reply", exact=True).locator("visible=true").click()
    expect(page).to_have_url(re.compile("/compose/"))
    expect(page.get_by_label("Message", exact=True)).to_be_visible()


def test_while_a_message_is_being_sent_the_button_says_so_at_once_and_a_screen_reader_later(alice, open_page):
    page = open_page()
    page.clock.install()
    sign_in(page)
    page.goto("/inbox/claims/compose/")
    page.get_by_label("Subject").fill("A leak")
    page.get_by_label("Message", exact=True).fill("Water!")
    # As if no answer came: Playwright would wait for one.
    page.evaluate("addEventListener('submit', (event) => event.preventDefault())")
    page.get_by_role("button", name="Send", exact=True).click()
    sending, spoken = page.locator("[data-send]"), page.locator("[data-send-status]")
    expect(sending).to_have_text("Sending…")
    expect(sending).to_be_disabled()
    expect(spoken).to_be_empty()
    page.clock.fast_forward(3_000)
    expect(spoken).to_have_text("Your message is still being sent.")
    # As when the browser shows the page again from its cache.
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow'))")
    expect(sending).to_have_text("Send")
    expect(sending).to_be_enabled()
    expect(spoken).to_be_empty()


def test_back_leads_to_the_row_on_the_page_that_one_came_from(alice, sandbox, open_page):
    for number in range(30):
        sandbox.add(ALICE, f"Letter {number}", securebox="Claims01")
    page = open_page(viewport=PHONE)
    sign_in(page)
    for start, name in (("/", "All departments"), ("/inbox/claims/", "Claims")):
        page.goto(start)
        page.locator(".mail-link", has_text="Letter 7").click()
        page.get_by_role("main").get_by_role("link", name=name, exact=True).click()
        expect(page).to_have_url(re.compile(rf"localhost:\d+{re.escape(start)}#c-"))
        expect(page.locator(".mail-link", has_text="Letter 7")).to_be_in_viewport()
    page.goto("/inbox/claims/?status=unread")
    page.locator(".mail-link", has_text="Letter 9").click()
    page.get_by_role("main").get_by_role("link", name="Claims", exact=True).click()
    # It has been read. The list is shown where it stood.
    expect(page.locator(".mail-link", has_text="Letter 8")).to_be_in_viewport()
    expect(page.locator(".mail-link", has_text="Letter 9")).to_have_count(0)
