"""Drafts in a browser: autosave, the end of a session, another device, conflicts between windows."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from inbox.models import OutgoingMessage
from tests.browser.conftest import PASSWORD, sign_in

COMPOSE = "/inbox/claims/compose/"
SAVED = re.compile(r"Saved \d\d:\d\d")


@pytest.fixture
def page(alice, sandbox, open_page) -> Page:
    page = open_page()
    sign_in(page)
    return page


def text_field(page: Page):
    return page.get_by_label("Message", exact=True)


def write(page: Page, words: str, subject: str = "A broken window") -> None:
    page.get_by_label("Subject").fill(subject)
    text_field(page).fill(words)


def expect_saved(page: Page) -> None:
    expect(page.locator("[data-save-state]")).to_have_text(SAVED)


def begin_draft(page: Page, words: str) -> None:
    """Begin a draft and save it, with the page's clock under the control of the test."""
    page.goto(COMPOSE)
    page.clock.install()
    write(page, words)
    pause(page)
    expect_saved(page)


def pause(page: Page, seconds: int = 2) -> None:
    """Let time pass without typing."""
    page.clock.fast_forward(seconds * 1000)


def sign_in_again(page: Page) -> None:
    page.get_by_label("Email address").fill("alice@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_text_is_saved_while_typing_and_survives_a_reload(page):
    page.goto(COMPOSE)
    write(page, "Dear team")
    expect_saved(page)
    page.reload()
    expect(text_field(page)).to_have_value("Dear team")
    expect(page.get_by_label("Subject")).to_have_value("A broken window")
    assert OutgoingMessage.objects.count() == 1


@pytest.mark.proof
def test_text_is_saved_on_leaving_the_field(page):
    page.goto(COMPOSE)
    page.clock.install()
    write(page, "Dear team")
    text_field(page).blur()
    expect_saved(page)


@pytest.mark.proof
def test_a_draft_can_be_continued_on_another_device(page, open_page):
    begin_draft(page, "Begun on the phone")
    laptop = open_page()
    sign_in(laptop)
    laptop.get_by_role("link", name="Drafts and outbox").click()
    laptop.get_by_role("link", name="A broken window").click()
    expect(text_field(laptop)).to_have_value("Begun on the phone")


@pytest.mark.parametrize(
    "press", ["Send", *(pytest.param(press, marks=pytest.mark.proof) for press in ("nothing", "Save draft"))]
)
def test_text_typed_after_the_session_has_ended_is_not_lost(page, sandbox, press):
    begin_draft(page, "Before it ended. ")
    Session.objects.all().delete()
    text_field(page).press_sequentially("And after it.")
    if press == "nothing":
        pause(page)
        expect(page.get_by_text("You’ve been signed out. We saved what you wrote.")).to_be_visible()
        page.get_by_role("link", name="Sign in and continue").click()
    else:
        page.get_by_role("button", name=press).click()
    sign_in_again(page)
    expect(text_field(page)).to_have_value("Before it ended. And after it.")
    expect(page.get_by_text("It hasn’t been sent yet")).to_be_visible()
    assert sandbox.calls("send") == []
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your message was sent.")).to_be_visible()
    assert [mail["text"] for mail in sandbox.messages()] == ["Before it ended. And after it."]


@pytest.mark.proof
def test_text_submitted_without_scripts_after_the_session_has_ended_is_not_lost(alice, sandbox, open_page):
    page = open_page(java_script_enabled=False)
    sign_in(page)
    page.goto(COMPOSE)
    write(page, "Never saved before")
    Session.objects.all().delete()
    page.get_by_role("button", name="Send").click()
    sign_in_again(page)
    expect(text_field(page)).to_have_value("Never saved before")
    page.get_by_role("button", name="Save draft").click()
    expect_saved(page)


def test_text_typed_offline_is_saved_once_there_is_a_connection(page):
    begin_draft(page, "One")
    page.context.set_offline(True)
    text_field(page).fill("One, two")
    pause(page)
    expect(page.locator("[data-save-problem]")).to_have_text("Not saved yet: no connection. Trying again…")
    page.context.set_offline(False)
    pause(page, 4)
    expect_saved(page)
    page.reload()
    expect(text_field(page)).to_have_value("One, two")


@pytest.mark.parametrize(
    "choice", ["Keep this version", pytest.param("Use the other version", marks=pytest.mark.proof)]
)
@pytest.mark.proof
def test_a_conflict_lets_the_second_window_choose(page, choice):
    begin_draft(page, "At first")
    other = page.context.new_page()
    other.goto(page.url)
    text_field(other).fill("In the other window")
    pause(other)
    expect_saved(other)
    text_field(page).fill("In this window")
    pause(page)
    expect(page.get_by_text("This draft was changed in another window.")).to_be_visible()
    assert "In the other window" in page.request.get(other.url).text()
    page.get_by_text(choice).click()
    kept = "In this window" if choice == "Keep this version" else "In the other window"
    expect_saved(page)
    page.reload()
    expect(text_field(page)).to_have_value(kept)


def test_a_window_says_that_its_draft_was_sent_elsewhere(page, sandbox):
    begin_draft(page, "Sent by the other window")
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("button", name="Send").click()
    expect(other.get_by_text("Your message was sent.")).to_be_visible()
    text_field(page).fill("Too late")
    pause(page)
    expect(page.get_by_text("This message was sent or discarded in another window")).to_be_visible()
    page.get_by_role("link", name="See what happened to it").click()
    expect(page.get_by_role("heading", name="Sent")).to_be_visible()
    assert len(sandbox.calls("send")) == 1


@pytest.mark.proof
def test_sending_during_a_save_sends_the_text_on_the_page(page, sandbox):
    page.goto(COMPOSE)
    page.get_by_label("Subject").fill("Quick")
    text_field(page).press_sequentially("Written and sent at once.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your message was sent.")).to_be_visible()
    assert [mail["text"] for mail in sandbox.messages()] == ["Written and sent at once."]
    assert OutgoingMessage.objects.get().state == "sent"


