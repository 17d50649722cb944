"""Another user signs in in a frame of one tab: frames and badges of the other tabs are the first one's no longer."""

from playwright.sync_api import expect

from tests.browser.embed.embedding_site import IDENTIFY, TOTALS, frame_of, wait_until
from tests.browser.embed.fake_portal import BADGE

CLAIMS = '<secure-inbox securebox="claims"></secure-inbox>'
TAB = CLAIMS + BADGE


def test_a_frame_of_the_first_user_is_taken_away_and_their_badge_is_empty(
    cross_site, open_page, alice, bob, sandbox
):
    cross_site.list_with_hand_off()
    sandbox.add("alice@example.com", "For Alice alone", securebox="Claims01")
    for _ in range(4):
        sandbox.add("bob@example.com", "For Bob alone", securebox="Claims01")
    cross_site.customer = alice
    page = open_page()
    frame = cross_site.show(page, TAB, IDENTIFY)
    frame.get_by_role("link", name="For Alice alone").wait_for()
    wait_until(page, f"{TOTALS}.at(-1) === 1")
    cross_site.customer = bob
    other = page.context.new_page()
    cross_site.show(other, TAB, IDENTIFY)
    wait_until(other, f"{TOTALS}.at(-1) === 4")
    expect(frame_of(page).get_by_role("heading", name="Someone else is signed in now")).to_be_visible()
    assert frame_of(page).get_by_text("For Alice alone").count() == 0
    wait_until(page, f"{TOTALS}.at(-1) === null")
    assert 4 not in page.evaluate(TOTALS)
