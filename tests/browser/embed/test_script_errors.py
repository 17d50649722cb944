"""What goes wrong around the script: a portal that does not answer, and pages that change under it."""

import pytest
from playwright.sync_api import expect

from tests.browser.embed.fake_portal import BADGE, DOCUMENT_SCRIPT, ELEMENTS, LAUNCHER, LOG

SORRY = "Your messages cannot be shown here right now."
UNAVAILABLE = ["problem", {"reason": "unavailable"}]
ADD = "(name) => document.querySelector('main').append(document.createElement(name))"


def asked_for(stand_in, end):
    return [path for path in stand_in.asked if path.startswith("/embed/in/") and path.endswith(end)]


def test_a_frame_that_says_no_hello_is_replaced_by_words_and_two_ways_on(visit, stand_in):
    stand_in.fall_silent()
    site = visit('<secure-inbox securebox="claims"></secure-inbox>')
    site.document(ready="document.readyState === 'complete'")
    site.page.clock.fast_forward(2_001)
    expect(site.page.get_by_text(SORRY)).to_be_visible()
    expect(site.page.locator("secure-inbox iframe")).to_be_hidden()
    link = site.page.get_by_role("link", name="Open in a new window")
    expect(link).to_have_attribute("href", f"{stand_in.url}/inbox/claims/")
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener")


def test_trying_again_may_help(visit, stand_in):
    stand_in.fall_silent()
    site = visit(LAUNCHER)
    site.page.get_by_role("button", name="Messages").click()
    site.document(ready="document.readyState === 'complete'")
    site.page.clock.fast_forward(2_001)
    stand_in.recover()
    site.page.get_by_role("button", name="Try again").click()
    expect(site.document().get_by_role("heading")).to_be_focused()
    expect(site.page.get_by_text(SORRY)).to_have_count(0)


def fail_and_recover(site, stand_in, document):
    """The document's successor stays away until the words are there, and no longer."""
    site.page.clock.fast_forward(5_001)
    stand_in.fall_silent()
    document.evaluate("location.reload()")
    for _ in range(50):
        site.page.clock.fast_forward(2_001)
        if site.page.get_by_text(SORRY).count():
            break
    stand_in.recover()


@pytest.mark.parametrize("call", ["open", "compose"])
def test_who_was_there_already_tries_the_securebox_again(visit, stand_in, call):
    """A message that was begun may have been sent: its reader is not led to begin it once more."""
    site = visit(LAUNCHER)
    site.page.evaluate(f"SecureInbox.{call}({{ securebox: 'claims', subject: 'Roof' }})")
    site.document().evaluate("say", {"type": "session", "signedIn": True})
    site.hears("look")
    fail_and_recover(site, stand_in, site.document())
    window = site.page.get_by_role("link", name="Open in a new window")
    expect(window).to_have_attribute("href", f"{stand_in.url}/inbox/claims/")
    site.page.get_by_role("button", name="Try again").click()
    assert site.document().url.endswith("/inbox/claims/")


def test_who_was_not_there_yet_tries_to_compose_again(visit, stand_in):
    stand_in.fall_silent()
    site = visit(LAUNCHER)
    site.page.evaluate("SecureInbox.compose({ securebox: 'claims', subject: 'Roof' })")
    site.document(ready="document.readyState === 'complete'")
    site.page.clock.fast_forward(2_001)
    window = site.page.get_by_role("link", name="Open in a new window")
    expect(window).to_have_attribute("href", f"{stand_in.url}/inbox/claims/compose/#subject=Roof")
    stand_in.recover()
    site.page.get_by_role("button", name="Try again").click()
    assert site.document().url.endswith("/inbox/claims/compose/#subject=Roof")


