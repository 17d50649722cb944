"""A portal that does not answer, and pages that change while the script runs."""

import pytest
from playwright.sync_api import expect

from tests.browser.embed.fake_portal import BADGE, DOCUMENT_SCRIPT, ELEMENTS, LAUNCHER, LOG

SORRY = "We can’t show your messages here right now."
UNAVAILABLE = ["problem", {"reason": "unavailable"}]
ADD = "(name) => document.querySelector('main').append(document.createElement(name))"


def requests_for(fake_portal, end):
    return [
        path for path in fake_portal.requested_paths if path.startswith("/embed/in/") and path.endswith(end)
    ]


def test_a_frame_that_sends_no_hello_is_replaced_by_a_message_with_two_links(visit, fake_portal):
    fake_portal.stop_greeting()
    site = visit('<secure-inbox securebox="claims"></secure-inbox>')
    site.document(ready="document.readyState === 'complete'")
    site.page.clock.fast_forward(2_001)
    expect(site.page.get_by_text(SORRY)).to_be_visible()
    expect(site.page.locator("secure-inbox iframe")).to_be_hidden()
    link = site.page.get_by_role("link", name="Open in a new window")
    expect(link).to_have_attribute("href", f"{fake_portal.url}/inbox/claims/")
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener")


def test_trying_again_loads_the_frame_again(visit, fake_portal):
    fake_portal.stop_greeting()
    site = visit(LAUNCHER)
    site.page.get_by_role("button", name="Messages").click()
    site.document(ready="document.readyState === 'complete'")
    site.page.clock.fast_forward(2_001)
    fake_portal.resume_greeting()
    site.page.get_by_role("button", name="Try again").click()
    expect(site.document().get_by_role("heading")).to_be_focused()
    expect(site.page.get_by_text(SORRY)).to_have_count(0)


def fail_and_recover(site, fake_portal, document):
    """The document reloads and does not say hello until the message is shown; then the portal works again."""
    site.page.clock.fast_forward(5_001)
    fake_portal.stop_greeting()
    document.evaluate("location.reload()")
    for _ in range(50):
        site.page.clock.fast_forward(2_001)
        if site.page.get_by_text(SORRY).count():
            break
    fake_portal.resume_greeting()


@pytest.mark.parametrize("call", ["compose", pytest.param("open", marks=pytest.mark.proof)])
@pytest.mark.proof
def test_after_the_page_was_shown_trying_again_opens_the_securebox(visit, fake_portal, call):
    """The message may have been sent by then, so the user is not led to write it again."""
    site = visit(LAUNCHER)
    site.page.evaluate(f"SecureInbox.{call}({{ securebox: 'claims', subject: 'Roof' }})")
    site.document().evaluate("say", {"type": "session", "signedIn": True})
    site.hears("look")
    fail_and_recover(site, fake_portal, site.document())
    window = site.page.get_by_role("link", name="Open in a new window")
    expect(window).to_have_attribute("href", f"{fake_portal.url}/inbox/claims/")
    site.page.get_by_role("button", name="Try again").click()
    assert site.document().url.endswith("/inbox/claims/")


@pytest.mark.proof
def test_before_the_page_was_shown_trying_again_opens_the_new_message(visit, fake_portal):
    fake_portal.stop_greeting()
    site = visit(LAUNCHER)
    site.page.evaluate("SecureInbox.compose({ securebox: 'claims', subject: 'Roof' })")
    site.document(ready="document.readyState === 'complete'")
    site.page.clock.fast_forward(2_001)
    window = site.page.get_by_role("link", name="Open in a new window")
    expect(window).to_have_attribute("href", f"{fake_portal.url}/inbox/claims/compose/")
    fake_portal.resume_greeting()
    site.page.get_by_role("button", name="Try again").click()
    assert site.document().url.endswith("/inbox/claims/compose/")
    assert site.document().evaluate("heard")[0]["suggests"] == {"subject": "Roof", "fields": ""}


