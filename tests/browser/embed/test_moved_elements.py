"""Elements that a website moves, or puts into its next page by a script."""

from playwright.sync_api import expect

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
