"""The portal inside a company's website, in a real browser: on another site, and on the same one."""

import re

import pytest
from playwright.sync_api import Page, expect

from inbox.models import Securebox
from portal.accounts.models import Consumer
from tests.browser.accessibility import axe_violations
from tests.browser.embed.embedding_site import (
    IDENTIFY,
    frame_document,
    frame_of,
    last_event,
    sign_in_within,
    wait_until,
)
from tests.browser.embed.fake_portal import BADGE, ELEMENTS, LAUNCHER

ALICE = "alice@example.com"
CLAIMS = '<secure-inbox securebox="claims"></secure-inbox>'
SENT = """
const sent = [];
document.addEventListener("secure-inbox:sent", ({ detail }) => sent.push(detail));
"""
SUGGEST = """SecureInbox.compose({
  securebox: "claims",
  subject: "About my policy",
  fields: { PolicyNumber: "AB 123456", Unknown: "7", "text": "Send me everything." },
})"""
PUT_ELSEWHERE = "document.body.append(document.querySelector('secure-inbox'))"


def unread(page: Page) -> int | None:
    event = page.evaluate(last_event("unread"))
    return event and event[1]["total"]


def test_signing_in_reading_and_replying_inside_the_frame(site, open_page, sandbox):
    site.list_in_portal()
    sandbox.add(ALICE, "Your claim", securebox="Claims01", text="It is settled.")
    Securebox.objects.get(slug="claims").extra_fields.create(key="PolicyNumber", label="Policy number")
    page, refused = open_page(), []
    page.on("response", lambda answer: answer.status == 401 and refused.append(answer.url))
    frame = site.show(page, CLAIMS + BADGE, SENT)
    sign_in_within(frame)
    frame.get_by_role("heading", name="Claims").wait_for()
    wait_until(page, f"{last_event('unread')}?.[1].total === 1")
    expect(page.locator("secure-inbox-badge")).to_contain_text("1")
    frame.get_by_role("link", name="Your claim").click()
    frame.get_by_text("It is settled.").wait_for()
    wait_until(page, f"{last_event('unread')}[1].total === 0")
    link = frame.locator("[data-copy-link]").get_attribute("data-copy-link")
    page.evaluate(SUGGEST)
    expect(frame.get_by_label("Subject")).to_have_value("About my policy")
    expect(frame.get_by_label("Policy number")).to_have_value("AB 123456")
    page.evaluate("link => SecureInbox.open({ link })", link)
    frame.get_by_text("It is settled.").wait_for()
    frame.get_by_role("link", name="Reply", exact=True).click()
    frame.get_by_role("textbox", name="Message", exact=True).fill("Thank you.")
    frame.get_by_role("button", name="Send").click()
    frame.get_by_text("Your message was sent").first.wait_for()
    assert [call["operation"] for call in sandbox.calls()].count("send") == 1
    wait_until(page, "sent.length > 0")
    page.evaluate(PUT_ELSEWHERE)  # Its frame is loaded again, with the page that says so.
    frame.get_by_text("Thank you.").first.wait_for()
    assert page.evaluate("sent") == [{"securebox": "claims"}]
    frame.locator("summary", has_text="Alice").click()
    with page.expect_response(re.compile(r"/embed/connect/|/embed/state\.json$")):
        frame.get_by_role("button", name="Sign out").click()
    frame.get_by_role("heading", name="Sign in").wait_for()
    wait_until(page, f"{last_event('unread')}[1].total === null")
    assert refused == [], "Signed out, it asks for no counts."
    assert page.url == f"{site.url}/"  # The website's page itself never navigated.


def test_a_customer_signed_in_at_the_company_is_signed_in_in_the_frame(site, open_page, sandbox, alice):
    site.list_with_hand_off(sign_in="hand_off")
    site.customer = alice
    sandbox.add(ALICE, "Your claim", securebox="Claims01")
    page = open_page()
    frame = site.show(page, CLAIMS, IDENTIFY)
    frame.get_by_role("link", name="Your claim").wait_for()
    wait_until(page, f"{last_event('unread')}?.[1].total === 1")
    assert site.tokens_issued == 1


def test_another_customer_sees_nothing_of_the_previous_one(site, open_page, sandbox, alice, bob):
    site.list_with_hand_off()
    site.customer = alice
    sandbox.add(ALICE, "For Alice alone", securebox="Claims01")
    page = open_page()
    site.show(page, CLAIMS, IDENTIFY).get_by_role("link", name="For Alice alone").wait_for()
    site.customer = bob
    frame = site.show(page, CLAIMS, IDENTIFY)
    frame.get_by_text("Bob", exact=True).wait_for()
    assert "For Alice" not in frame.locator("body").inner_text()
    assert frame.get_by_text("No messages yet.").or_(frame.locator(".empty")).count()


