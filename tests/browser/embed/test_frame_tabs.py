"""More mailboxes than fit in the row of tabs: it shows that there are more, and keeps the open one in view."""

import pytest
from playwright.sync_api import expect

from inbox.models import Securebox
from tests.browser.embed.embedding_site import IDENTIFY, frame_document
from tests.browser.embed.fake_portal import ELEMENTS

FITS = "document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture
def frame(cross_site, open_page, sandbox, alice):
    """The frame's document with Alice's mailboxes, on a small phone."""
    for number in range(3):
        Securebox.objects.create(slug=f"box{number}", name=f"Box{number}", title=f"Department {number}")
    cross_site.list_with_hand_off()
    cross_site.customer = alice
    page = open_page(viewport={"width": 320, "height": 700})
    cross_site.show(page, ELEMENTS, IDENTIFY).get_by_role("heading", name="Your inbox").wait_for()
    return frame_document(page)


@pytest.mark.proof
def test_the_row_of_tabs_fades_at_its_hidden_end_and_the_page_does_not_scroll_sideways(frame):
    row = frame.locator(".mailbox-tabs")
    expect(row).to_have_attribute("data-more-after", "")
    expect(row).not_to_have_attribute("data-more-before", "")
    assert "linear-gradient" in row.evaluate("row => getComputedStyle(row).maskImage")
    assert frame.evaluate(FITS)


@pytest.mark.proof
def test_the_open_mailboxs_tab_is_scrolled_into_view(frame):
    row, last = frame.locator(".mailbox-tabs"), frame.locator(".mailbox-tabs").get_by_role("link").last
    name = last.inner_text()
    last.click()
    frame.get_by_role("heading", name=name).wait_for()
    expect(row).to_have_attribute("data-more-before", "")
    expect(row).not_to_have_attribute("data-more-after", "")
    expect(frame.locator("[aria-current=page]").first).to_be_in_viewport(ratio=0.99)
    assert frame.evaluate(FITS)
