"""The menus of the bar at the top: no menu covers what has the focus, and everything works without scripts."""

import pytest
from playwright.sync_api import expect

from inbox.models import Securebox
from tests.browser.conftest import sign_in

PHONE = {"width": 390, "height": 844}
FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def account(page):
    return page.locator("summary", has_text="Alice")


def departments(page):
    return page.locator(".departments > summary")


def test_escape_a_press_outside_and_moving_on_close_a_menu(alice, sandbox, open_page):
    page = open_page(viewport=PHONE)
    sign_in(page)
    page.goto("/accounts/")
    sign_out = page.get_by_role("button", name="Sign out", exact=True)
    account(page).click()
    expect(sign_out).to_be_visible()
    page.keyboard.press("Escape")
    expect(sign_out).to_be_hidden()
    expect(account(page)).to_be_focused()
    account(page).press("Enter")
    page.mouse.click(20, 800)
    expect(sign_out).to_be_hidden()
    departments(page).click()
    page.get_by_role("link", name="Drafts and outbox").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Drafts and outbox")).to_be_hidden()
    account(page).press("Enter")
    page.get_by_role("button", name="Sign out", exact=True).focus()
    page.keyboard.press("Tab")
    expect(sign_out).to_be_hidden()
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_press_inside_a_menu_leaves_it_open_whatever_gets_the_focus(alice, sandbox, open_page):
    """Safari focuses no link and no button that is pressed, but what is around the menu, as all browsers do here."""
    page = open_page()
    sign_in(page)
    menu = page.locator(".compose-menu > .menu-items")
    page.locator(".compose-menu > summary").click()
    edge = menu.bounding_box()
    page.mouse.click(edge["x"] + edge["width"] / 2, edge["y"] + 3)
    expect(page.get_by_role("main")).to_be_focused()
    expect(menu).to_be_visible()
    page.mouse.click(edge["x"] - 20, edge["y"] + 3)
    expect(menu).to_be_hidden()


def test_the_menu_to_save_a_message_closes_as_the_others_do(alice, sandbox, open_page):
    sandbox.add("alice@example.com", "Your claim", securebox="Claims01")
    page = open_page()
    sign_in(page)
    page.get_by_role("link", name="Your claim").click()
    save = page.locator(".save-menu > summary")
    item = page.get_by_role("link", name="As an email file")
    for close in (lambda: page.keyboard.press("Escape"), page.locator("h1").click):
        save.click()
        expect(item).to_be_visible()
        close()
        expect(item).to_be_hidden()


def test_the_result_of_a_form_has_the_focus_and_can_be_closed(alice, sandbox, open_page):
    page = open_page()
    sign_in(page)
    page.goto("/accounts/name/")
    page.get_by_label("First name").fill("Alicia")
    page.get_by_role("button", name="Save").click()
    result = page.get_by_role("status").filter(has_text="Your name was changed.")
    expect(result).to_be_focused()
    page.get_by_role("button", name="Close this notice").click()
    expect(result).to_have_count(0)
    expect(page.get_by_role("main")).to_be_focused()


@pytest.mark.proof
@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("number", [0, 38])
def test_the_departments_are_beside_the_page_or_in_a_menu(alice, sandbox, open_page, scripts, number):
    for position in range(number):
        title = f"Department {position} of motor claims abroad and of everything that comes with them"[:80]
        Securebox.objects.create(slug=f"box{position}", name=f"Box{position}", title=title)
    page = open_page(java_script_enabled=scripts)
    sign_in(page)
    links = page.get_by_role("navigation", name="Departments").get_by_role("link")
    for width in (1280, 1100):
        page.set_viewport_size({"width": width, "height": 700})
        expect(departments(page)).to_be_hidden()
        expect(links.last).to_be_visible()
    for width in (1000, 390, 320):
        page.set_viewport_size({"width": width, "height": 700})
        expect(links.last).to_be_hidden()
        departments(page).click()
        expect(links).to_have_count(number + 4)
        expect(links.first).to_be_in_viewport()
        assert page.evaluate(FITS)
        departments(page).click()


@pytest.mark.proof
def test_the_bar_is_low_and_leaves_the_phone_to_the_messages(alice, sandbox, open_page):
    page = open_page(viewport=PHONE)
    sign_in(page)
    assert page.locator(".site-header").bounding_box()["height"] <= 57  # With its line.


@pytest.mark.proof
def test_the_current_department_is_the_clearest_in_forced_colours(alice, sandbox, open_page):
    page = open_page(forced_colors="active")
    sign_in(page)
    colours = "node => [getComputedStyle(node).backgroundColor, getComputedStyle(node).color]"
    links = page.get_by_role("navigation", name="Departments").get_by_role("link")
    current, other = (links.nth(number).evaluate(colours) for number in (0, 1))
    assert current[0] != other[0] and current[0] != current[1]
