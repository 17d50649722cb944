"""What a frame does not do: be shown to whoever may not, stay where cookies are refused, or answer strangers."""

import pytest
from playwright.sync_api import expect

from portal.accounts.models import Consumer
from portal.embed import cookies
from tests.browser.embed.embedding_site import (
    IDENTIFY,
    SiteWithPortal,
    document_of,
    happened,
    sign_in_within,
    wait_until,
)
from tests.browser.test_pages import findings

ALICE = "alice@example.com"
CLAIMS = '<secure-inbox securebox="claims"></secure-inbox>'


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


def test_where_a_window_is_held_back_the_link_leads_there_when_pressed_again(
    far_site, open_page, sandbox, alice
):
    """As Safari holds back what opens a moment after the click."""
    far_site.enlist_with_hand_off()
    far_site.customer = alice
    page = open_page()
    page.add_init_script("if (window !== top) window.open = () => null;")
    frame = far_site.show(page, CLAIMS, IDENTIFY)
    frame.locator("summary", has_text="Alice").click()
    link = frame.get_by_role("link", name="Open in a new window")
    link.dblclick()
    expect(frame.get_by_role("status").filter(has_text="press once more")).to_have_count(1)
    with page.context.expect_page() as opened:
        link.click()
    opened.value.get_by_role("heading", name="Continue as alice@example.com?").wait_for()


@pytest.fixture
def refused_cookies(monkeypatch) -> None:
    """As with browsers that keep none for frames of another site, partitioned or not: none comes back."""
    monkeypatch.setattr(cookies, "scope", lambda response, _frame: response.cookies.clear())


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


def test_everybody_can_use_the_refusal(far_site, open_page, sandbox):
    page = open_page()
    far_site.show(page, CLAIMS).get_by_role("heading", name="This page is not shown").wait_for()
    assert findings(document_of(page)) == []


def test_everybody_can_use_what_is_said_of_refused_cookies(refused_cookies, far_site, open_page, sandbox):
    far_site.enlist()
    page = open_page()
    far_site.show(page, CLAIMS).get_by_text("Your browser does not let you stay signed in").wait_for()
    assert findings(document_of(page)) == []
