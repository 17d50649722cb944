"""Elements that a website moves, or puts into its next page by a script."""

from playwright.sync_api import expect

from inbox.models import OutgoingMessage
from inbox.outgoing.content import decrypt
from tests.browser.embed.embedding_site import IDENTIFY, frame_of, wait_until_loaded
from tests.browser.embed.fake_portal import ELEMENTS, LAUNCHER

MOVE = """
const place = document.body.appendChild(document.createElement("section"));
for (const each of document.querySelectorAll("secure-inbox, secure-inbox-launcher")) place.moveBefore(each, null);
"""
# As Turbo Drive does: a new body, in one step.
NEXT_PAGE = """
const body = document.createElement("body");
body.append(document.createElement("secure-inbox-launcher"));
document.body.replaceWith(body);
"""


def test_what_is_moved_with_move_before_keeps_its_pages_and_its_panel(visit):
    site = visit(ELEMENTS + LAUNCHER)
    site.page.get_by_role("button", name="Messages").click()
    documents = [site.document(number=number) for number in (0, 1)]
    for document in documents:
        document.evaluate("window.mark = 'the same page'")
    site.page.evaluate(MOVE)
    assert site.page.locator("section > *").count() == 2
    assert [document.evaluate("window.mark") for document in documents] == ["the same page"] * 2
    expect(site.page.get_by_role("dialog")).to_be_visible()


def test_an_open_panel_is_open_on_the_next_page_of_a_website_that_loads_pages_by_a_script(visit):
    site = visit(LAUNCHER)
    site.page.get_by_role("button", name="Messages").click()
    site.document()
    site.page.evaluate(NEXT_PAGE)
    expect(site.page.get_by_role("dialog")).to_be_visible()
    expect(site.document().get_by_role("heading")).to_be_visible()
    site.page.get_by_role("button", name="Close").click()
    site.page.evaluate(NEXT_PAGE)
    expect(site.page.get_by_role("button", name="Messages")).to_be_visible()
    expect(site.page.get_by_role("dialog")).to_be_hidden()


PUT_ELSEWHERE = "document.body.append(document.querySelector('secure-inbox'))"


def test_what_is_put_elsewhere_shows_the_same_page_again_and_keeps_what_was_written(
    cross_site, open_page, sandbox, alice
):
    sandbox.add("alice@example.com", "Your claim", securebox="Claims01", text="It is settled.")
    cross_site.list_with_hand_off()
    cross_site.customer = alice
    page = open_page()
    frame = cross_site.show(page, '<secure-inbox securebox="claims"></secure-inbox>', IDENTIFY)
    frame.get_by_role("link", name="Your claim").click()
    frame.get_by_text("It is settled.").wait_for()
    wait_until_loaded(frame)
    page.evaluate(PUT_ELSEWHERE)
    frame = frame_of(page)
    expect(frame.get_by_text("It is settled.")).to_be_visible()
    frame.get_by_role("link", name="Claims").first.click()
    frame.get_by_role("link", name="New message").click()
    frame.get_by_label("Message", exact=True).fill("Not saved yet.")
    wait_until_loaded(frame)
    page.evaluate(PUT_ELSEWHERE)
    expect(frame_of(page).get_by_role("link", name="Continue writing")).to_be_visible()
    assert decrypt(OutgoingMessage.objects.get()).text == "Not saved yet."
