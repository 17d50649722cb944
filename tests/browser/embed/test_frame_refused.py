"""Frames that are refused, browsers that refuse a frame's cookies, and messages from other websites."""

import pytest
from playwright.sync_api import expect

from portal.accounts.models import Consumer
from portal.embed import cookies
from tests.browser.accessibility import axe_violations
from tests.browser.embed.embedding_site import (
    IDENTIFY,
    EmbeddingSite,
    frame_document,
    last_event,
    sign_in_within,
    wait_until,
)

ALICE = "alice@example.com"
CLAIMS = '<secure-inbox securebox="claims"></secure-inbox>'


def test_an_unlisted_website_shows_the_refusal_page(site, open_page, sandbox):
    page = open_page()
    frame = site.show(page, CLAIMS)
    frame.get_by_role("heading", name="This page can’t be shown inside another page").wait_for()
    with page.expect_popup() as opened:
        frame.get_by_role("link", name="Open in a new window").click()
    expect(opened.value.get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


@pytest.mark.proof
def test_ordinary_paths_in_a_frame_show_the_refusal_page(site, open_page, portal):
    site.list_in_portal()
    paths = ("/", "/accounts/login/", "/accounts/", "/admin/", "/inbox/claims/")
    page = open_page()
    page.goto(site.write("".join(f'<iframe src="{portal}{path}"></iframe>' for path in paths)))
    for path in paths:
        inside = page.frame_locator(f'iframe[src$="{portal}{path}"]')
        inside.get_by_text("This page can’t be shown inside another page").wait_for()


def test_a_page_that_uses_another_websites_path_shows_nothing(site, browser, portal):
    site.list_in_portal()
    listed = f"{portal}/embed/in/{site.url.replace('://', ':')}/accounts/login/"
    with EmbeddingSite(portal) as impostor, browser.new_context() as context:
        page = context.new_page()
        page.goto(impostor.write(f'<iframe src="{listed}"></iframe>'))
        inside = page.frame_locator("iframe")
        inside.get_by_text("This page can’t be shown inside another page").wait_for()
        with page.expect_console_message(
            lambda message: "frame-ancestors" in message.text
        ):  # Logged by the browser.
            page.goto(impostor.write(f'<iframe src="{listed}" referrerpolicy="no-referrer"></iframe>'))
        assert "Sign in" not in page.frames[1].content()


@pytest.mark.parametrize("opener", ["same-origin", pytest.param("unsafe-none", marks=pytest.mark.proof)])
def test_a_draft_can_be_continued_in_a_window_of_its_own(cross_site, open_page, sandbox, alice, opener):
    """Also with a Cross-Origin-Opener-Policy that separates the website from the windows that it opens."""
    cross_site.headers["Cross-Origin-Opener-Policy"] = opener
    cross_site.list_with_hand_off()
    cross_site.customer = alice
    page = open_page()
    frame = cross_site.show(page, CLAIMS, IDENTIFY)
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


@pytest.mark.proof
def test_if_the_browser_blocks_the_window_a_second_click_opens_it(cross_site, open_page, sandbox, alice):
    """Safari for example blocks a window that opens a moment after the click."""
    cross_site.list_with_hand_off()
    cross_site.customer = alice
    page = open_page()
    page.add_init_script("if (window !== top) window.open = () => null;")
    frame = cross_site.show(page, CLAIMS, IDENTIFY)
    frame.locator("summary", has_text="Alice").click()
    link = frame.get_by_role("link", name="Open in a new window")
    link.dblclick()
    expect(frame.get_by_role("status").filter(has_text="press again")).to_have_count(1)
    with page.context.expect_page() as opened:
        link.click()
    opened.value.get_by_role("heading", name="Continue as alice@example.com?").wait_for()


@pytest.fixture
def refused_cookies(monkeypatch) -> None:
    """As in browsers that refuse every cookie of a frame on another site, so that the portal never gets one back."""
    monkeypatch.setattr(cookies, "scope", lambda response, _frame: response.cookies.clear())


def test_refused_cookies_are_explained_and_a_window_works(
    refused_cookies, cross_site, open_page, sandbox, alice
):
    cross_site.list_with_hand_off()
    cross_site.customer = alice
    page = open_page()
    frame = cross_site.show(page, CLAIMS, IDENTIFY)
    frame.get_by_text("Your browser blocks the cookie that keeps you signed in inside this page").wait_for()
    wait_until(page, f"{last_event('problem')}?.[1].reason === 'cookies'")
    with page.expect_popup() as opened:
        frame.get_by_role("alert").get_by_role("link", name="Open in a new window").click()
    window = opened.value
    window.get_by_role("button", name="Continue").click()
    window.get_by_role("heading", name="Claims").wait_for()


@pytest.mark.proof
def test_refused_cookies_are_explained_without_scripts(
    refused_cookies, cross_site, open_page, portal, sandbox
):
    cross_site.list_in_portal()
    key = cross_site.url.replace("://", ":")
    page = open_page(java_script_enabled=False)
    page.goto(cross_site.write(f'<iframe src="{portal}/embed/in/{key}/"></iframe>'))
    inside = page.frame_locator("iframe")
    sign_in_within(inside)
    inside.get_by_text("Your browser blocks the cookie that keeps you signed in inside this page").wait_for()


MESSAGES_TO_EVERY_FRAME = """
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


@pytest.mark.proof
def test_messages_from_other_websites_are_ignored(cross_site, open_page, sandbox, alice, portal):
    cross_site.list_with_hand_off()
    cross_site.customer = alice
    page = open_page()
    with EmbeddingSite(portal) as other_site:
        cross_site.headers["Content-Security-Policy"] = f"frame-src {portal} {other_site.url}"
        other_site.answers["/"] = (
            "text/html",
            "<!doctype html><title>Other</title><script src='/x.js' defer></script>",
        )
        del other_site.headers["Content-Security-Policy"]
        other_site.answers["/x.js"] = ("text/javascript", MESSAGES_TO_EVERY_FRAME)
        cross_site.show(page, CLAIMS, IDENTIFY).get_by_role("heading", name="Claims").wait_for()
        page.evaluate(
            "url => document.body.append(Object.assign(document.createElement('iframe'), { src: url }))",
            other_site.url,
        )
        (other_frame,) = [frame for frame in page.frames if frame.url.startswith(other_site.url)] or [
            page.frames[-1]
        ]
        other_frame.wait_for_function("document.title === 'sent'")
        page.wait_for_timeout(300)
        assert other_frame.title() == "sent"
    assert frame_document(page).locator("h1").inner_text() == "Claims"
    assert Consumer.objects.get(email=ALICE).usersession_set.count() == 1


@pytest.mark.proof
def test_axe_finds_nothing_on_the_refusal_page(cross_site, open_page, sandbox):
    page = open_page()
    cross_site.show(page, CLAIMS).get_by_role("heading", name="This page can’t be shown").wait_for()
    assert axe_violations(frame_document(page)) == []


@pytest.mark.proof
def test_axe_finds_nothing_on_the_page_about_refused_cookies(refused_cookies, cross_site, open_page, sandbox):
    cross_site.list_in_portal()
    page = open_page()
    cross_site.show(page, CLAIMS).get_by_text("Your browser blocks the cookie").wait_for()
    assert axe_violations(frame_document(page)) == []
