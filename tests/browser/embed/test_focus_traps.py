"""Dialogs of component libraries, which take the focus back from everything around them, beside an open panel."""

import pytest
from playwright.sync_api import expect

from tests.browser.embed.fake_portal import DOCUMENT, LAUNCHER, CompanyPage, CompanySite, FakePortal
from tests.browser.embed.frameworks import bundle, library

pytestmark = [pytest.mark.proof, pytest.mark.slow]

DIALOG = "<div id='dialog' role='dialog'><input aria-label='Name'><button>Help</button></div>"
TRAP = """options => {
  document.querySelector("#dialog button").onclick = () => SecureInbox.open();
  focusTrap.createFocusTrap("#dialog", options).activate();
}"""


@pytest.fixture(scope="module")
def radix() -> str:
    return bundle("radix")


def type_in_panel(site: CompanyPage, opened_by: str) -> None:
    """Someone who is in the dialog types in the panel, and goes on in the dialog."""
    page, panel = site.page, site.page.locator("secure-inbox-launcher dialog")
    page.clock.resume()
    theirs = page.get_by_label("Name")
    theirs.fill("Ann")
    page.locator(opened_by).click()
    expect(panel).to_be_visible()
    text = site.document().locator("textarea")
    text.click()
    page.keyboard.type("My message")
    expect(text).to_have_value("My message")
    theirs.click()
    page.keyboard.type("a")
    expect(theirs).to_have_value("Anna")
    expect(panel).to_be_visible()


@pytest.fixture
def fake_portal(fake_portal: FakePortal) -> FakePortal:
    fake_portal.answers["/embed/in/*"] = ("text/html", f"{DOCUMENT}<textarea></textarea>")
    return fake_portal


def allow_styles(site: CompanySite) -> None:
    """React and Radix write style elements and HTML."""
    policy = site.headers["Content-Security-Policy"]
    policy = policy.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
    site.headers["Content-Security-Policy"] = policy.replace("; require-trusted-types-for 'script'", "")


@pytest.mark.parametrize(
    ("options", "opened_by"),
    [({"allowOutsideClick": True}, "[part=button]"), ({}, "text=Help")],
)
def test_beside_focus_trap(visit, options, opened_by):
    libraries = ("tabbable/dist/index.umd.js", "focus-trap/dist/focus-trap.umd.js")
    site = visit(DIALOG + LAUNCHER, before="\n".join(map(library, libraries)))
    site.page.evaluate(TRAP, options)
    type_in_panel(site, opened_by)


@pytest.mark.parametrize("opened_by", ["[part=button]", "text=Help"])
def test_beside_a_dialog_of_radix_that_is_not_modal(visit, company_site, radix, opened_by):
    allow_styles(company_site)
    type_in_panel(visit(f"<div id='dialog' class='beside'></div>{LAUNCHER}", before=radix), opened_by)


def test_a_modal_dialog_of_radix_lets_one_type_in_the_panel_that_it_opens(visit, company_site, radix):
    allow_styles(company_site)
    type_in_panel(visit(f"<div id='dialog'></div>{LAUNCHER}", before=radix), "text=Help")