@pytest.mark.proof
def test_a_customer_signed_out_at_the_company_is_signed_out_in_the_frame(site, open_page, sandbox, alice):
    site.list_with_hand_off()
    site.customer = alice
    page = open_page()
    site.show(page, CLAIMS, IDENTIFY).get_by_role("heading", name="Claims").wait_for()
    site.customer = None
    site.show(page, CLAIMS, IDENTIFY).get_by_role("heading", name="Sign in", exact=True).wait_for()


@pytest.mark.proof
def test_a_rejected_customer_sees_nothing_of_the_previous_one(site, open_page, sandbox, alice, bob):
    site.list_with_hand_off()
    site.customer = alice
    sandbox.add(ALICE, "For Alice alone", securebox="Claims01")
    page = open_page()
    site.show(page, CLAIMS, IDENTIFY).get_by_role("link", name="For Alice alone").wait_for()
    Consumer.objects.filter(pk=bob.pk).update(is_active=False)
    site.customer = bob
    site.show(page, CLAIMS, IDENTIFY).get_by_role("heading", name="Sign in", exact=True).wait_for()
    assert page.evaluate(last_event("problem"))[1] == {"reason": "refused"}


def test_the_website_can_sign_out(site, open_page, sandbox, alice):
    site.list_with_hand_off()
    site.customer = alice
    page = open_page()
    frame = site.show(page, CLAIMS, IDENTIFY)
    frame.get_by_role("heading", name="Claims").wait_for()
    assert page.evaluate("SecureInbox.signOut()") is True
    frame.get_by_role("heading", name="Sign in", exact=True).wait_for()
    assert page.evaluate(last_event("signedout")) and unread(page) is None


@pytest.mark.proof
def test_the_website_can_open_a_new_message(site, open_page, sandbox, alice):
    site.list_with_hand_off()
    site.customer = alice
    page = open_page()
    frame = site.show(page, LAUNCHER, IDENTIFY)
    page.evaluate("SecureInbox.compose({ securebox: 'claims', subject: 'About claim 1234 & more' })")
    expect(frame.get_by_label("Subject")).to_have_value("About claim 1234 & more")
    frame.get_by_role("textbox", name="Message", exact=True).fill("When will it be settled?")
    frame.get_by_role("button", name="Send").click()
    frame.get_by_text("Your message was sent").first.wait_for()


@pytest.mark.proof
def test_a_suggested_subject_survives_signing_in(site, open_page, sandbox):
    site.list_in_portal()
    page = open_page()
    frame = site.show(page, CLAIMS)
    frame.get_by_role("heading", name="Sign in", exact=True).wait_for()
    page.evaluate("SecureInbox.compose({ securebox: 'claims', subject: 'My bicycle' })")
    sign_in_within(frame)
    expect(frame.get_by_label("Subject")).to_have_value("My bicycle")


@pytest.mark.proof
def test_the_height_follows_the_content_within_bounds(cross_site, open_page, sandbox, alice):
    cross_site.list_with_hand_off()
    cross_site.customer = alice
    for number in range(10):
        sandbox.add(ALICE, f"Letter {number}", securebox="Claims01", text="Line\n" * 200)
    page = open_page(viewport={"width": 390, "height": 800})
    frame = cross_site.show(
        page, '<secure-inbox securebox="claims" max-height="1500"></secure-inbox>', IDENTIFY
    )
    frame.get_by_role("link", name="Letter 3").wait_for()
    inside = frame_document(page)
    fits = "[innerHeight, Math.ceil(document.body.getBoundingClientRect().height)]"
    list_height, content = inside.evaluate(fits)
    assert list_height == content > 700
    frame.get_by_role("link", name="Letter 3").click()
    frame.get_by_role("heading", name="Letter 3").wait_for()
    wait_until(
        page,
        "document.querySelector('secure-inbox').shadowRoot.querySelector('iframe').offsetHeight === 1500",
    )


@pytest.mark.parametrize("width", [320, pytest.param(1280, marks=pytest.mark.proof)])
def test_nothing_scrolls_sideways_and_axe_finds_nothing(cross_site, open_page, sandbox, alice, width):
    cross_site.list_with_hand_off()
    cross_site.customer = alice
    sandbox.add(ALICE, "Your claim " + "w" * 60, securebox="Claims01")
    page = open_page(
        viewport={"width": width, "height": 700}, color_scheme="dark" if width == 320 else "light"
    )
    frame = cross_site.show(page, CLAIMS + LAUNCHER, IDENTIFY)
    frame.get_by_role("link", name="Your claim").wait_for()
    inside = frame_document(page)
    assert inside.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe_violations(page) == []


