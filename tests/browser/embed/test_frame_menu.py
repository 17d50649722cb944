"""The departments in a frame: a menu, however many there are, and however narrow the frame is."""

import pytest
from playwright.sync_api import expect

from inbox.models import Securebox
from tests.browser.embed.embedding_site import IDENTIFY, frame_document
from tests.browser.embed.fake_portal import ELEMENTS

FITS = "document.documentElement.scrollWidth <= innerWidth"


@pytest.fixture
def frame(cross_site, open_page, sandbox, alice):
    """The frame's document with Alice's departments, on a small phone."""
    for number in range(3):
        Securebox.objects.create(slug=f"box{number}", name=f"Box{number}", title=f"Department {number}")
    cross_site.list_with_hand_off()
    cross_site.customer = alice
    page = open_page(viewport={"width": 320, "height": 700})
    cross_site.show(page, ELEMENTS, IDENTIFY).get_by_role("heading", level=1).wait_for()
    return frame_document(page)


@pytest.mark.proof
def test_the_menu_leads_to_each_department_and_says_which_one_is_open(frame):
    summary = frame.locator(".departments > summary")
    expect(summary).to_contain_text("All departments")
    summary.click()
    last = frame.get_by_role("navigation").get_by_role("link", name="Department 2")
    expect(last).to_be_visible()
    assert frame.evaluate(FITS)
    last.click()
    frame.get_by_role("heading", name="Department 2").wait_for()
    expect(summary).to_contain_text("Department 2")
    assert frame.evaluate(FITS)


@pytest.mark.proof
def test_a_menu_closes_when_another_opens(frame):
    frame.locator(".departments > summary").click()
    frame.locator("summary", has_text="Alice").click()
    expect(frame.get_by_role("link", name="Drafts and outbox")).to_be_hidden()
