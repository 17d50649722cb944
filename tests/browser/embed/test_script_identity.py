"""Until the script knows which customer is at the page, it shows nothing: it might be another customer's mail."""

import pytest
from playwright.sync_api import expect

from tests.browser.embed.fake_portal import BADGE, ELEMENTS, LAUNCHER, LOG, ROLE

CALL = "(window.SecureInbox ||= []).push"
IDENTIFY = f'{CALL}(["identify", () => "a token"]);'
CLAIMS = '<secure-inbox securebox="claims"></secure-inbox>'
SORRY = "We can’t show your messages here right now."
SIGNED_OUT = {"total": None, "secureboxes": {}, "as_of": None, "stale": False, "more": []}
NO_TOKENS = ["() => { throw 1 }", "() => Promise.reject(1)", "() => ({})", "() => {}"]
# A callback that answers when the test says so: `answers[0]("a token")` answers the first call.
LATER = "const answers = []; const later = () => new Promise((resolve) => answers.push(resolve));"


def frames(site):
    return site.page.locator("main iframe").count()


def expect_message(site, reason):
    """The message about the portal is shown in place of its pages, and the problem was reported once."""
    expect(site.page.get_by_text(SORRY)).to_be_visible()
    assert frames(site) == 0
    assert [detail for kind, detail in site.events() if kind == "problem"] == [{"reason": reason}]


@pytest.mark.proof
def test_the_connector_is_told_of_the_callback(visit):
    site = visit(BADGE, before=IDENTIFY)
    assert site.hears("role") == [ROLE | {"identifies": True}]


@pytest.mark.proof
def test_a_callback_registered_later_is_announced_and_called(visit):
    site = visit(BADGE)
    assert site.hears("role") == [ROLE]
    site.page.evaluate(f'{CALL}(["identify", async () => "a later token"])')
    site.hears("identifies")
    site.say(type="identify")
    assert site.hears("token")[0]["token"] == "a later token"


@pytest.mark.proof
def test_a_callback_may_return_null_for_a_signed_out_customer(visit):
    site = visit(before=f'{CALL}(["identify", () => null]);')
    site.say(type="identify")
    assert site.hears("token")[0]["token"] is None


@pytest.mark.proof
def test_without_a_callback_no_identity_is_sent(visit):
    site = visit(ELEMENTS)
    site.say(type="identify")
    site.sign_in()
    site.document()
    assert site.document(connector=True).evaluate("heard") == [ROLE]


@pytest.mark.proof
def test_a_document_that_opens_a_window_gets_a_token(visit):
    site = visit(ELEMENTS, before=IDENTIFY)
    site.say(type="identify")
    site.hand_over()
    site.document().evaluate("say", {"type": "identify"})
    assert site.hears("token", connector=False)[0]["token"] == "a token"


def test_nothing_is_shown_before_the_customer_is_known(visit, fake_portal):
    site = visit(ELEMENTS, before=IDENTIFY)
    site.say(type="identify")
    site.hears("token")
    assert frames(site) == 0
    site.hand_over(changed=True)
    assert site.document().url.startswith(fake_portal.url)


def test_the_first_identify_removes_what_is_shown(visit):
    site = visit(ELEMENTS + BADGE, before=LOG)
    site.sign_in()
    site.count(3, claims=3)
    site.document()
    assert (
        site.page.evaluate(
            f"{IDENTIFY} document.querySelector('secure-inbox').shadowRoot.querySelector('iframe')"
        )
        is None
    )
    expect(site.page.locator("secure-inbox-badge [part=badge]")).to_be_hidden()
    site.count(3, claims=3)  # Sent before the connector knew of the callback.
    site.say(type="identify")
    site.hand_over()
    site.document()
    assert [detail["total"] for kind, detail in site.events() if kind == "unread"] == [3, None]


