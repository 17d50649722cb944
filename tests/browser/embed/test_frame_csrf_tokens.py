"""Frames of one page are loaded at once, and each is given a cookie and a token while none has a cookie yet."""

import re

from tests.browser.embed.embedding_site import document_of, sign_in_within

CLAIMS = '<secure-inbox securebox="claims"></secure-inbox>'
ASK_FOR_A_COOKIE = "fetch(document.documentElement.dataset.stateUrl).then(answer => answer.json())"


def test_who_signs_in_is_let_in_although_another_frame_got_its_cookie_later(site, plain_page):
    site.enlist()
    frame = site.show(plain_page, CLAIMS)
    frame.get_by_role("button", name="Sign in", exact=True).wait_for()
    plain_page.context.clear_cookies(name=re.compile("csrftoken"))
    assert not document_of(plain_page).evaluate(ASK_FOR_A_COOKIE)["cookies"]
    sign_in_within(frame)
    frame.get_by_role("heading", name="Claims").wait_for()


def test_of_two_presses_one_is_sent(site, plain_page):
    site.enlist()
    frame = site.show(plain_page, CLAIMS)
    frame.get_by_label("E-mail address").fill("alice@example.com")
    frame.get_by_label("Password", exact=True).fill("wrong-password-x")
    posts = []
    plain_page.on("request", lambda request: request.method == "POST" and posts.append(request.url))
    button = frame.get_by_role("button", name="Sign in", exact=True)
    button.evaluate("button => { button.click(); button.click(); }")
    frame.get_by_role("alert").filter(has_text="is not correct").wait_for()
    assert len(posts) == 1