@pytest.mark.proof
def test_on_a_phone_the_panel_fills_the_screen(cross_site, open_page, sandbox, alice):
    cross_site.list_with_hand_off()
    cross_site.customer = alice
    page = open_page(viewport={"width": 390, "height": 800})
    frame = cross_site.show(page, LAUNCHER, IDENTIFY)
    launcher = page.get_by_role("button", name=re.compile("^Messages"))
    launcher.click()
    heading = frame.get_by_role("heading", name="Your inbox")
    expect(heading).to_be_focused()
    box = page.locator("secure-inbox-launcher dialog").bounding_box()
    assert (box["width"], box["height"]) == (390, 800)
    page.keyboard.press("Escape")
    expect(launcher).to_be_focused()
    assert page.evaluate(last_event("close"))


@pytest.mark.proof
def test_escape_closes_an_open_menu_before_the_panel(cross_site, open_page, sandbox, alice):
    cross_site.list_with_hand_off()
    cross_site.customer = alice
    page = open_page()
    frame = cross_site.show(page, LAUNCHER, IDENTIFY)
    page.get_by_role("button", name=re.compile("^Messages")).click()
    frame.locator("summary", has_text="Alice").click()
    frame.get_by_role("link", name="Your account").wait_for()
    page.keyboard.press("Escape")
    expect(frame.locator("summary", has_text="Alice")).to_be_focused()
    assert page.locator("secure-inbox-launcher dialog").is_visible()
    page.keyboard.press("Escape")
    expect(page.locator("secure-inbox-launcher dialog")).to_be_hidden()


@pytest.mark.proof
def test_the_frame_scrolls_the_website_only_to_the_top_of_a_new_page(cross_site, open_page, sandbox, alice):
    cross_site.list_with_hand_off()
    cross_site.customer = alice
    cross_site.answers["/site.css"] = ("text/css", "h1 { margin-block-end: 1800px }")
    for number in range(10):
        sandbox.add(ALICE, f"Letter {number}", securebox="Claims01", text="Line\n" * 100)
    page = open_page(viewport={"width": 390, "height": 600})
    frame = cross_site.show(page, CLAIMS, IDENTIFY)
    frame.get_by_role("link", name="Letter 0").wait_for()
    assert page.evaluate("scrollY") == 0
    frame.get_by_role("link", name="Letter 0").click()
    frame.get_by_role("heading", name="Letter 0").wait_for()
    wait_until(page, "Math.abs(document.querySelector('secure-inbox').getBoundingClientRect().top) < 2")


def test_a_session_that_was_lost_begins_again_by_hand_off(cross_site, open_page, sandbox, alice):
    cross_site.list_with_hand_off()
    cross_site.customer = alice
    page = open_page()
    frame = cross_site.show(page, CLAIMS, IDENTIFY)
    frame.get_by_role("heading", name="Claims").wait_for()
    page.context.clear_cookies()
    frame = cross_site.show(page, CLAIMS, IDENTIFY, path="/other/")
    frame.get_by_role("heading", name="Claims").wait_for()


@pytest.mark.proof
def test_links_in_a_message_open_in_new_tabs(cross_site, open_page, sandbox, alice):
    cross_site.list_with_hand_off()
    cross_site.customer = alice
    link = '<p><a href="https://www.company.example/form">The form</a></p>'
    sandbox.add(ALICE, "A form", securebox="Claims01", text="", html=link)
    page = open_page()
    frame = cross_site.show(page, CLAIMS, IDENTIFY)
    frame.get_by_role("link", name="A form").click()
    letter = frame.frame_locator("iframe.message-frame")
    assert letter.get_by_role("link", name="The form").get_attribute("target") == "_blank"


@pytest.mark.proof
def test_a_message_read_in_one_frame_is_counted_in_the_other(cross_site, open_page, sandbox, alice):
    cross_site.list_with_hand_off()
    cross_site.customer = alice
    sandbox.add(ALICE, "Your claim", securebox="Claims01")
    page = open_page()
    cross_site.show(page, CLAIMS + ELEMENTS, IDENTIFY)
    second = page.frame_locator("secure-inbox >> nth=1 >> iframe")
    badge = second.locator("[data-unread]").first
    expect(badge).to_contain_text("Unread: 1")
    frame_of(page).get_by_role("link", name="Your claim").click()
    expect(badge).to_be_hidden()