def test_a_panel_that_failed_tries_again_when_it_is_opened_anew(visit, stand_in):
    stand_in.fall_silent()
    site = visit(LAUNCHER)
    launcher = site.page.get_by_role("button", name="Messages")
    launcher.click()
    site.document(ready="document.readyState === 'complete'")
    site.page.clock.fast_forward(2_001)
    expect(site.page.get_by_text(SORRY)).to_be_visible()
    launcher.click()
    stand_in.recover()
    launcher.click()
    expect(site.document().get_by_role("heading")).to_be_focused()


def test_a_hello_that_comes_late_is_welcome(visit, stand_in):
    stand_in.fall_silent()
    site = visit(ELEMENTS)
    document = site.document(ready="document.readyState === 'complete'")
    site.page.clock.fast_forward(2_001)
    expect(site.page.get_by_text(SORRY)).to_be_visible()
    document.evaluate("greet()")
    expect(document.get_by_role("heading")).to_be_visible()
    expect(site.page.get_by_text(SORRY)).to_have_count(0)


def test_a_refusal_of_the_portal_is_shown_as_it_is(visit, stand_in):
    refusal = "parent.postMessage({ secureInbox: 1, refused: true }, origin);"
    stand_in.answers["/document.js"] = ("text/javascript", DOCUMENT_SCRIPT + refusal)
    site = visit(ELEMENTS, before=LOG)
    expect(site.page.frame_locator("secure-inbox iframe").get_by_role("heading")).to_be_visible()
    site.page.clock.fast_forward(60_000)
    expect(site.page.get_by_text(SORRY)).to_have_count(0)
    assert site.events() == [["problem", {"reason": "refused"}]]


def test_a_document_that_goes_on_to_the_next_one_is_greeted_again(visit):
    site = visit(ELEMENTS)
    for _ in range(2):
        site.document().evaluate("location.reload()")
        site.document(ready="typeof heard === 'object' && heard.length === 1")
    site.page.clock.fast_forward(60_000)
    expect(site.page.get_by_text(SORRY)).to_have_count(0)


def test_a_portal_that_stops_leaves_words_and_a_quiet_launcher(visit, stand_in):
    site = visit(ELEMENTS + LAUNCHER + BADGE, before=LOG)
    site.sign_in()
    site.count(3, claims=3)
    site.page.clock.fast_forward(5_001)
    stand_in.stop()
    with site.page.expect_event("framenavigated", lambda frame: frame.url.startswith("chrome-error:")):
        site.document().evaluate("location.reload()")
    # The browser tells first where the frame has gone, and then, some time later, that its page is loaded.
    for _ in range(50):
        site.page.clock.fast_forward(2_001)
        if site.page.get_by_text(SORRY).count():
            break
    expect(site.page.get_by_text(SORRY)).to_be_visible()
    expect(site.page.get_by_role("button", name="Messages, 3 unread")).to_be_visible()


def test_without_a_portal_the_launcher_says_nothing_and_the_page_has_no_error(visit, stand_in):
    stand_in.answers["/embed/in/*"] = ("text/plain", "")
    site = visit(LAUNCHER + BADGE, before=LOG)
    site.page.clock.fast_forward(10_001)
    site.wait_for("log.length > 0")
    assert site.events() == [UNAVAILABLE]
    expect(site.page.get_by_role("button", name="Messages", exact=True)).to_be_visible()
    expect(site.page.locator("secure-inbox-badge [part=badge]")).to_be_hidden()


def test_the_connector_tries_again_ever_more_rarely_and_recovers(visit, stand_in):
    stand_in.fall_silent()
    site = visit(BADGE)
    for tries, wait in enumerate([30_001, 60_001], start=1):
        site.document(connector=True, ready="document.readyState === 'complete'")
        site.page.clock.fast_forward(10_001)
        assert len(asked_for(stand_in, "/connect/")) == tries
        if wait == 60_001:
            stand_in.recover()
        with site.page.expect_event("framenavigated", lambda frame: frame.url.endswith("/connect/")):
            site.page.clock.fast_forward(wait)
    site.sign_in()
    site.count(1, claims=1)
    expect(site.page.locator("secure-inbox-badge [aria-hidden]")).to_have_text("1")


