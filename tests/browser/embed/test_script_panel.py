"""A launcher's panel: what opens and closes it, who has the focus then, and how it lies on wide and small screens."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.embed.fake_portal import DOCUMENT, IS_INTRODUCED, LAUNCHER, LOG, ROLE
from tests.browser.waiting import wait_on

PHONE = {"viewport": {"width": 390, "height": 844}}
# The panel covers a phone, and lies beside the page on a wide screen.
wide_or_phone = pytest.mark.parametrize("options", [{}, pytest.param(PHONE, marks=pytest.mark.proof)])


def button(page):
    return page.get_by_role("button", name="Messages")


def focused(page):
    """The part of the element that has the focus."""
    return page.evaluate("document.activeElement.shadowRoot?.activeElement?.part.value")


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
def test_opening_one_panel_closes_the_other(visit):
    site = visit(
        LAUNCHER + '<secure-inbox-launcher label="Letters" position="start"></secure-inbox-launcher>'
    )
    button(site.page).click()
    site.page.get_by_role("button", name="Letters").click()
    expect(site.page.get_by_role("dialog")).to_have_accessible_name("Letters")
