"""A session ends while the user writes in the frame: the page says so, and that the draft is kept."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import FrameLocator, expect

from portal.accounts.allauth_compat import totp_code
from tests.accounts.signing_in import add_totp
from tests.browser.embed.embedding_site import IDENTIFY, sign_in_within, wait_until_loaded
from tests.browser.passing_time import let_pass

CLAIMS = '<secure-inbox securebox="claims"></secure-inbox>'
ENDED = "You were signed out because"
CHECK_SESSION_FROM_ANOTHER_TAB = "() => new BroadcastChannel('session').postMessage('look')"
KEPT = "We saved your draft. It hasn’t been sent yet."


@pytest.fixture
def frame(site, open_page, sandbox) -> FrameLocator:
    site.list_in_portal()
    frame = site.show(open_page(), CLAIMS)
    sign_in_within(frame)
    frame.get_by_role("heading", name="Claims").wait_for()
    wait_until_loaded(frame)
    return frame


def write(frame: FrameLocator) -> None:
    frame.get_by_role("link", name="New message").click()
    frame.get_by_label("Subject").wait_for()
    wait_until_loaded(frame)
    frame.get_by_label("Subject").fill("Water in the cellar")
    frame.get_by_label("Message", exact=True).fill("It came in overnight.")


def expect_draft_after_signing_in(frame: FrameLocator) -> None:
    sign_in_within(frame)
    expect(frame.get_by_label("Message", exact=True)).to_have_value("It came in overnight.")


@pytest.mark.proof
def test_sending_after_the_session_ended_keeps_the_draft(frame, sandbox):
    write(frame)
    Session.objects.all().delete()
    frame.get_by_role("button", name="Send", exact=True).click()
    expect(frame.get_by_role("status").filter(has_text=ENDED)).to_contain_text(KEPT)
    expect_draft_after_signing_in(frame)
    expect(frame.get_by_text("It hasn’t been sent yet")).to_be_visible()
    assert sandbox.calls("send") == []


@pytest.mark.proof
def test_typing_after_the_session_ended_leads_to_the_sign_in_page(frame):
    write(frame)
    Session.objects.all().delete()
    frame.get_by_label("Message", exact=True).blur()
    frame.get_by_role("link", name="Sign in and continue").click()
    expect(frame.get_by_role("status").filter(has_text=ENDED)).to_contain_text(KEPT)
    expect_draft_after_signing_in(frame)


@pytest.mark.proof
def test_without_a_draft_only_the_end_of_the_session_is_announced(frame):
    Session.objects.all().delete()
    frame.locator("body").evaluate(CHECK_SESSION_FROM_ANOTHER_TAB)
    expect(frame.get_by_role("status").filter(has_text=ENDED)).not_to_contain_text(KEPT)


def test_a_session_that_expires_while_idle_keeps_the_draft(settings, site, open_page, sandbox):
    settings.SESSION_COOKIE_AGE = 1800
    site.list_in_portal()
    page = open_page()
    page.clock.install()
    frame = site.show(page, CLAIMS)
    sign_in_within(frame)
    write(frame)
    expect(frame.locator("[data-save-state]")).to_contain_text("Saved")
    let_pass(page, 1801)
    expect(frame.get_by_role("status").filter(has_text=ENDED)).to_contain_text(KEPT)
    expect_draft_after_signing_in(frame)


# The script waits thirty seconds before it asks the website again who is signed in.
FAST_CLOCK = "const now = performance.now.bind(performance); performance.now = () => now() * 1000;"


@pytest.fixture
def handed_over(site, open_page, sandbox, alice) -> FrameLocator:
    site.list_with_hand_off()
    site.customer = alice
    page = open_page()
    page.add_init_script(FAST_CLOCK)
    return site.show(page, CLAIMS, IDENTIFY)


def lose_the_session(frame: FrameLocator) -> None:
    Session.objects.all().delete()
    frame.get_by_label("Message", exact=True).blur()
    frame.get_by_role("link", name="Sign in and continue").click()
    expect(frame.get_by_role("link", name="Sign in and continue")).to_have_count(0)


@pytest.mark.proof
def test_after_another_hand_off_the_draft_is_open_again(site, handed_over):
    write(handed_over)
    lose_the_session(handed_over)
    expect(handed_over.get_by_label("Message", exact=True)).to_have_value("It came in overnight.")
    assert site.tokens_issued > 1


@pytest.mark.proof
def test_after_another_hand_off_a_second_step_is_asked_for_first(handed_over, alice):
    write(handed_over)
    secret = add_totp(alice)
    lose_the_session(handed_over)
    handed_over.get_by_label("Code from your app").fill(totp_code(secret))
    handed_over.get_by_role("button", name="Sign in", exact=True).click()
    expect(handed_over.get_by_label("Message", exact=True)).to_have_value("It came in overnight.")
