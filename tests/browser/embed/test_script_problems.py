"""Each reason for which the portal's pages do not come has a name of its own in the event `problem`."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Frame, Page

from tests.browser.conftest import PATIENCE
from tests.browser.embed.embedding_site import last_event, wait_until
from tests.browser.embed.fake_portal import BADGE, LOG, CompanySite, FakePortal, Server


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
