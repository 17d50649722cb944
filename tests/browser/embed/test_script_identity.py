"""Who is looking: until that is known, the script shows nothing, for it might be somebody else's."""

import pytest
from playwright.sync_api import expect

from tests.browser.embed.fake_portal import BADGE, ELEMENTS, LAUNCHER, LOG, ROLE

CALL = "(window.SecureInbox ||= []).push"
IDENTIFY = f'{CALL}(["identify", () => "a token"]);'
CLAIMS = '<secure-inbox securebox="claims"></secure-inbox>'
SORRY = "Your messages cannot be shown here right now."
NOBODYS = {"total": None, "secureboxes": {}, "as_of": None, "stale": False, "more": []}
NO_TOKENS = ["() => { throw 1 }", "() => Promise.reject(1)", "() => ({})", "() => {}"]
# What a callback gives when the test says so, one after the other: `answers[0]("a token")`.
LATER = "const answers = []; const later = () => new Promise((resolve) => answers.push(resolve));"


def frames(site):
    return site.page.locator("main iframe").count()


def expect_words(site, reason):
    """In place of any page of the portal."""
    expect(site.page.get_by_text(SORRY)).to_be_visible()
    assert frames(site) == 0
    assert [detail for kind, detail in site.events() if kind == "problem"] == [{"reason": reason}]


def test_the_connector_is_told_that_a_callback_is_there(visit):
    site = visit(BADGE, before=IDENTIFY)
    assert site.hears("role") == [ROLE | {"identifies": True}]


def test_a_callback_that_comes_later_is_announced_and_asked(visit):
    site = visit(BADGE)
    assert site.hears("role") == [ROLE]
    site.page.evaluate(f'{CALL}(["identify", async () => "a later token"])')
    site.hears("identifies")
    site.say(type="identify")
    assert site.hears("token")[0]["token"] == "a later token"


def test_nobody_signed_in_at_the_company_is_an_answer(visit):
    site = visit(before=f'{CALL}(["identify", () => null]);')
    site.say(type="identify")
    assert site.hears("token")[0]["token"] is None


def test_a_website_without_a_callback_says_nothing_of_who_is_signed_in(visit):
    site = visit(ELEMENTS)
    site.say(type="identify")
    site.sign_in()
    site.document()
    assert site.document(connector=True).evaluate("heard") == [ROLE]


def test_a_document_that_opens_a_window_is_given_a_token_too(visit):
    site = visit(ELEMENTS, before=IDENTIFY)
    site.say(type="identify")
    site.hand_over()
    site.document().evaluate("say", {"type": "identify"})
    assert site.hears("token", connector=False)[0]["token"] == "a token"


def test_nothing_is_shown_before_it_is_known_for_whom(visit, stand_in):
    site = visit(ELEMENTS, before=IDENTIFY)
    site.say(type="identify")
    site.hears("token")
    assert frames(site) == 0
    site.hand_over(changed=True)
    assert site.document().url.startswith(stand_in.url)


def test_what_is_shown_is_taken_away_when_the_website_begins_to_say_who_looks(visit):
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
    site.count(3, claims=3)  # Counted before the connector heard of it.
    site.say(type="identify")
    site.hand_over()
    site.document()
    assert [detail["total"] for kind, detail in site.events() if kind == "unread"] == [3, None]