@pytest.mark.proof
def test_a_panel_that_failed_tries_again_when_it_is_reopened(visit, fake_portal):
    fake_portal.stop_greeting()
    site = visit(LAUNCHER)
    launcher = site.page.get_by_role("button", name="Messages")
    launcher.click()
    site.document(ready="document.readyState === 'complete'")
    site.page.clock.fast_forward(2_001)
    expect(site.page.get_by_text(SORRY)).to_be_visible()
    launcher.click()
    fake_portal.resume_greeting()
    launcher.click()
    expect(site.document().get_by_role("heading")).to_be_focused()


@pytest.mark.proof
def test_a_late_hello_is_accepted(visit, fake_portal):
    fake_portal.stop_greeting()
    site = visit(ELEMENTS)
    document = site.document(ready="document.readyState === 'complete'")
    site.page.clock.fast_forward(2_001)
    expect(site.page.get_by_text(SORRY)).to_be_visible()
    document.evaluate("greet()")
    expect(document.get_by_role("heading")).to_be_visible()
    expect(site.page.get_by_text(SORRY)).to_have_count(0)


def test_the_portals_refusal_page_is_shown(visit, fake_portal):
    refusal = "parent.postMessage({ secureInbox: 1, refused: true }, origin);"
    fake_portal.answers["/document.js"] = ("text/javascript", DOCUMENT_SCRIPT + refusal)
    site = visit(ELEMENTS, before=LOG)
    expect(site.page.frame_locator("secure-inbox iframe").get_by_role("heading")).to_be_visible()
    site.page.clock.fast_forward(60_000)
    expect(site.page.get_by_text(SORRY)).to_have_count(0)
    assert site.events() == [["problem", {"reason": "unlisted"}]]


@pytest.mark.proof
def test_each_document_that_a_frame_loads_gets_a_port(visit):
    site = visit(ELEMENTS)
    for _ in range(2):
        site.document().evaluate("location.reload()")
        site.document(ready="typeof heard === 'object' && heard.length === 1")
    site.page.clock.fast_forward(60_000)
    expect(site.page.get_by_text(SORRY)).to_have_count(0)


def test_a_portal_that_stops_shows_a_message_and_keeps_the_launcher(visit, fake_portal):
    site = visit(ELEMENTS + LAUNCHER + BADGE, before=LOG)
    site.sign_in()
    site.count(3, claims=3)
    site.page.clock.fast_forward(5_001)
    fake_portal.stop()
    with site.page.expect_event("framenavigated", lambda frame: frame.url.startswith("chrome-error:")):
        site.document().evaluate("location.reload()")
    # The browser reports the navigation first, and some time later that the page is loaded.
    for _ in range(50):
        site.page.clock.fast_forward(2_001)
        if site.page.get_by_text(SORRY).count():
            break
    expect(site.page.get_by_text(SORRY)).to_be_visible()
    expect(site.page.get_by_role("button", name="Messages, 3 unread")).to_be_visible()


def test_without_a_portal_the_launcher_shows_no_count_and_the_page_has_no_error(visit, fake_portal):
    fake_portal.answers["/embed/in/*"] = ("text/plain", "")
    site = visit(LAUNCHER + BADGE, before=LOG)
    site.page.clock.fast_forward(10_001)
    site.wait_for("log.length > 0")
    assert site.events() == [UNAVAILABLE]
    expect(site.page.get_by_role("button", name="Messages", exact=True)).to_be_visible()
    expect(site.page.locator("secure-inbox-badge [part=badge]")).to_be_hidden()


def test_the_connector_retries_with_growing_delays_and_recovers(visit, fake_portal):
    fake_portal.stop_greeting()
    site = visit(BADGE)
    for tries, wait in enumerate([30_001, 60_001], start=1):
        site.document(connector=True, ready="document.readyState === 'complete'")
        site.page.clock.fast_forward(10_001)
        assert len(requests_for(fake_portal, "/connect/")) == tries
        if wait == 60_001:
            fake_portal.resume_greeting()
        with site.page.expect_event("framenavigated", lambda frame: frame.url.endswith("/connect/")):
            site.page.clock.fast_forward(wait)
    site.sign_in()
    site.count(1, claims=1)
    expect(site.page.locator("secure-inbox-badge [aria-hidden]")).to_have_text("1")


