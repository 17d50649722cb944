"""Narrow or enlarged pages, from right to left, and in a few colours of the reader's: nothing is lost or hidden."""

import pytest

from portal.accounts.models import Consumer
from tests.browser.conftest import sign_in
from tests.browser.layout import cut_off, focus_problem, overlaps
from tests.inbox.helpers import references, send
from tests.support.sandbox import Sandbox

LONG = "Rechtsschutzversicherungsgesellschaften" * 4  # A word that no line holds.
ADDRESS = f"{LONG[:60]}@{LONG[:60]}.example.com".lower()
UNFOLD = "document.querySelectorAll('details').forEach((folded) => (folded.open = true))"
# At 1280 by 1024 pixels, enlarged four times, a page has no more room than this.
ENLARGED = {"width": 320, "height": 256}


@pytest.fixture
def pages(alice, sandbox, client) -> list[str]:
    """Pages with long words wherever somebody writes some."""
    Consumer.objects.filter(pk=alice.pk).update(email=ADDRESS, first_name=LONG[:80], last_name=LONG[:80])
    alice.emailaddress_set.update(email=ADDRESS)
    alice.refresh_from_db()
    fill(sandbox)
    client.force_login(alice)
    send(client, "billing", subject=LONG[:120])
    newest = references(client)[0]
    return [
        "/",
        "/inbox/claims/",
        f"/inbox/claims/{newest}/",
        f"/inbox/claims/compose/?reply={newest}",
        "/accounts/",
        "/accounts/preferences/",
    ]


def fill(sandbox: Sandbox, address: str = ADDRESS) -> None:
    words = {
        "securebox": "Claims01",
        "text": f"{LONG} {LONG}\n\nOn Monday:\n> {LONG}",
        "from_name": LONG[:80],
    }
    parent = sandbox.add(address, LONG, status="read", **words)
    sandbox.add(address, f"Re: {LONG}", parent_id=parent, userdata={"CaseNumber": LONG}, **words)
    sandbox.add(address, f"Mine {LONG}", direction="inbound", **words)


def visit_all(page, pages):
    sign_in(page, ADDRESS)
    for address in pages:
        page.goto(address)
        yield address


def test_nothing_is_cut_off_on_a_narrow_page_or_enlarged_four_times(pages, open_page):
    page = open_page(viewport=ENLARGED, device_scale_factor=4)
    found = {}
    for address in visit_all(page, pages):
        found[address] = cut_off(page)
        page.evaluate(UNFOLD)
        found[address] += cut_off(page)
        page.set_viewport_size({"width": 320, "height": 700})
        found[address] += cut_off(page)
        page.set_viewport_size(ENLARGED)
    assert {address: some for address, some in found.items() if some} == {}


def test_from_right_to_left_nothing_is_cut_off_or_lies_over_something_else(pages, open_page):
    page = open_page()
    found = {}
    for address in visit_all(page, pages):
        page.evaluate("document.documentElement.dir = 'rtl'")
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 844})
            found[address, width] = cut_off(page) + overlaps(page)
    assert {address: some for address, some in found.items() if some} == {}


def test_a_result_above_two_panes_stands_clear_of_the_head_and_the_edges(alice, sandbox, open_page):
    sandbox.add("alice@example.com", "Your claim", securebox="Claims01", status="read")
    page = open_page(viewport={"width": 1280, "height": 800})
    sign_in(page)
    page.goto("/inbox/claims/")
    page.get_by_label("Select: Your claim").check()
    page.get_by_role("button", name="Mark as read").click()
    notice = page.locator(".notices .notice")
    notice.wait_for()
    box, head = notice.bounding_box(), page.locator(".site-header").bounding_box()
    ring = 5  # Pixels, with the space between.
    assert box["y"] >= head["y"] + head["height"] + ring
    assert box["x"] + box["width"] <= 1280 - ring
    assert cut_off(page) == []


def test_in_forced_colours_what_is_current_unread_or_focused_is_marked(alice, sandbox, open_page):
    sandbox.add("alice@example.com", "Your claim", securebox="Claims01")
    page = open_page(forced_colors="active")
    sign_in(page)
    page.goto("/inbox/claims/?status=unread")
    border = "node => getComputedStyle(node).borderTopWidth"
    tabs = page.locator(".filters a")
    assert [tabs.nth(number).evaluate(border) for number in range(3)] == ["0px", "2px", "0px"]
    dot = page.locator(".unread-dot")
    assert dot.evaluate(border) == "1px" and dot.bounding_box()["width"] >= 8
    problems = set()
    for _ in range(20):
        page.keyboard.press("Tab")
        problems.add(focus_problem(page))
    assert problems == {None}
