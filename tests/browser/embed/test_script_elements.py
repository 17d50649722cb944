"""The elements on a company's page: badge, launcher and inbox. test_script_panel.py is about the launcher's panel."""

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import axe_violations
from tests.browser.embed.fake_portal import BADGE, ELEMENTS, LAUNCHER


def button(page):
    return page.get_by_role("button", name="Messages")


@pytest.mark.proof
def test_the_badge_shows_the_count_and_has_an_accessible_text(visit):
    site = visit(BADGE)
    site.sign_in()
    site.count(3, claims=3)
    badge = site.page.locator("secure-inbox-badge")
    # The number is visible, the text is for screen readers.
    expect(badge).to_have_text("3Unread messages: 3")
    expect(badge.locator("[aria-hidden]")).to_have_text("3")
    site.count(1, claims=1)
    expect(badge).to_have_text("1Unread messages: 1")


@pytest.mark.parametrize("total", [0, None])
def test_the_badge_is_hidden_for_zero_and_for_an_unknown_count(visit, total):
    site = visit(BADGE)
    site.sign_in()
    site.count(2, claims=2)
    expect(site.page.locator("secure-inbox-badge [part=badge]")).to_be_visible()
    site.count(total, claims=total)
    expect(site.page.locator("secure-inbox-badge [part=badge]")).to_be_hidden()


def test_a_badge_counts_only_its_securebox(visit):
    site = visit('<secure-inbox-badge securebox="claims"></secure-inbox-badge>')
    site.sign_in()
    site.count(12, more=("claims",), claims=10, billing=2)
    expect(site.page.locator("secure-inbox-badge [aria-hidden]")).to_have_text("10+")
    site.page.locator("secure-inbox-badge").evaluate("e => e.setAttribute('securebox', 'billing')")
    expect(site.page.locator("secure-inbox-badge [aria-hidden]")).to_have_text("2")


@pytest.mark.proof
def test_the_launchers_accessible_name_includes_the_count(visit):
    site = visit(LAUNCHER)
    expect(site.page.get_by_role("button", name="Messages", exact=True)).to_be_visible()
    site.sign_in()
    site.count(3, claims=3)
    expect(site.page.get_by_role("button", name="Messages, 3 unread", exact=True)).to_be_visible()


@pytest.mark.proof
def test_labels_language_and_colours_come_from_attributes(visit):
    words = 'label="Nachrichten" close-label="Zu" unread-label="{count} neue" locale="de" color-scheme="dark"'
    site = visit(f"<secure-inbox-launcher {words}></secure-inbox-launcher>")
    site.sign_in()
    site.count(2, claims=2)
    site.page.get_by_role("button", name="Nachrichten, 2 neue", exact=True).click()
    expect(site.page.get_by_role("dialog", name="Nachrichten")).to_be_visible()
    expect(site.page.get_by_role("button", name="Zu", exact=True)).to_be_visible()
    assert ",de,dark/" in site.document().url


@pytest.mark.proof
def test_only_a_growing_count_is_announced(visit):
    site = visit(LAUNCHER + BADGE)
    region = site.page.locator("html > div [role=status]")
    site.sign_in()
    site.count(1, claims=1)
    expect(button(site.page)).to_have_accessible_name("Messages, 1 unread")
    assert region.text_content() == ""
    site.count(2, claims=2)
    expect(region).to_have_text("Unread messages: 2")
    site.count(1, claims=1)
    expect(region).to_have_text("")


def test_the_launcher_loads_its_frame_when_first_opened_and_keeps_it(visit, fake_portal):
    site = visit(LAUNCHER)
    site.document(connector=True)

    def pages() -> list[str]:
        return [
            path
            for path in fake_portal.requested_paths
            if path.startswith("/embed/in/") and "/connect/" not in path
        ]

    assert pages() == []
    button(site.page).hover()  # Who comes near it may press it: the page is there by then.
    site.document()
    expect(site.page.get_by_role("dialog")).to_be_hidden()
    for _ in range(2):
        button(site.page).click()
        site.document()
        site.page.get_by_role("button", name="Close").click()
    assert len(pages()) == 1


