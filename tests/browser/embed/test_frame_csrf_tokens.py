"""Several frames of a page load at once, each without a cookie yet, so that each gets another CSRF cookie and token."""

import re

from playwright.sync_api import Page

from tests.browser.embed.embedding_site import frame_document, sign_in_within

CLAIMS = '<secure-inbox securebox="claims"></secure-inbox>'
FETCH_STATE = "fetch(document.documentElement.dataset.stateUrl).then(answer => answer.json())"


def test_signing_in_works_although_another_frame_set_a_newer_csrf_cookie(site, plain_page):
    site.list_in_portal()
    frame = site.show(plain_page, CLAIMS)
    frame.get_by_role("button", name="Sign in", exact=True).wait_for()
    set_newer_cookie(plain_page)
    sign_in_within(frame)
    frame.get_by_role("heading", name="Claims").wait_for()


def set_newer_cookie(page: Page) -> None:
    """As another frame without a cookie does: an answer that finds none sets one."""
    for _ in range(100):
        page.context.clear_cookies(name=re.compile("csrftoken"))
        if not frame_document(page).evaluate(FETCH_STATE)["cookies"]:
            return
        # The answer to a request that the page's frames had under way has set one in between.
    raise AssertionError("There is always a cookie.")


def test_a_double_click_on_sign_in_sends_one_request(site, plain_page):
    site.list_in_portal()
    frame = site.show(plain_page, CLAIMS)
    frame.get_by_label("Email address").fill("alice@example.com")
    frame.get_by_label("Password", exact=True).fill("wrong-password-x")
    posts = []
    plain_page.on("request", lambda request: request.method == "POST" and posts.append(request.url))
    button = frame.get_by_role("button", name="Sign in", exact=True)
    button.evaluate("button => { button.click(); button.click(); }")
    frame.get_by_role("alert").filter(has_text="is incorrect").wait_for()
    assert len(posts) == 1