def test_a_page_restored_from_the_back_forward_cache_identifies_again(visit):
    site = visit(ELEMENTS, before=IDENTIFY)
    site.say(type="identify")
    site.hand_over()
    site.document()
    site.page.evaluate("void dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert frames(site) == 0
    site.hears("identifies")


def test_a_slow_callback_shows_a_message_and_then_the_pages(visit):
    site = visit(CLAIMS, before=f'{LOG}{LATER}{CALL}(["identify", later]);')
    site.say(type="identify")
    site.wait_for("answers.length")
    site.page.clock.fast_forward(5_001)
    expect_message(site, "slow")
    site.page.evaluate("answers[0]('a token')")
    site.hand_over()
    expect(site.document().get_by_role("heading")).to_be_visible()


@pytest.mark.parametrize("callback", NO_TOKENS)
@pytest.mark.proof
def test_a_failing_callback_shows_a_message_and_no_count(visit, callback):
    site = visit(ELEMENTS + BADGE, before=LOG)
    site.sign_in()
    site.count(3, claims=3)
    site.wait_for("SecureInbox.getUnread()")
    site.page.evaluate(f'{CALL}(["identify", {callback}])')
    site.say(type="identify")
    expect_message(site, "identify")
    assert site.page.evaluate("SecureInbox.getUnread()") is None
    assert site.document(connector=True).evaluate("heard.some(({ type }) => type === 'token')") is False


@pytest.mark.proof
def test_a_token_that_the_portal_could_not_process_shows_a_message_and_no_count(visit):
    site = visit(ELEMENTS, before=LOG + IDENTIFY)
    site.say(type="identify")
    site.hears("token")
    site.say(type="problem", reason="refused")
    site.hand_over(known=False)
    site.count(3, claims=3)
    expect_message(site, "refused")
    assert site.page.evaluate("SecureInbox.getUnread()") is None


@pytest.mark.proof
def test_trying_again_calls_the_callback_again(visit):
    site = visit(CLAIMS, before=f'{LATER}{CALL}(["identify", later]);')
    site.say(type="identify")
    site.wait_for("answers.length")
    site.page.clock.fast_forward(5_001)
    site.page.get_by_role("button", name="Try again").click()
    site.hears("identifies")
    assert frames(site) == 0
    site.say(type="identify")
    site.wait_for("answers.length === 2")
    site.page.evaluate("answers[1]('another token')")
    site.hand_over()
    expect(site.document().get_by_role("heading")).to_be_focused()


@pytest.mark.proof
def test_the_answer_of_an_earlier_identify_is_ignored(visit):
    site = visit(ELEMENTS, before=f'{LATER}{CALL}(["identify", later]);')
    site.say(type="identify")
    site.wait_for("answers.length")
    # The same callback again, because another customer has signed in on the website.
    site.page.evaluate(f'{CALL}(["identify", later])')
    site.hears("identifies")
    site.page.evaluate("answers[0]('the former one')")
    site.say(type="identify")
    site.wait_for("answers.length === 2")
    site.page.evaluate("answers[1]('the present one')")
    assert [said["token"] for said in site.hears("token")] == ["the present one"]


@pytest.mark.proof
def test_waiting_for_counts_waits_for_the_last_identify(visit):
    site = visit(before=f"{LOG}{IDENTIFY}")
    site.page.evaluate("void SecureInbox.getUnread().then((news) => log.push(news.total))")
    site.page.evaluate(IDENTIFY)
    site.say(type="identify")
    site.hand_over()
    site.count(2, claims=2)
    site.wait_for("log.includes(2)")


def test_unconfirmed_signing_out_shows_a_message_and_can_be_tried_again(visit):
    site = visit(ELEMENTS, before=LOG)
    site.sign_in()
    site.document()
    site.page.evaluate("void SecureInbox.signOut()")
    site.hears("signOut")
    site.page.clock.fast_forward(5_001)
    expect_message(site, "slow")
    site.page.get_by_role("button", name="Try again").click()
    site.hears("signOut", times=2)
    assert frames(site) == 0
    site.say(type="session", signedIn=False)
    site.document()


def test_the_outcome_of_an_earlier_token_is_ignored(visit):
    site = visit(ELEMENTS, before=IDENTIFY)
    site.say(type="identify")
    site.hears("token")
    site.page.evaluate(IDENTIFY)
    site.hand_over(changed=True)
    site.say(type="identify")
    site.hears("token", times=2)
    assert frames(site) == 0
    site.hand_over(times=2)
    site.document()


@pytest.mark.proof
def test_a_page_requested_during_the_hand_off_is_shown_after_it(visit):
    site = visit(LAUNCHER, before=IDENTIFY)
    site.page.evaluate("SecureInbox.compose({ securebox: 'claims' })")
    site.say(type="identify")
    site.hand_over(changed=True)
    assert site.document().url.endswith("/inbox/claims/compose/")


@pytest.mark.proof
def test_a_requested_page_is_kept_until_it_was_shown_to_a_signed_in_user(visit):
    site = visit(LAUNCHER)
    site.page.evaluate("SecureInbox.compose({ securebox: 'claims' })")
    site.document().evaluate("say", {"type": "session", "signedIn": False})
    site.page.evaluate(IDENTIFY)
    for changed, path in [(True, "/inbox/claims/compose/"), (False, "/")]:
        site.say(type="identify")
        site.hand_over(changed=changed, times=1 + (not changed))
        assert site.document().url.endswith(path)
        site.document().evaluate("say", {"type": "session", "signedIn": True})
        site.page.evaluate(IDENTIFY)


@pytest.mark.parametrize(("changed", "loads"), [(True, 2), (False, 1)])
def test_another_customer_makes_everything_reload(visit, fake_portal, changed, loads):
    site = visit(CLAIMS)
    site.document().evaluate("say", {"type": "session", "signedIn": True})
    site.say(type="handedOff", signedIn=True, changed=changed)
    site.count(1, claims=1)
    site.wait_for("SecureInbox.getUnread()")
    site.document()
    assert len([path for path in fake_portal.requested_paths if path.endswith("/claims/")]) == loads
