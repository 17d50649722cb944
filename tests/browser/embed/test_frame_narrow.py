"""In a frame as wide as a small phone, with long words, nothing is cut off."""

from playwright.sync_api import expect

from tests.browser.embed.embedding_site import IDENTIFY, frame_document
from tests.browser.embed.fake_portal import ELEMENTS
from tests.browser.layout import cut_off
from tests.browser.test_reflow import LONG, fill


def test_nothing_is_cut_off_in_a_narrow_frame(cross_site, open_page, sandbox, alice):
    cross_site.list_with_hand_off()
    cross_site.customer = alice
    fill(sandbox, alice.email)
    page = open_page(viewport={"width": 320, "height": 700})
    shown = cross_site.show(page, ELEMENTS, IDENTIFY)
    found = []
    for name, link in (
        ("Your inbox", shown.locator("a.mail-link", has_text=LONG).first),
        (LONG, shown.locator(".save-menu > summary")),
        (LONG, shown.get_by_role("link", name="Reply", exact=True)),
        (LONG, shown.locator(".departments > summary")),
        (LONG, shown.get_by_role("link", name="Drafts and outbox")),
        ("Drafts and outbox", None),
    ):
        expect(shown.get_by_role("heading", level=1)).to_contain_text(name[:40])
        found += cut_off(frame_document(page))
        if link:
            link.click()
    assert found == []
