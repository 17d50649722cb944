"""The portal inside a company's website, in a real browser: on another site, and on the same one."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from portal.accounts.models import Consumer
from portal.embed import cookies
from tests.browser.conftest import PASSWORD
from tests.browser.embed.host import BADGE, ELEMENTS, LAUNCHER
from tests.browser.embed.website import IDENTIFY, SiteWithPortal, document_of, frame_of, happened, wait_until

ALICE = "alice@example.com"
CLAIMS = '<secure-inbox securebox="claims"></secure-inbox>'


@pytest.fixture(params=["another site", "the same site"])
def site(request, portal, settings, alice, bob) -> Iterator[SiteWithPortal]:
    settings.PORTAL_URL = portal
    with SiteWithPortal(portal, near=request.param == "the same site") as site:
        yield site


@pytest.fixture
def far_site(portal, settings, alice, bob) -> Iterator[SiteWithPortal]:
    settings.PORTAL_URL = portal
    with SiteWithPortal(portal) as site:
        yield site


def sign_in_within(frame) -> None:
    frame.get_by_label("E-mail address").fill(ALICE)
    frame.get_by_label("Password", exact=True).fill(PASSWORD)
    frame.get_by_role("button", name="Sign in", exact=True).click()


def unread(page: Page) -> int | None:
    event = page.evaluate(happened("unread"))
    return event and event[1]["total"]


def test_signing_in_reading_and_answering_inside_the_frame(site, open_page, sandbox):
    site.enlist()
    sandbox.add(ALICE, "Your claim", securebox="Claims01", text="It is settled.")
    page = open_page()
    frame = site.show(page, CLAIMS + BADGE)
    sign_in_within(frame)
    frame.get_by_role("heading", name="Claims").wait_for()
    wait_until(page, f"{happened('unread')}?.[1].total === 1")
    expect(page.locator("secure-inbox-badge")).to_contain_text("1")
    frame.get_by_role("link", name="Your claim").click()
    frame.get_by_text("It is settled.").wait_for()
    wait_until(page, f"{happened('unread')}[1].total === 0")
    frame.get_by_role("link", name="Reply").click()
    frame.get_by_role("textbox", name="Message", exact=True).fill("Thank you.")
    frame.get_by_role("button", name="Send").click()
    frame.get_by_text("Your message was sent").first.wait_for()
    assert [call["operation"] for call in sandbox.calls()].count("send") == 1
    assert page.url == f"{site.url}/"  # All of it went on in the frame.


def test_who_is_signed_in_at_the_company_is_signed_in_here(site, open_page, sandbox, alice):
    site.enlist_with_hand_off(sign_in="hand_off")
    site.customer = alice
    sandbox.add(ALICE, "Your claim", securebox="Claims01")
    page = open_page()
    frame = site.show(page, CLAIMS, IDENTIFY)
    frame.get_by_role("link", name="Your claim").wait_for()
    wait_until(page, f"{happened('unread')}?.[1].total === 1")
    assert site.tokens == 1


def test_another_customer_finds_nothing_of_the_one_before(site, open_page, sandbox, alice, bob):
    site.enlist_with_hand_off()
    site.customer = alice
    sandbox.add(ALICE, "For Alice alone", securebox="Claims01")
    page = open_page()
    site.show(page, CLAIMS, IDENTIFY).get_by_role("link", name="For Alice alone").wait_for()
    site.customer = bob
    frame = site.show(page, CLAIMS, IDENTIFY)
    frame.get_by_text("Bob", exact=True).wait_for()
    assert "For Alice" not in frame.locator("body").inner_text()
    assert frame.get_by_text("There are no messages here").or_(frame.locator(".empty")).count()


def test_who_signs_out_at_the_company_is_signed_out_here(site, open_page, sandbox, alice):
    site.enlist_with_hand_off()
    site.customer = alice
    page = open_page()
    site.show(page, CLAIMS, IDENTIFY).get_by_role("heading", name="Claims").wait_for()
    site.customer = None
    site.show(page, CLAIMS, IDENTIFY).get_by_role("heading", name="Sign in", exact=True).wait_for()


def test_a_customer_who_is_refused_finds_nothing_of_the_one_before(site, open_page, sandbox, alice, bob):
    site.enlist_with_hand_off()
    site.customer = alice
    sandbox.add(ALICE, "For Alice alone", securebox="Claims01")
    page = open_page()
    site.show(page, CLAIMS, IDENTIFY).get_by_role("link", name="For Alice alone").wait_for()
    Consumer.objects.filter(pk=bob.pk).update(is_active=False)
    site.customer = bob
    site.show(page, CLAIMS, IDENTIFY).get_by_role("heading", name="Sign in", exact=True).wait_for()
    assert page.evaluate(happened("problem"))[1] == {"reason": "refused"}


def test_the_website_signs_out(site, open_page, sandbox, alice):
    site.enlist_with_hand_off()
    site.customer = alice
    page = open_page()
    frame = site.show(page, CLAIMS, IDENTIFY)
    frame.get_by_role("heading", name="Claims").wait_for()
    assert page.evaluate("SecureInbox.signOut()") is True
    frame.get_by_role("heading", name="Sign in", exact=True).wait_for()
    assert page.evaluate(happened("signedout")) and unread(page) is None


def test_the_website_begins_a_message(site, open_page, sandbox, alice):
    site.enlist_with_hand_off()
    site.customer = alice
    page = open_page()
    frame = site.show(page, LAUNCHER, IDENTIFY)
    page.evaluate("SecureInbox.compose({ securebox: 'claims', subject: 'About claim 1234 & more' })")
    expect(frame.get_by_label("Subject")).to_have_value("About claim 1234 & more")
    frame.get_by_role("textbox", name="Message", exact=True).fill("When will it be settled?")
    frame.get_by_role("button", name="Send").click()
    frame.get_by_text("Your message was sent").first.wait_for()


def test_a_suggested_subject_waits_for_whoever_has_to_sign_in_first(site, open_page, sandbox):
    site.enlist()
    page = open_page()
    frame = site.show(page, CLAIMS)
    frame.get_by_role("heading", name="Sign in", exact=True).wait_for()
    page.evaluate("SecureInbox.compose({ securebox: 'claims', subject: 'My bicycle' })")
    sign_in_within(frame)
    expect(frame.get_by_label("Subject")).to_have_value("My bicycle")


def test_the_height_follows_what_is_shown_within_bounds(far_site, open_page, sandbox, alice):
    far_site.enlist_with_hand_off()
    far_site.customer = alice
    for number in range(10):
        sandbox.add(ALICE, f"Letter {number}", securebox="Claims01", text="Line\n" * 200)
    page = open_page(viewport={"width": 390, "height": 800})
    frame = far_site.show(
        page, '<secure-inbox securebox="claims" max-height="1500"></secure-inbox>', IDENTIFY
    )
    frame.get_by_role("link", name="Letter 3").wait_for()
    inside = document_of(page)
    fits = "[innerHeight, Math.ceil(document.body.getBoundingClientRect().height)]"
    list_height, content = inside.evaluate(fits)
    assert list_height == content > 700
    frame.get_by_role("link", name="Letter 3").click()
    frame.get_by_role("heading", name="Letter 3").wait_for()
    wait_until(
        page,
        "document.querySelector('secure-inbox').shadowRoot.querySelector('iframe').offsetHeight === 1500",
    )


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_scrolls_sideways_and_everybody_can_use_it(far_site, open_page, sandbox, alice, width):
    far_site.enlist_with_hand_off()
    far_site.customer = alice
    sandbox.add(ALICE, "Your claim " + "w" * 60, securebox="Claims01")
    page = open_page(
        viewport={"width": width, "height": 700}, color_scheme="dark" if width == 320 else "light"
    )
    frame = far_site.show(page, CLAIMS + LAUNCHER, IDENTIFY)
    frame.get_by_role("link", name="Your claim").wait_for()
    inside = document_of(page)
    assert inside.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_on_a_phone_the_panel_is_the_whole_screen(far_site, open_page, sandbox, alice):
    far_site.enlist_with_hand_off()
    far_site.customer = alice
    page = open_page(viewport={"width": 390, "height": 800})
    frame = far_site.show(page, LAUNCHER, IDENTIFY)
    launcher = page.get_by_role("button", name=re.compile("^Messages"))
    launcher.click()
    heading = frame.get_by_role("heading", name="Your mailboxes")
    expect(heading).to_be_focused()
    box = page.locator("secure-inbox-launcher dialog").bounding_box()
    assert (box["width"], box["height"]) == (390, 800)
    page.keyboard.press("Escape")
    expect(launcher).to_be_focused()
    assert page.evaluate(happened("close"))


def test_escape_puts_an_open_menu_away_before_the_panel(far_site, open_page, sandbox, alice):
    far_site.enlist_with_hand_off()
    far_site.customer = alice
    page = open_page()
    frame = far_site.show(page, LAUNCHER, IDENTIFY)
    page.get_by_role("button", name=re.compile("^Messages")).click()
    frame.locator("summary", has_text="Alice").click()
    frame.get_by_role("link", name="Drafts and messages").wait_for()
    page.keyboard.press("Escape")
    expect(frame.locator("summary", has_text="Alice")).to_be_focused()
    assert page.locator("secure-inbox-launcher dialog").is_visible()
    page.keyboard.press("Escape")
    expect(page.locator("secure-inbox-launcher dialog")).to_be_hidden()


def test_the_frame_moves_the_page_around_it_only_to_begin_at_the_top(far_site, open_page, sandbox, alice):
    far_site.enlist_with_hand_off()
    far_site.customer = alice
    far_site.answers["/site.css"] = ("text/css", "h1 { margin-block-end: 1800px }")
    for number in range(10):
        sandbox.add(ALICE, f"Letter {number}", securebox="Claims01", text="Line\n" * 100)
    page = open_page(viewport={"width": 390, "height": 600})
    frame = far_site.show(page, CLAIMS, IDENTIFY)
    frame.get_by_role("link", name="Letter 0").wait_for()
    assert page.evaluate("scrollY") == 0
    frame.get_by_role("link", name="Letter 0").click()
    frame.get_by_role("heading", name="Letter 0").wait_for()
    wait_until(page, "Math.abs(document.querySelector('secure-inbox').getBoundingClientRect().top) < 2")


def test_a_website_that_is_not_listed_is_told_in_words(site, open_page, sandbox):
    page = open_page()
    frame = site.show(page, CLAIMS)
    frame.get_by_role("heading", name="This page is not shown inside other pages").wait_for()
    with page.expect_popup() as opened:
        frame.get_by_role("link", name="Open in a new window").click()
    expect(opened.value.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/accounts/", "/admin/", "/inbox/claims/"])
def test_a_page_outside_frames_says_so_in_any_frame(site, open_page, portal, path):
    site.enlist()
    page = open_page()
    page.goto(site.write(f'<iframe src="{portal}{path}"></iframe>'))
    page.frame_locator("iframe").get_by_text("This page is not shown inside other pages").wait_for()


def test_a_page_that_gives_another_origin_out_for_its_own_shows_nothing(site, browser, portal):
    site.enlist()
    listed = f"{portal}/embed/in/{site.url.replace('://', ':')}/accounts/login/"
    with SiteWithPortal(portal) as liar, browser.new_context() as context:
        page = context.new_page()
        page.goto(liar.write(f'<iframe src="{listed}"></iframe>'))
        inside = page.frame_locator("iframe")
        inside.get_by_text("This page is not shown inside other pages").wait_for()
        with page.expect_console_message(
            lambda message: "frame-ancestors" in message.text
        ):  # The browser's own.
            page.goto(liar.write(f'<iframe src="{listed}" referrerpolicy="no-referrer"></iframe>'))
        assert "Sign in" not in page.frames[1].content()


@pytest.mark.parametrize("opener", ["unsafe-none", "same-origin"])
def test_going_on_in_a_window_of_its_own_with_the_draft(far_site, open_page, sandbox, alice, opener):
    """Also where the website parts with every window that its pages open."""
    far_site.headers["Cross-Origin-Opener-Policy"] = opener
    far_site.enlist_with_hand_off()
    far_site.customer = alice
    page = open_page()
    frame = far_site.show(page, CLAIMS, IDENTIFY)
    frame.get_by_role("link", name="New message").click()
    frame.get_by_label("Subject").fill("My bicycle")
    frame.get_by_role("textbox", name="Message", exact=True).fill("It was stolen at the")
    frame.locator("summary", has_text="Alice").click()
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="Open in a new window").click()
    window = opened.value
    window.get_by_role("heading", name="Continue as alice@example.com?").wait_for()
    window.get_by_role("button", name="Continue").click()
    expect(window.get_by_role("textbox", name="Message", exact=True)).to_have_value("It was stolen at the")
    assert "/embed/" not in window.url


@pytest.fixture
def refused_cookies(monkeypatch) -> None:
    """As with browsers that keep none for frames of another site, partitioned or not: none comes back."""
    monkeypatch.setattr(cookies, "give_out", lambda response, _frame: response.cookies.clear())


def test_refused_cookies_are_said_and_a_window_goes_on(refused_cookies, far_site, open_page, sandbox, alice):
    far_site.enlist_with_hand_off()
    far_site.customer = alice
    page = open_page()
    frame = far_site.show(page, CLAIMS, IDENTIFY)
    frame.get_by_text("Your browser does not let you stay signed in inside this page").wait_for()
    wait_until(page, f"{happened('problem')}?.[1].reason === 'cookies'")
    with page.expect_popup() as opened:
        frame.get_by_role("alert").get_by_role("link", name="Open in a new window").click()
    window = opened.value
    window.get_by_role("button", name="Continue").click()
    window.get_by_role("heading", name="Claims").wait_for()


def test_refused_cookies_are_said_without_scripts_as_well(
    refused_cookies, far_site, open_page, portal, sandbox
):
    far_site.enlist()
    key = far_site.url.replace("://", ":")
    page = open_page(java_script_enabled=False)
    page.goto(far_site.write(f'<iframe src="{portal}/embed/in/{key}/"></iframe>'))
    inside = page.frame_locator("iframe")
    sign_in_within(inside)
    inside.get_by_text("Your browser does not let you stay signed in inside this page").wait_for()


def test_a_session_that_ends_meanwhile_begins_again_by_hand_off(far_site, open_page, sandbox, alice):
    far_site.enlist_with_hand_off()
    far_site.customer = alice
    page = open_page()
    frame = far_site.show(page, CLAIMS, IDENTIFY)
    frame.get_by_role("heading", name="Claims").wait_for()
    page.context.clear_cookies()
    frame = far_site.show(page, CLAIMS, IDENTIFY, path="/other/")
    frame.get_by_role("heading", name="Claims").wait_for()


STRANGER = """
for (let number = 0; number < parent.length; number += 1) {
  const target = parent[number];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => { document.title = "answered"; };
  port1.postMessage({ type: "signOut" });
  port1.postMessage({ type: "token", token: null });
  target.postMessage({ secureInbox: 1, port: true }, "*", [port2]);
}
parent.postMessage({ secureInbox: 1, hello: true }, "*");
document.title = "sent";
"""


def test_messages_from_strangers_are_not_heard(far_site, open_page, sandbox, alice, portal):
    far_site.enlist_with_hand_off()
    far_site.customer = alice
    page = open_page()
    with SiteWithPortal(portal) as stranger:
        far_site.headers["Content-Security-Policy"] = f"frame-src {portal} {stranger.url}"
        stranger.answers["/"] = (
            "text/html",
            "<!doctype html><title>Stranger</title><script src='/x.js' defer></script>",
        )
        del stranger.headers["Content-Security-Policy"]
        stranger.answers["/x.js"] = ("text/javascript", STRANGER)
        far_site.show(page, CLAIMS, IDENTIFY).get_by_role("heading", name="Claims").wait_for()
        page.evaluate(
            "url => document.body.append(Object.assign(document.createElement('iframe'), { src: url }))",
            stranger.url,
        )
        (theirs,) = [frame for frame in page.frames if frame.url.startswith(stranger.url)] or [
            page.frames[-1]
        ]
        theirs.wait_for_function("document.title === 'sent'")
        page.wait_for_timeout(300)
        assert theirs.title() == "sent"
    assert document_of(page).locator("h1").inner_text() == "Claims"
    assert Consumer.objects.get(email=ALICE).usersession_set.count() == 1


def test_links_in_a_mail_open_in_tabs_of_their_own(far_site, open_page, sandbox, alice):
    far_site.enlist_with_hand_off()
    far_site.customer = alice
    link = '<p><a href="https://www.company.example/form">The form</a></p>'
    sandbox.add(ALICE, "A form", securebox="Claims01", text="", html=link)
    page = open_page()
    frame = far_site.show(page, CLAIMS, IDENTIFY)
    frame.get_by_role("link", name="A form").click()
    frame.get_by_role("link", name="Show with its formatting").click()
    letter = frame.frame_locator("iframe.letter-frame")
    assert letter.get_by_role("link", name="The form").get_attribute("target") == "_blank"


def test_with_two_frames_both_are_told_what_is_read(far_site, open_page, sandbox, alice):
    far_site.enlist_with_hand_off()
    far_site.customer = alice
    sandbox.add(ALICE, "Your claim", securebox="Claims01")
    page = open_page()
    far_site.show(page, CLAIMS + ELEMENTS, IDENTIFY)
    second = page.frame_locator("secure-inbox >> nth=1 >> iframe")
    second.get_by_text("1 unread").first.wait_for()
    frame_of(page).get_by_role("link", name="Your claim").click()
    expect(second.get_by_text("1 unread").first).to_be_hidden()
