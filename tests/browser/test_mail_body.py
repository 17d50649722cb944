"""HTML bodies in a real browser: a hostile one runs and loads nothing, a harmless one keeps its formatting."""

from playwright.sync_api import expect

from tests.browser.conftest import sign_in
from tests.browser.embed.embedding_site import wait_until

ALICE = "alice@example.com"
HOSTILE = """
<h1>Offer</h1><p>Dear Alice</p>
<script>top.stolen=1</script><img src="https://spy.example/pixel.gif">
<img src=x onerror="top.stolen=1"><svg onload="top.stolen=1"></svg>
<style>@import url(https://spy.example/a.css); body { background: url(https://spy.example/b.png) }</style>
<link rel=stylesheet href="https://spy.example/c.css"><iframe src="https://spy.example/"></iframe>
<form action="https://spy.example/"><input name=password autofocus onfocus="top.stolen=1"></form>
<a href="javascript:top.stolen=1">click</a> <a href="https://www.example.com/">good link</a>
"""


def test_a_hostile_body_runs_and_loads_nothing(alice, portal, sandbox, open_page):
    sandbox.add(ALICE, HOSTILE, securebox="Claims01", text=HOSTILE, html=HOSTILE, from_name=HOSTILE[:80])
    page = open_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page)
    page.goto("/inbox/claims/")
    page.locator(".mail-link").click()
    page.get_by_role("link", name="Show with its formatting").click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Offer")).to_be_visible()
    page.wait_for_timeout(300)
    assert page.evaluate("window.stolen") is None
    assert [url for url in asked if not url.startswith(portal)] == []
    assert (
        frame.locator("script, img, svg, style:not(head style), form, iframe, [onload], [onerror]").count()
        == 0
    )


def test_the_frame_is_as_high_as_its_content(alice, sandbox, open_page):
    sandbox.add(ALICE, "Long", securebox="Claims01", html="<p>A paragraph of the letter.</p>" * 80)
    page = open_page()
    sign_in(page)
    page.goto("/inbox/claims/")
    page.locator(".mail-link").click()
    page.get_by_role("link", name="Show with its formatting").click()
    page.frame_locator("iframe").get_by_text("A paragraph").last.wait_for()
    wait_until(page, "document.querySelector('iframe').offsetHeight > 2000")


def test_a_link_in_the_body_opens_in_a_new_tab(alice, sandbox, open_page):
    sandbox.add(
        ALICE, "Link", securebox="Claims01", html='<p><a href="https://www.example.com/">our page</a></p>'
    )
    page = open_page()
    page.context.route("https://www.example.com/", lambda route: route.fulfill(body="the company's page"))
    sign_in(page)
    page.goto("/inbox/claims/")
    page.locator(".mail-link").click()
    page.get_by_role("link", name="Show with its formatting").click()
    with page.context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link", name="our page").click()
    assert opened.value.evaluate("window.opener") is None
    assert opened.value.evaluate("document.referrer") == ""