@pytest.mark.proof
def test_the_pages_root_font_size_does_not_change_the_launcher(visit, company_site):
    company_site.answers["/site.css"] = ("text/css", "html { font-size: 62.5% } * { letter-spacing: 0 }")
    site = visit(LAUNCHER, viewport={"width": 1280, "height": 800})
    assert button(site.page).bounding_box()["width"] == 56


@pytest.mark.proof
def test_the_launchers_position_follows_its_attribute_and_the_writing_direction(visit):
    site = visit(LAUNCHER)
    assert button(site.page).bounding_box()["x"] > 1000
    site.page.locator("secure-inbox-launcher").evaluate("e => e.setAttribute('position', 'start')")
    assert button(site.page).bounding_box()["x"] < 100
    site.page.evaluate("document.documentElement.dir = 'rtl'")
    assert button(site.page).bounding_box()["x"] > 1000


def test_the_inbox_is_as_high_as_its_content_within_bounds(visit):
    site = visit('<secure-inbox max-height="900"></secure-inbox>')
    view = site.page.locator("secure-inbox .view")
    for said, shown in [(700, 700), (10, 320), (5000, 900), ("800", 900), (-5, 900)]:
        site.document().evaluate("say", {"type": "height", "height": said})
        expect(view).to_have_js_property("offsetHeight", shown)


def test_the_inbox_shows_its_securebox_and_follows_the_attribute(visit):
    site = visit('<secure-inbox securebox="claims"></secure-inbox>')
    assert site.document().url.endswith("/inbox/claims/")
    site.document().evaluate("window.mark = 'the same page'")
    site.page.evaluate("SecureInbox.open()")
    assert site.document().evaluate("window.mark") == "the same page"
    site.page.locator("secure-inbox").evaluate("e => e.setAttribute('securebox', 'billing')")
    site.wait_for(
        "document.querySelector('secure-inbox').shadowRoot.querySelector('iframe')?.src.endsWith('/inbox/billing/')"
    )
    assert site.document().url.endswith("/inbox/billing/")


@pytest.mark.proof
def test_an_invalid_securebox_name_is_ignored(visit):
    site = visit('<secure-inbox securebox="../../../admin"></secure-inbox>')
    assert site.document().url.endswith(f"/embed/in/{site.page.url.replace('//', '', 1)}")


@pytest.mark.proof
def test_two_inboxes_and_two_launchers_share_one_connector(visit, fake_portal):
    site = visit(ELEMENTS + '<secure-inbox securebox="claims"></secure-inbox>' + LAUNCHER + LAUNCHER + BADGE)
    site.sign_in()
    site.count(4, claims=4)
    ends = [
        site.document(number=number).url.partition("/embed/in/")[2].partition("/")[2] for number in (0, 1)
    ]
    assert sorted(ends) == ["", "inbox/claims/"]
    expect(site.page.get_by_role("button", name="Messages, 4 unread", exact=True)).to_have_count(2)
    assert len([path for path in fake_portal.requested_paths if path.endswith("/connect/")]) == 1


def test_axe_finds_nothing_with_the_panel_open(visit, fake_portal):
    media_type, document = fake_portal.answers["/embed/in/*"]
    both_schemes = document.replace("<html", '<html style="color-scheme: light dark"')
    fake_portal.answers["/embed/in/*"] = (media_type, both_schemes)
    site = visit(BADGE + ELEMENTS + LAUNCHER)
    site.sign_in()
    site.count(3, claims=3)
    button(site.page).click()
    expect(site.document(number=1).get_by_role("heading")).to_be_visible()
    site.page.clock.resume()
    assert axe_violations(site.page) == []


@pytest.mark.proof
def test_axe_finds_nothing_on_the_message_about_an_unavailable_portal(visit, fake_portal):
    fake_portal.stop_greeting()
    site = visit(LAUNCHER)
    button(site.page).click()
    site.document(ready="document.readyState === 'complete'")
    site.page.clock.fast_forward(10_001)
    expect(site.page.get_by_role("button", name="Try again")).to_be_visible()
    site.page.clock.resume()
    assert axe_violations(site.page) == []