def test_a_page_that_comes_back_as_it_was_asks_again_who_is_looking(visit):
    site = visit(ELEMENTS, before=IDENTIFY)
    site.say(type="identify")
    site.hand_over()
    site.document()
    site.page.evaluate("void dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    assert frames(site) == 0
    site.hears("identifies")


def test_the_wait_for_an_answer_ends_in_words_and_the_answer_in_pages(visit):
    site = visit(CLAIMS, before=f'{LOG}{LATER}{CALL}(["identify", later]);')
    site.say(type="identify")
    site.wait_for("answers.length")
    site.page.clock.fast_forward(5_001)
    expect_words(site, "unavailable")
    site.page.evaluate("answers[0]('a token')")
    site.hand_over()
    expect(site.document().get_by_role("heading")).to_be_visible()


@pytest.mark.parametrize("callback", NO_TOKENS)
def test_a_callback_that_fails_leaves_words_and_no_number(visit, callback):
    site = visit(ELEMENTS + BADGE, before=LOG)
    site.sign_in()
    site.count(3, claims=3)
    site.wait_for("SecureInbox.getUnread()")
    site.page.evaluate(f'{CALL}(["identify", {callback}])')
    site.say(type="identify")
    expect_words(site, "identify")
    assert site.page.evaluate("SecureInbox.getUnread()") is None
    assert site.document(connector=True).evaluate("heard.some(({ type }) => type === 'token')") is False


def test_a_token_that_the_portal_could_not_take_leaves_words_and_no_number(visit):
    site = visit(ELEMENTS, before=LOG + IDENTIFY)
    site.say(type="identify")
    site.hears("token")
    site.say(type="problem", reason="refused")
    site.hand_over(known=False)
    site.count(3, claims=3)
    expect_words(site, "refused")
    assert site.page.evaluate("SecureInbox.getUnread()") is None


def test_who_tries_again_is_asked_for_again(visit):
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


def test_an_answer_of_before_does_not_count_for_whoever_came_since(visit):
    site = visit(ELEMENTS, before=f'{LATER}{CALL}(["identify", later]);')
    site.say(type="identify")
    site.wait_for("answers.length")
    site.page.evaluate(f'{CALL}(["identify", later])')  # The same callback, for somebody else has signed in.
    site.hears("identifies")
    site.page.evaluate("answers[0]('the former one')")
    site.say(type="identify")
    site.wait_for("answers.length === 2")
    site.page.evaluate("answers[1]('the present one')")
    assert [said["token"] for said in site.hears("token")] == ["the present one"]


def test_who_waits_for_the_numbers_waits_for_the_last_answer(visit):
    site = visit(before=f"{LOG}{IDENTIFY}")
    site.page.evaluate("void SecureInbox.getUnread().then((news) => log.push(news.total))")
    site.page.evaluate(IDENTIFY)
    site.say(type="identify")
    site.hand_over()
    site.count(2, claims=2)
    site.wait_for("log.includes(2)")


def test_signing_out_that_is_not_confirmed_is_tried_again_and_shows_nothing_of_it(visit):
    site = visit(ELEMENTS, before=LOG)
    site.sign_in()
    site.document()
    site.page.evaluate("void SecureInbox.signOut()")
    site.hears("signOut")
    site.page.clock.fast_forward(5_001)
    expect_words(site, "unavailable")
    site.page.get_by_role("button", name="Try again").click()
    site.hears("signOut", times=2)
    assert frames(site) == 0
    site.say(type="session", signedIn=False)
    site.document()


def test_the_outcome_of_a_token_of_before_shows_nothing(visit):
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


def test_what_is_asked_for_meanwhile_is_what_is_shown(visit):
    site = visit(LAUNCHER, before=IDENTIFY)
    site.page.evaluate("SecureInbox.compose({ securebox: 'claims' })")
    site.say(type="identify")
    site.hand_over(changed=True)
    assert site.document().url.endswith("/inbox/claims/compose/")


def test_what_was_asked_for_is_kept_until_somebody_has_seen_it(visit):
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
def test_another_person_makes_everything_load_anew(visit, stand_in, changed, loads):
    site = visit(CLAIMS)
    site.document().evaluate("say", {"type": "session", "signedIn": True})
    site.say(type="handedOff", signedIn=True, changed=changed)
    site.count(1, claims=1)
    site.wait_for("SecureInbox.getUnread()")
    site.document()
    assert len([path for path in stand_in.asked if path.endswith("/claims/")]) == loads
