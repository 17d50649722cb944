"""HTML bodies in a real browser: a hostile one runs and loads nothing, a harmless one keeps its formatting."""

import pytest
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
    sandbox.add(
        ALICE, "Long", securebox="Claims01", html="<h2>Report</h2>" + "<p>A paragraph of the letter.</p>" * 80
    )
    page = open_page()
    sign_in(page)
    page.goto("/inbox/claims/")
    page.locator(".mail-link").click()
    page.frame_locator("iframe").get_by_text("A paragraph").last.wait_for()
    wait_until(page, "document.querySelector('iframe').offsetHeight > 2000")


@pytest.mark.proof
def test_a_link_in_the_body_opens_in_a_new_tab(alice, sandbox, open_page):
    sandbox.add(
        ALICE, "Link", securebox="Claims01", html='<p><a href="https://www.example.com/">our page</a></p>'
    )
    page = open_page()
    page.context.route("https://www.example.com/", lambda route: route.fulfill(body="the company's page"))
    sign_in(page)
    page.goto("/inbox/claims/")
    page.locator(".mail-link").click()
    with page.context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link", name="our page").click()
    assert opened.value.evaluate("window.opener") is None
    assert opened.value.evaluate("document.referrer") == ""


WIDE = "".join(f"<td>Column {number}</td>" for number in range(12))
SUMS = "".join(f"<td>{number} 250.00 EUR</td>" for number in range(12))
FROM_A_MAIL_PROGRAM = f"""
<table width=600 border=0><tr><td>&nbsp;</td></tr>
<tr><td width=300><h1>Your claim</h1></td><td width=300>{"No. " * 90}</td></tr>
<tr><td><table><tr><td><p>Dear Alice, this paragraph must not run off a telephone.</p>
<p>https://example.com/{"security/settings/" * 12}</p></td></tr></table></td></tr></table>
<table class=sums><tr>{WIDE}</tr><tr>{SUMS}</tr></table>
<p>Dear Alice, your claim was accepted.</p><p>عزيزتي أليس، تم قبول مطالبتك رقم 4711.</p><ul><li>مطالبتك</li></ul>
<p>{"Rechtsschutzversicherung" * 20}</p>
"""


def test_a_formatted_letter_fits_a_telephone_in_the_dark(alice, sandbox, open_page):
    sandbox.add(ALICE, "Your claim", securebox="Claims01", html=FROM_A_MAIL_PROGRAM)
    page = open_page(viewport={"width": 390, "height": 800}, color_scheme="dark")
    open_letter(page)
    frame = page.frame_locator("iframe")
    assert no_sideways_scrolling(page.locator("html")) and no_sideways_scrolling(frame.locator("html"))
    table = frame.locator("table.data")
    assert not no_sideways_scrolling(table) and table.bounding_box()["width"] <= 390
    assert style(table, "borderRightStyle") == "solid"
    # An amount stands on one line, and what only places words on the page has no lines.
    assert table.locator("td", has_text="11 250.00").evaluate("cell => cell.getClientRects().length") == 1
    assert style(table.locator("td", has_text="11 250.00"), "whiteSpace") == "nowrap"
    assert style(frame.locator("table:not(.data) td >> nth=1"), "borderTopStyle") == "none"
    english, arabic = (ink_box(frame.locator("p", has_text=words)) for words in ("accepted", "عزيزتي"))
    assert english["left"] < 60 and arabic["right"] > 330
    assert style(frame.locator("ul"), "direction") == "rtl"
    assert style(frame.locator("body"), "backgroundColor") == style(
        page.locator("article"), "backgroundColor"
    )


def test_every_word_is_printed_from_any_window(alice, sandbox, open_page):
    words = "<p>The surveyor looked at the ceiling, the floor and the wall of the kitchen.</p>" * 120
    sandbox.add(ALICE, "Report", securebox="Claims01", html=f"<h1>Report</h1>{words}<p>The last word")
    pages = {}
    for width, runs_scripts in ((390, True), (1280, True), (1280, False)):
        page = open_page(viewport={"width": width, "height": 800}, java_script_enabled=runs_scripts)
        open_letter(page)
        pages[width, runs_scripts] = page.pdf(format="A4").count(b"/Type /Page\n")
        page.emulate_media(media="print")
        expect(page.locator("iframe")).to_be_hidden()
        # The letter as it was formatted; without scripts, its text.
        expect(page.locator("article .letter h1")).to_have_count(int(runs_scripts))
        expect(page.locator("article").get_by_text("The last word")).to_be_visible()
    assert min(pages.values()) >= 3, pages


@pytest.mark.parametrize("runs_scripts", [True, False])
def test_a_quote_at_the_end_is_folded_and_printed(alice, sandbox, open_page, runs_scripts):
    quote = f'<blockquote type="cite"><p>Dear Anna</p>{"<p>we have news.</p>" * 20}</blockquote>'
    letter = f"<p>It is <b>settled</b>.</p><p>On 3 Mar 2026, 14:05, Anna wrote:</p>{quote}"
    sandbox.add(ALICE, "Your claim", securebox="Claims01", html=letter)
    page = open_page(java_script_enabled=runs_scripts)
    open_letter(page)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("settled")).to_be_visible()
    expect(frame.get_by_text("Dear Anna")).to_be_hidden()
    frame.get_by_text("Show the quoted text").click()
    expect(frame.get_by_text("Anna wrote:")).to_be_visible()
    expect(frame.get_by_text("Dear Anna")).to_be_visible()
    if runs_scripts:
        # The frame has grown with it.
        wait_until(page, "document.querySelector('iframe').offsetHeight > 700")
    page.pdf(format="A4")
    page.emulate_media(media="print")
    expect(page.locator("article").get_by_text("Dear Anna")).to_be_visible()


def open_letter(page):
    sign_in(page)
    page.goto("/inbox/claims/")
    page.locator(".mail-link").click()
    page.frame_locator("iframe").locator("body").wait_for()
    page.wait_for_load_state()


def no_sideways_scrolling(element):
    return element.evaluate("element => element.scrollWidth <= element.clientWidth")


def style(element, name):
    return element.evaluate("(element, name) => getComputedStyle(element)[name]", name)


def ink_box(element):
    """Where its words stand, which may be on one side of the box only."""
    return element.evaluate(
        """element => {
            const range = document.createRange();
            range.selectNodeContents(element);
            const { left, right } = range.getBoundingClientRect();
            return { left, right };
        }"""
    )
