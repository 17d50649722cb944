"""Each reason for which the portal's pages do not come has a name of its own in the event `problem`."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from tests.browser.conftest import PATIENCE
from tests.browser.embed.embedding_site import last_event, wait_until
from tests.browser.embed.fake_portal import BADGE, ELEMENTS, LAUNCHER, LOG, CompanySite, FakePortal, Server


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Its console is not looked at: the browser says there what it does not allow."""
    with browser.new_context() as context:
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.clock.install(time=0)
        yield page


def expect_problem(page: Page | Frame, reason: str, **more: str) -> None:
    wait_until(page, last_event("problem"))
    assert page.evaluate(last_event("problem"))[1] == {"reason": reason, **more}


def test_the_websites_policy_forbids_the_portals_frames(page, company_site, fake_portal):
    policy = company_site.headers["Content-Security-Policy"]
    company_site.headers["Content-Security-Policy"] = policy.replace(f"frame-src {fake_portal.url}", "")
    page.goto(company_site.write(BADGE, LOG))
    page.clock.run_for(2001)
    expect_problem(page, "blocked")


def test_the_page_is_shown_inside_another_origin(page, company_site, fake_portal):
    fake_portal.headers["Content-Security-Policy"] = f"frame-ancestors {company_site.url}"
    with Server("localhost") as preview:
        preview.answers["/"] = ("text/html", f'<iframe src="{company_site.write(BADGE, LOG)}"></iframe>')
        page.goto(preview.url)
        (frame,) = page.main_frame.child_frames
        frame.wait_for_function("document.querySelector('html > div')")
        page.clock.run_for(2001)
        expect_problem(frame, "framed")


def test_the_script_is_a_copy_on_the_website(page, company_site: CompanySite, fake_portal: FakePortal):
    company_site.answers["/embed/v1.js"] = fake_portal.answers["/embed/v1.js"]
    policy = company_site.headers["Content-Security-Policy"]
    company_site.headers["Content-Security-Policy"] = policy.replace(fake_portal.url, "'self'")
    company_site.portal = company_site.url
    page.goto(company_site.write(BADGE, LOG))
    page.clock.run_for(2001)
    expect_problem(page, "address")


def test_the_second_file_does_not_come_and_is_tried_again(page, company_site, fake_portal):
    second = fake_portal.answers.pop("/embed/v1.js?pages")
    page.clock.pause_at(1000)  # Otherwise each would try again by itself, after half a minute.
    page.goto(company_site.write(LAUNCHER + ELEMENTS, LOG))
    page.get_by_role("button", name="Messages").click()
    again = page.locator("secure-inbox-launcher").get_by_role("button", name="Try again")
    # Both have failed: the launcher, where the mouse, the focus and the press each ask for the file, and the inbox.
    expect(again).to_be_visible()
    expect(page.locator("secure-inbox").get_by_role("button", name="Try again")).to_be_visible()
    expect_problem(page, "unavailable")
    problems = "log.filter(([name]) => name === 'problem').length"
    before = page.evaluate(problems)
    # As another release of the portal answers, which does not have it.
    fake_portal.answers["/embed/v1.js?pages"] = fake_portal.answers["/embed/v1.js"]
    again.click()
    wait_until(page, f"{problems} > {before}")
    fake_portal.answers["/embed/v1.js?pages"] = second
    again.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(again).to_have_count(0)
    page.clock.run_for(30_001)
    expect(page.locator("secure-inbox iframe")).to_be_visible()


POLICIES = {
    "a nonce": "script-src 'nonce-n'",
    "a nonce for trusted scripts": "script-src 'nonce-n' 'strict-dynamic'",
    "the script's path": "script-src 'nonce-n' PORTAL/embed/v1.js",
}
FORBID_SCRIPTS = """
const policy = document.createElement("meta");
policy.httpEquiv = "Content-Security-Policy";
policy.content = "script-src 'none'";
document.head.append(policy);
"""


@pytest.mark.parametrize("name", POLICIES)
def test_the_second_file_needs_nothing_more_in_the_websites_policy(page, company_site, fake_portal, name):
    rules = f"{POLICIES[name]}; frame-src {fake_portal.url}; require-trusted-types-for 'script'"
    company_site.headers["Content-Security-Policy"] = rules.replace("PORTAL", fake_portal.url)
    address = company_site.write(LAUNCHER, LOG)
    kind, text = company_site.answers["/"]
    company_site.answers["/"] = (kind, text.replace("<script ", '<script nonce="n" '))
    page.goto(address)
    page.get_by_role("button", name="Messages").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_the_websites_policy_forbids_the_second_file(page, company_site):
    page.goto(company_site.write(LAUNCHER, LOG))
    page.evaluate(FORBID_SCRIPTS)
    page.get_by_role("button", name="Messages").click()
    expect_problem(page, "blocked")


def test_no_answer_comes(page, company_site):
    page.route("**/embed/in/**", lambda _route: None)
    page.goto(company_site.write(BADGE, LOG), wait_until="commit")
    wait_until(page, "Boolean(window.SecureInbox?.on)")
    page.clock.run_for(10_001)
    expect_problem(page, "slow")


def test_a_portal_in_development_says_why_a_token_was_refused(visit):
    site = visit(BADGE, before=LOG)
    site.say(type="problem", reason="refused", detail="TokenExpired: jti was used before")
    expect_problem(site.page, "refused", detail="TokenExpired: jti was used before")
