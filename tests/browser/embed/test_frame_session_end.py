"""A session ends while somebody writes in the frame: they are told, and told that their words are kept."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import FrameLocator, expect

from portal.accounts.allauth_compat import totp_code
from tests.accounts.signing_in import add_totp
from tests.browser.embed.embedding_site import IDENTIFY, sign_in_within

CLAIMS = '<secure-inbox securebox="claims"></secure-inbox>'
SAID = "You were signed out, because"
ANOTHER_TAB_HAS_SEEN_IT = "() => new BroadcastChannel('session').postMessage('look')"
KEPT = "What you wrote is kept as a draft."


@pytest.fixture
def frame(site, open_page, sandbox) -> FrameLocator:
    site.enlist()
    frame = site.show(open_page(), CLAIMS)
    sign_in_within(frame)
    frame.get_by_role("heading", name="Claims").wait_for()
    return frame


def write(frame: FrameLocator) -> None:
    frame.get_by_role("link", name="New message").click()
    frame.get_by_label("Subject").fill("Water in the cellar")
    frame.get_by_label("Message", exact=True).fill("It came in overnight.")


def expect_words_after_signing_in(frame: FrameLocator) -> None:
    sign_in_within(frame)
    expect(frame.get_by_label("Message", exact=True)).to_have_value("It came in overnight.")


def test_who_sends_too_late_is_told_and_finds_the_words_again(frame, sandbox):
    write(frame)
    Session.objects.all().delete()
    frame.get_by_role("button", name="Send", exact=True).click()
    expect(frame.get_by_role("status").filter(has_text=SAID)).to_contain_text(KEPT)
    expect_words_after_signing_in(frame)
    expect(frame.get_by_text("it has not been sent")).to_be_visible()
    assert sandbox.calls("send") == []


def test_who_goes_on_typing_is_led_to_a_page_that_says_so(frame):
    write(frame)
    Session.objects.all().delete()
    frame.get_by_label("Message", exact=True).blur()
    frame.get_by_role("link", name="Sign in and go on").click()
    expect(frame.get_by_role("status").filter(has_text=SAID)).to_contain_text(KEPT)
    expect_words_after_signing_in(frame)


def test_who_has_written_nothing_is_told_of_the_end_alone(frame):
    Session.objects.all().delete()
    frame.locator("body").evaluate(ANOTHER_TAB_HAS_SEEN_IT)
    expect(frame.get_by_role("status").filter(has_text=SAID)).not_to_contain_text(KEPT)


def test_who_lets_the_time_run_out_is_told_and_finds_the_words_again(settings, site, open_page, sandbox):
    settings.SESSION_COOKIE_AGE = 9  # The shortest that leaves time to write.
    site.enlist()
    frame = site.show(open_page(), CLAIMS)
    sign_in_within(frame)
    write(frame)
    expect(frame.get_by_role("status").filter(has_text=SAID)).to_contain_text(KEPT)
    expect_words_after_signing_in(frame)


# Between two questions who is signed in at the company lie thirty seconds.
TIME_FLIES = "const now = performance.now.bind(performance); performance.now = () => now() * 1000;"


@pytest.fixture
def handed_over(site, open_page, sandbox, alice) -> FrameLocator:
    site.enlist_with_hand_off()
    site.customer = alice
    page = open_page()
    page.add_init_script(TIME_FLIES)
    return site.show(page, CLAIMS, IDENTIFY)


def lose_the_session(frame: FrameLocator) -> None:
    Session.objects.all().delete()
    frame.get_by_label("Message", exact=True).blur()
    frame.get_by_role("link", name="Sign in and go on").click()
    expect(frame.get_by_role("link", name="Sign in and go on")).to_have_count(0)


def test_who_is_handed_over_again_goes_on_with_the_words(site, handed_over):
    write(handed_over)
    lose_the_session(handed_over)
    expect(handed_over.get_by_label("Message", exact=True)).to_have_value("It came in overnight.")
    assert site.tokens > 1


def test_who_owes_a_second_step_by_then_is_asked_for_it_first(handed_over, alice):
    write(handed_over)
    secret = add_totp(alice)
    lose_the_session(handed_over)
    handed_over.get_by_label("Code from your app").fill(totp_code(secret))
    handed_over.get_by_role("button", name="Sign in", exact=True).click()
    expect(handed_over.get_by_label("Message", exact=True)).to_have_value("It came in overnight.")
