"""Another user signs in in one tab: nothing of the first one's stays in sight in the others."""

from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from inbox.models import OutgoingMessage
from tests.browser.conftest import sign_in

GONE = "Someone else is signed in now"
# As in a browser that delays what tabs tell each other: the page finds out when it is looked at again.
DEAF = "BroadcastChannel.prototype.addEventListener = () => {};"


def expect_taken_away(page: Page, *words: str) -> None:
    expect(page.get_by_role("heading", name=GONE)).to_be_focused()
    assert page.title() == GONE
    text = page.content()
    assert not any(word in text for word in ("For Alice alone", "Alice", *words))


def test_pages_of_the_first_user_are_taken_away_and_their_words_kept(alice, bob, sandbox, open_page):
    sandbox.add("alice@example.com", "For Alice alone", securebox="Claims01")
    for _ in range(4):
        sandbox.add("bob@example.com", "For Bob alone", securebox="Claims01")
    reading = open_page()
    sign_in(reading)
    reading.goto("/inbox/claims/")
    reading.get_by_role("link", name="For Alice alone").click()
    writing, listing = reading.context.new_page(), reading.context.new_page()
    listing.add_init_script(DEAF)
    listing.goto("/inbox/claims/")
    writing.goto("/inbox/claims/compose/")
    writing.get_by_label("Message", exact=True).fill("Not saved yet.")
    sign_in(reading.context.new_page(), "bob@example.com")
    expect_taken_away(reading)
    expect_taken_away(writing, "Not saved yet.")
    expect(writing.get_by_text("is saved as a draft in that person’s account")).to_be_visible()
    kept = OutgoingMessage.objects.get()
    assert kept.consumer == alice and kept.state == "draft" and sandbox.calls("send") == []
    expect(listing.get_by_role("link", name="For Alice alone")).to_be_visible()
    listing.evaluate("dispatchEvent(new Event('focus'))")
    expect_taken_away(listing, "For Bob alone")
    listing.get_by_role("link", name="Reload the page").click()
    expect(listing.get_by_role("link", name="For Bob alone").first).to_be_visible()
    # The poll's answer says that nobody is signed in; no other tab has said anything.
    listing.close()
    writing.close()
    reading.get_by_role("link", name="Reload the page").click()
    reading.get_by_role("heading", name="We can’t find that page").wait_for()
    Session.objects.all().delete()
    reading.evaluate(
        "document.dispatchEvent(new CustomEvent('refreshunread', { detail: { isSignedIn: true } }))"
    )
    reading.wait_for_url("**/accounts/login/**")
