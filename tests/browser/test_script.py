"""What the scripts add to the pages of the inbox."""

from playwright.sync_api import expect

from tests.browser.conftest import sign_in

ALICE = "alice@example.com"


def test_the_badge_updates_while_the_page_is_visible(alice, sandbox, open_page):
    page = open_page()
    page.clock.install()
    sign_in(page)
    page.goto("/inbox/claims/compose/")
    page.wait_for_load_state("networkidle")  # The next poll is timed when the first one is answered.
    expect(page.locator("nav [data-unread=claims]")).to_be_hidden()
    sandbox.add(ALICE, securebox="Claims01")
    page.clock.fast_forward(31_000)
    expect(page.locator("nav [data-unread=claims]")).to_have_text("Unread: 1")
    expect(page).to_have_title("(1) New message · Secure messages")


def test_new_messages_and_those_sent_elsewhere_announce_themselves(alice, sandbox, open_page):
    sandbox.add(ALICE, "Your claim", securebox="Claims01")
    page = open_page()
    page.clock.install()
    sign_in(page)
    page.wait_for_load_state("networkidle")
    below = page.get_by_role("link", name="Your claim").bounding_box()
    sandbox.add(ALICE, "Good news", securebox="Claims01")
    page.clock.fast_forward(31_000)
    notice = page.locator(".arrivals").get_by_role("status")
    expect(notice).to_contain_text("1 new message.")
    assert page.get_by_role("link", name="Your claim").bounding_box() == below
    other = page.context.new_page()
    other.goto("/inbox/claims/compose/")
    other.get_by_label("Subject").fill("A question")
    other.get_by_label("Message", exact=True).fill("How long will it take?")
    other.get_by_role("button", name="Send").click()
    expect(notice).to_contain_text("Your message to Claims was sent.")
    notice.get_by_role("link", name="Show").click()
    expect(page.get_by_role("link", name="Good news")).to_be_visible()
    expect(page.get_by_role("link", name="A question")).to_be_visible()
    expect(notice.get_by_role("link")).to_have_count(0)


def test_the_checkbox_chooses_all_messages(alice, sandbox, open_page):
    for number in range(3):
        sandbox.add(ALICE, f"Letter {number}", securebox="Claims01")
    page = open_page()
    sign_in(page)
    page.goto("/inbox/claims/")
    page.get_by_label("Select all").check()
    page.get_by_role("button", name="Mark as read").click()
    expect(page.locator(".notice.success p")).to_have_text("3 messages marked as read.")


def test_the_counter_shows_the_length_and_when_it_is_too_long(alice, sandbox, open_page, settings):
    settings.PORTAL_MAX_TEXT = 100
    page = open_page()
    sign_in(page)
    page.goto("/inbox/claims/compose/")
    page.get_by_label("Message", exact=True).fill("x" * 101)
    expect(page.locator("#id_text_helptext")).to_have_text("101 of 100 characters")
    expect(page.locator("#id_text_helptext")).to_have_class("help nearly-full over-limit")


def test_a_double_click_sends_once(alice, sandbox, open_page):
    sandbox.fault("delay", operation="send", seconds=0.5)
    page = open_page()
    sign_in(page)
    page.goto("/inbox/claims/compose/")
    page.get_by_label("Subject").fill("Once")
    page.get_by_label("Message", exact=True).fill("Only once.")
    page.get_by_role("button", name="Send").dblclick()
    expect(page.get_by_text("Your message was sent.")).to_be_visible()
    assert len(sandbox.calls("send")) == 1