@pytest.mark.proof
def test_a_page_may_shadow_the_browsers_globals(visit):
    names = "origin self parent name status event performance screen frames length"
    site = visit(ELEMENTS, before="".join(f'var {name} = "Zurich";' for name in names.split()))
    expect(site.document().get_by_role("heading")).to_be_visible()
    site.document().evaluate("location.reload()")
    assert site.document().url.endswith(f"/embed/in/{site.page.url.replace('//', '', 1)}")


@pytest.mark.proof
def test_an_element_removed_while_loading_leaves_nothing_behind(visit):
    site = visit(ELEMENTS + LAUNCHER, before=LOG)
    site.page.evaluate("SecureInbox.open()")
    site.page.evaluate("document.querySelector('main').replaceChildren()")
    site.page.clock.fast_forward(1_001)
    expect(site.page.locator("html > div")).to_have_count(0)
    site.page.clock.fast_forward(60_000)
    assert site.page.locator("iframe").count() == 0
    assert site.events() == [["open", None], ["close", None]]


@pytest.mark.proof
def test_a_single_page_website_keeps_its_connector_between_pages(visit, fake_portal):
    site = visit(ELEMENTS + BADGE)
    site.sign_in()
    site.count(2, claims=2)
    site.page.evaluate("document.querySelector('main').replaceChildren()")
    site.page.evaluate(ADD, "secure-inbox")
    site.page.evaluate(ADD, "secure-inbox-badge")
    site.page.clock.fast_forward(1_001)
    expect(site.page.locator("secure-inbox-badge [aria-hidden]")).to_have_text("2")
    expect(site.document().get_by_role("heading")).to_be_visible()
    assert len(requests_for(fake_portal, "/connect/")) == 1


@pytest.mark.proof
def test_an_element_that_is_moved_reloads(visit):
    site = visit(ELEMENTS)
    site.document()
    site.page.evaluate("document.body.prepend(document.querySelector('secure-inbox'))")
    expect(site.page.frame_locator("secure-inbox iframe").get_by_role("heading")).to_be_visible()
    assert site.page.locator("iframe").count() == 2  # The element's own frame, and the connector.


@pytest.mark.proof
def test_a_page_that_replaces_its_body_keeps_working(visit):
    site = visit(BADGE)
    site.sign_in()
    site.page.evaluate("document.body.replaceWith(document.body.cloneNode(true))")
    site.count(2, claims=2)
    expect(site.page.locator("secure-inbox-badge [aria-hidden]")).to_have_text("2")


@pytest.mark.proof
def test_a_removed_connector_is_replaced_when_needed(visit, fake_portal):
    site = visit(BADGE)
    site.document(connector=True)
    site.page.evaluate("document.querySelector('html > div').remove()")
    site.page.evaluate(ADD, "secure-inbox-badge")
    site.sign_in()
    site.count(2, claims=2)
    expect(site.page.locator("secure-inbox-badge [aria-hidden]")).to_have_text(["2", "2"])


def test_a_script_that_is_loaded_twice_runs_once(visit, fake_portal):
    fake_portal.answers["/again/embed/v1.js"] = fake_portal.answers["/embed/v1.js"]
    site = visit(BADGE)
    site.document(connector=True)
    before = site.page.evaluate_handle("SecureInbox")
    site.page.evaluate("address => import(address)", f"{fake_portal.url}/again/embed/v1.js")
    assert site.page.evaluate("before => before === SecureInbox", before)
    assert len(requests_for(fake_portal, "/connect/")) == 1


@pytest.mark.proof
def test_a_portal_below_a_path_is_found_there(visit, fake_portal, company_site):
    for name in ("/embed/v1.js", "/embed/v1.js?pages"):
        fake_portal.answers[f"/mail{name}"] = fake_portal.answers[name]
    company_site.portal += "/mail"
    site = visit(ELEMENTS)
    site.wait_for("document.querySelector('secure-inbox').shadowRoot.querySelector('iframe')")
    address = site.page.locator("secure-inbox iframe").get_attribute("src")
    assert address == f"{fake_portal.url}/mail/embed/in/{company_site.url.replace('//', '')}/"