@pytest.mark.proof
def test_a_discarded_draft_is_gone(page):
    begin_draft(page, "Better not")
    page.reload()
    page.locator("summary", has_text="Discard").click()
    page.get_by_role("button", name="Discard this message").click()
    expect(page.get_by_text("No drafts, and nothing waiting to be sent.")).to_be_visible()


@pytest.mark.proof
def test_the_last_text_is_saved_when_the_page_is_left(page):
    """Also while an earlier saving is still under way."""
    held = []
    page.goto(COMPOSE)
    page.route("**/compose/draft/", lambda route: held.append(route))
    with page.expect_request("**/compose/draft/"):
        write(page, "First words")
        text_field(page).blur()
    page.unroute("**/compose/draft/")
    text_field(page).fill("First words, last words")
    page.goto("/outgoing/")
    page.wait_for_timeout(300)
    page.reload()
    page.get_by_role("link", name="A broken window").click()
    expect(text_field(page)).to_have_value("First words, last words")
    assert len(held) == 1


@pytest.mark.proof
def test_typing_below_a_conflict_shows_that_nothing_is_saved(page):
    begin_draft(page, "At first")
    other = page.context.new_page()
    other.goto(page.url)
    text_field(other).fill("In the other window")
    pause(other)
    expect_saved(other)
    page.set_viewport_size({"width": 390, "height": 500})
    text_field(page).fill("In this window")
    pause(page)
    expect(page.locator("[data-save-problem]")).to_have_text("Not saved: changed in another window.")
    expect(page.get_by_text("This draft was changed in another window.")).to_be_in_viewport()


@pytest.mark.proof
def test_enter_in_the_subject_moves_on_to_the_message(page, sandbox):
    page.goto(COMPOSE)
    page.get_by_label("Subject").press("Enter")
    expect(text_field(page)).to_be_focused()
    assert sandbox.calls("send") == []


@pytest.mark.proof
def test_without_scripts_enter_in_the_subject_saves_and_does_not_send(alice, sandbox, open_page):
    page = open_page(java_script_enabled=False)
    sign_in(page)
    page.goto(COMPOSE)
    write(page, "Not finished")
    with page.expect_navigation():
        page.get_by_label("Subject").press("Enter")
    expect_saved(page)
    expect(text_field(page)).to_have_value("Not finished")
    assert sandbox.calls("send") == [] and OutgoingMessage.objects.get().state == "draft"


@pytest.mark.proof
def test_a_draft_can_be_discarded_after_it_was_changed_and_saved(page):
    begin_draft(page, "Better not")
    page.reload()
    text_field(page).fill("Better not at all")
    with page.expect_response("**/compose/draft/"):
        text_field(page).blur()
    expect_saved(page)
    page.locator("summary", has_text="Discard").click()
    page.get_by_role("button", name="Discard this message").click()
    expect(page.get_by_text("No drafts, and nothing waiting to be sent.")).to_be_visible()
