"""The elements on a company's page: badge, launcher and inbox."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import axe_violations
from tests.browser.embed.fake_portal import BADGE, DOCUMENT, ELEMENTS, IS_INTRODUCED, LAUNCHER, LOG, ROLE
from tests.browser.waiting import wait_on

PHONE = {"viewport": {"width": 390, "height": 844}}
# The panel covers a phone, and lies beside the page on a wide screen.
wide_or_phone = pytest.mark.parametrize("options", [{}, pytest.param(PHONE, marks=pytest.mark.proof)])


def button(page):
    return page.get_by_role("button", name="Messages")


def focused(page):
    """The part of the element that has the focus."""
    return page.evaluate("document.activeElement.shadowRoot?.activeElement?.part.value")


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


def test_the_focus_moves_into_the_panel_and_back_with_escape(visit):
    site = visit(LAUNCHER)
    button(site.page).press("Enter")
    document = site.document()
    expect(document.get_by_role("heading")).to_be_focused()
    expect(button(site.page)).to_have_attribute("aria-expanded", "true")
    site.page.keyboard.press("Escape")
    expect(site.page.get_by_role("dialog")).to_be_hidden()
    expect(button(site.page)).to_have_attribute("aria-expanded", "false")
    assert focused(site.page) == "button"


@wide_or_phone
@pytest.mark.proof
def test_the_close_button_returns_the_focus(visit, options):
    site = visit(LAUNCHER, **options)
    button(site.page).click()
    expect(site.document().get_by_role("heading")).to_be_focused()
    site.page.get_by_role("button", name="Close").click()
    expect(site.page.get_by_role("dialog")).to_be_hidden()
    assert focused(site.page) == "button"


@wide_or_phone
@pytest.mark.proof
def test_escape_on_the_panels_close_button_closes_the_panel(visit, options):
    site = visit(LAUNCHER, **options)
    button(site.page).click()
    expect(site.document().get_by_role("heading")).to_be_focused()
    site.page.get_by_role("button", name="Close").press("Escape")
    expect(site.page.get_by_role("dialog")).to_be_hidden()
    assert focused(site.page) == "button"


@pytest.mark.proof
def test_escape_closes_the_panel_before_an_older_dialog_of_the_page(visit):
    site = visit(f"<dialog closedby='closerequest'>Theirs</dialog>{LAUNCHER}")
    site.page.evaluate("document.querySelector('dialog').show()")
    button(site.page).click()
    site.page.get_by_role("button", name="Close").press("Escape")
    expect(site.page.get_by_role("dialog")).to_have_text("Theirs")


@pytest.mark.proof
def test_escape_closes_the_panel_in_browsers_without_closedby(visit):
    site = visit(LAUNCHER, before="delete HTMLDialogElement.prototype.closedBy;")
    button(site.page).click()
    site.page.locator("secure-inbox-launcher dialog").evaluate("dialog => dialog.removeAttribute('closedby')")
    site.page.get_by_role("button", name="Close").press("Escape")
    expect(site.page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.proof
def test_escape_elsewhere_on_the_page_closes_the_panel_and_leaves_the_focus(visit):
    site = visit(LAUNCHER, before=LOG)
    button(site.page).click()
    expect(site.document().get_by_role("heading")).to_be_focused()
    site.page.get_by_role("link", name="Link").press("Escape")
    expect(site.page.get_by_role("dialog")).to_be_hidden()
    expect(site.page.get_by_role("link", name="Link")).to_be_focused()
    expect(button(site.page)).to_have_attribute("aria-expanded", "false")
    assert site.events() == [["open", None], ["close", None]]


@pytest.mark.proof
def test_an_escape_that_the_page_handles_itself_leaves_the_panel_open(visit):
    takes_it = "document.addEventListener('keydown', (event) => event.preventDefault(), { once: true });"
    site = visit(LAUNCHER, before=takes_it)
    site.page.evaluate("SecureInbox.open()")
    site.page.get_by_role("link", name="Link").press("Escape")
    expect(site.page.get_by_role("dialog")).to_be_visible()
    site.page.get_by_role("link", name="Link").press("Escape")
    expect(site.page.get_by_role("dialog")).to_be_hidden()


@wide_or_phone
@pytest.mark.proof
def test_the_link_that_opened_the_panel_gets_the_focus_back(visit, options):
    site = visit(LAUNCHER, before="addEventListener('click', () => SecureInbox.open());", **options)
    link = site.page.get_by_role("link", name="Link")
    link.press("Enter")
    expect(site.document().get_by_role("heading")).to_be_focused()
    site.page.keyboard.press("Escape")
    expect(link).to_be_focused()


@wide_or_phone
@pytest.mark.proof
def test_the_panel_does_not_change_the_pages_history(visit, options):
    site = visit(LAUNCHER, before="history.replaceState('theirs', '');", **options)
    before = site.page.evaluate("history.length")
    button(site.page).click()
    site.document()
    site.page.get_by_role("button", name="Close").click()
    assert site.page.evaluate("[history.length, history.state]") == [before, "theirs"]


@pytest.mark.proof
def test_a_late_panel_does_not_take_the_focus(visit, fake_portal):
    site = visit(LAUNCHER)
    site.document(connector=True)
    fake_portal.stop_greeting()
    button(site.page).click()
    site.page.get_by_role("link", name="Link").focus()
    site.document(ready="typeof greet === 'function'").evaluate("greet()")
    assert site.document().evaluate("heard")[0].items() >= (ROLE | {"part": "panel"}).items()
    expect(site.page.get_by_role("link", name="Link")).to_be_focused()


@pytest.mark.proof
def test_a_late_second_file_does_not_take_the_focus_either(visit):
    site = visit(LAUNCHER)
    held = []
    site.page.route(re.compile(r"\?pages="), lambda route: held.append(route))
    button(site.page).click()
    site.page.get_by_role("link", name="Link").focus()
    wait_on(site.page, lambda: held, "the second file")
    held[0].continue_()
    assert site.document(ready=IS_INTRODUCED)
    expect(site.page.get_by_role("dialog")).to_be_visible()
    expect(site.page.get_by_role("link", name="Link")).to_be_focused()


@pytest.mark.proof
def test_on_a_wide_screen_the_panel_does_not_block_the_page(visit):
    site = visit(LAUNCHER, viewport={"width": 1280, "height": 800})
    button(site.page).click()
    box = site.page.get_by_role("dialog").bounding_box()
    assert (box["width"], box["height"]) == (24 * 16, 40 * 16)
    site.page.get_by_role("link", name="Link").click()  # The page is not blocked.


def test_on_a_phone_the_panel_fills_the_screen(visit):
    site = visit(LAUNCHER, viewport={"width": 390, "height": 844})
    button(site.page).click()
    for position in ("end", "start"):
        site.page.locator("secure-inbox-launcher").evaluate(
            "(it, place) => it.setAttribute('position', place)", position
        )
        for width, height in ((390, 844), (844, 390), (320, 480)):
            site.page.set_viewport_size({"width": width, "height": height})
            box = site.page.get_by_role("dialog").bounding_box()
            assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, width, height), position


@pytest.mark.proof
def test_an_open_panel_follows_a_change_of_orientation(visit):
    site = visit(LAUNCHER, viewport={"width": 1000, "height": 800})
    button(site.page).click()
    expect(site.document().get_by_role("heading")).to_be_focused()
    site.page.set_viewport_size({"width": 390, "height": 844})
    dialog = site.page.get_by_role("dialog")
    expect(dialog).to_have_js_property("offsetWidth", 390)
    assert dialog.evaluate("dialog => dialog.matches(':modal')") and focused(site.page) == "frame"


@pytest.mark.proof
def test_typing_continues_across_changes_of_orientation(visit, fake_portal):
    fake_portal.answers["/embed/in/*"] = ("text/html", f"{DOCUMENT}<textarea></textarea>")
    site = visit(LAUNCHER, viewport={"width": 1000, "height": 800})
    button(site.page).click()
    document = site.document()
    document.get_by_role("textbox").click()
    dialog = site.page.get_by_role("dialog")
    for width, height, shown in [(390, 844, 390), (1000, 800, 384), (844, 390, 844)]:
        site.page.keyboard.type("ab")
        site.page.keyboard.press("ArrowLeft")
        site.page.set_viewport_size({"width": width, "height": height})
        expect(dialog).to_have_js_property("offsetWidth", shown)
    site.page.keyboard.type("!")
    expect(document.get_by_role("textbox")).to_have_value("aaa!bbb")
    assert site.page.evaluate("document.activeElement.localName") == "secure-inbox-launcher"


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


@pytest.mark.proof
def test_opening_one_panel_closes_the_other(visit):
    site = visit(
        LAUNCHER + '<secure-inbox-launcher label="Letters" position="start"></secure-inbox-launcher>'
    )
    button(site.page).click()
    site.page.get_by_role("button", name="Letters").click()
    expect(site.page.get_by_role("dialog")).to_have_accessible_name("Letters")


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
