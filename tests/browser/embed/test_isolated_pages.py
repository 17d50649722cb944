"""Pages of a website with a Cross-Origin-Embedder-Policy: it shows only what says that other origins may use it."""

from playwright.sync_api import expect

from tests.browser.embed.embedding_site import IDENTIFY, wait_until
from tests.browser.embed.fake_portal import BADGE

CLAIMS = '<secure-inbox securebox="claims"></secure-inbox>'


def test_a_page_that_is_isolated_shows_inbox_letter_and_number(site, open_page, sandbox, alice):
    site.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    site.customer = alice
    sandbox.add(
        alice.email, "Your claim", securebox="Claims01", text="", html="<h2>It is <b>settled</b></h2>"
    )
    page = open_page()
    for policy in ("require-corp", "credentialless"):
        site.headers["Cross-Origin-Embedder-Policy"] = policy
        if policy == "require-corp":
            frame = site.show(page, CLAIMS)
            frame.get_by_role("heading", name="This page can’t be shown inside another page").wait_for()
            site.list_with_hand_off()
        frame = site.show(page, CLAIMS + BADGE, IDENTIFY)
        assert page.evaluate("crossOriginIsolated") is True, policy
        frame.get_by_role("link", name="Your claim").click()
        letter = frame.frame_locator("iframe.message-frame")
        expect(letter.get_by_role("heading", name="It is settled")).to_be_visible()
        padding = letter.locator("body").evaluate("body => getComputedStyle(body).padding")
        assert padding == "20px", "The letter's own frame has its style sheets."
        wait_until(page, "log.some(([name, detail]) => name === 'unread' && detail.total === 0)")
        assert page.evaluate("log.filter(([name]) => name === 'problem')") == []
