"""Axe on the pages inside the frame: run on the website's page, it does not look into frames of another site."""

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import axe_violations
from tests.browser.embed.embedding_site import frame_document, sign_in_within

ALICE = "alice@example.com"
CLAIMS = '<secure-inbox securebox="claims"></secure-inbox>'


@pytest.mark.proof
def test_axe_finds_nothing_on_the_pages_in_a_frame(cross_site, plain_page, sandbox):
    cross_site.list_in_portal()
    sandbox.add(ALICE, "Your claim", securebox="Claims01", text="It is settled.")
    frame = cross_site.show(plain_page, CLAIMS)
    frame.get_by_role("heading", name="Sign in", exact=True).wait_for()
    found = {"sign in": axe_violations(frame_document(plain_page))}
    sign_in_within(frame)
    frame.get_by_role("link", name="Your claim").wait_for()
    found["inbox"] = axe_violations(frame_document(plain_page))
    frame.get_by_role("link", name="Your claim").click()
    frame.get_by_text("It is settled.").wait_for()
    found["message"] = axe_violations(frame_document(plain_page))
    frame.get_by_role("link", name="Reply", exact=True).click()
    frame.get_by_role("button", name="Send", exact=True).click()
    expect(frame.locator(".has-error")).to_have_count(1)
    found["compose with an error"] = axe_violations(frame_document(plain_page))
    assert {page: some for page, some in found.items() if some} == {}