def test_a_page_may_call_its_own_things_by_the_browsers_names(visit):
    names = "origin self parent name status event performance screen frames length"
    site = visit(ELEMENTS, before="".join(f'var {name} = "Zurich";' for name in names.split()))
    expect(site.document().get_by_role("heading")).to_be_visible()
    site.document().evaluate("location.reload()")
    assert site.document().url.endswith(f"/embed/in/{site.page.url.replace('//', '', 1)}")


def test_an_element_that_goes_while_it_loads_leaves_nothing_behind(visit):
    site = visit(ELEMENTS + LAUNCHER, before=LOG)
    site.page.evaluate("SecureInbox.open()")
    site.page.evaluate("document.querySelector('main').replaceChildren()")
    site.page.clock.fast_forward(1_001)
    expect(site.page.locator("html > div")).to_have_count(0)
    site.page.clock.fast_forward(60_000)
    assert site.page.locator("iframe").count() == 0
    assert site.events() == [["open", None], ["close", None]]


def test_a_single_page_website_keeps_its_connector_from_page_to_page(visit, stand_in):
    site = visit(ELEMENTS + BADGE)
    site.sign_in()
    site.count(2, claims=2)
    site.page.evaluate("document.querySelector('main').replaceChildren()")
    site.page.evaluate(ADD, "secure-inbox")
    site.page.evaluate(ADD, "secure-inbox-badge")
    site.page.clock.fast_forward(1_001)
    expect(site.page.locator("secure-inbox-badge [aria-hidden]")).to_have_text("2")
    expect(site.document().get_by_role("heading")).to_be_visible()
    assert len(asked_for(stand_in, "/connect/")) == 1


def test_an_element_that_is_moved_loads_anew_and_is_greeted(visit):
    site = visit(ELEMENTS)
    site.document()
    site.page.evaluate("document.body.prepend(document.querySelector('secure-inbox'))")
    expect(site.page.frame_locator("secure-inbox iframe").get_by_role("heading")).to_be_visible()
    assert site.page.locator("iframe").count() == 2  # Its own, and the connector's.


def test_a_page_that_replaces_its_whole_body_loses_nothing(visit):
    site = visit(BADGE)
    site.sign_in()
    site.page.evaluate("document.body.replaceWith(document.body.cloneNode(true))")
    site.count(2, claims=2)
    expect(site.page.locator("secure-inbox-badge [aria-hidden]")).to_have_text("2")


def test_a_page_that_removes_the_connector_gets_another_when_one_is_needed(visit, stand_in):
    site = visit(BADGE)
    site.document(connector=True)
    site.page.evaluate("document.querySelector('html > div').remove()")
    site.page.evaluate(ADD, "secure-inbox-badge")
    site.sign_in()
    site.count(2, claims=2)
    expect(site.page.locator("secure-inbox-badge [aria-hidden]")).to_have_text(["2", "2"])


def test_a_script_that_is_loaded_twice_works_once(visit, stand_in):
    stand_in.answers["/again/embed/v1.js"] = stand_in.answers["/embed/v1.js"]
    site = visit(BADGE)
    site.document(connector=True)
    before = site.page.evaluate_handle("SecureInbox")
    site.page.evaluate("address => import(address)", f"{stand_in.url}/again/embed/v1.js")
    assert site.page.evaluate("before => before === SecureInbox", before)
    assert len(asked_for(stand_in, "/connect/")) == 1


def test_a_portal_below_a_path_is_found_there(visit, stand_in, company):
    stand_in.answers["/mail/embed/v1.js"] = stand_in.answers["/embed/v1.js"]
    company.portal += "/mail"
    site = visit(ELEMENTS)
    site.wait_for("document.querySelector('secure-inbox').shadowRoot.querySelector('iframe')")
    address = site.page.locator("secure-inbox iframe").get_attribute("src")
    assert address == f"{stand_in.url}/mail/embed/in/{company.url.replace('//', '')}/"
