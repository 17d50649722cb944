"""window.SecureInbox: what a company's page asks for, and what it is told."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.embed.fake_portal import BADGE, ELEMENTS, LAUNCHER, LOG, POLLING, ROLE

CALL = "(window.SecureInbox ||= []).push"
TWO = '<secure-inbox securebox="claims"></secure-inbox><secure-inbox securebox="billing"></secure-inbox>'
LETTERS = {
    "total": 2,
    "secureboxes": {"claims": 2},
    "as_of": "2026-11-23T12:00:00Z",
    "stale": False,
    "more": [],
}


def test_calls_before_the_script_is_there_are_kept(visit):
    site = visit(
        before=f'{LOG}{CALL}(["identify", () => "a token"], ["on", "unread", (news) => log.push(news.total)]);'
    )
    site.say(type="identify")
    assert site.hears("token")[0]["token"] == "a token"
    site.hand_over()
    site.count(2, claims=2)
    site.wait_for("log.includes(2)")


def test_a_queue_of_nonsense_stops_nothing(visit):
    nonsense = (
        'null, 3, "identify", [], ["constructor"], ["push", []], ["identify"], ["on"], ["compose", null]'
    )
    site = visit(BADGE, before=f"window.SecureInbox = [{nonsense}];")
    site.sign_in()
    site.count(1, claims=1)
    expect(site.page.locator("secure-inbox-badge [aria-hidden]")).to_have_text("1")


def test_who_signs_in_in_one_frame_is_signed_in_in_the_others(visit, stand_in):
    site = visit(TWO)
    for number in (0, 1):
        site.document(number=number).evaluate("say", {"type": "session", "signedIn": False})
    with site.page.expect_event("framenavigated", lambda frame: frame.url.endswith("/billing/")):
        site.document().evaluate("say", {"type": "session", "signedIn": True})
    assert len([path for path in stand_in.asked if path.endswith("/claims/")]) == 1
    assert site.hears("look")[-1] == {"type": "look"}


def test_a_page_that_knows_where_somebody_was_goes_on_there_by_itself(visit, stand_in):
    site = visit(TWO)
    first, second = site.document(), site.document(number=1)
    second.evaluate("say", {"type": "session", "signedIn": False, "canResume": True})
    asked = len(stand_in.asked)
    first.evaluate("say", {"type": "session", "signedIn": True})
    second.wait_for_function("heard.at(-1).type === 'resume'", polling=POLLING)
    assert len(stand_in.asked) == asked


def test_events_reach_listeners_and_the_document_until_they_have_had_enough(visit):
    site = visit(before=f'{LOG}{CALL}(["on", "signedin", () => log.push("heard")]);')
    site.sign_in()
    site.page.evaluate("void (window.off = SecureInbox.on('unread', (news) => log.push(news)))")
    site.count(2, claims=2)
    site.wait_for("log.length === 4")
    site.page.evaluate("off()")
    site.say(type="session", signedIn=False)
    site.wait_for("log.length === 6")
    nothing = {"total": None, "secureboxes": {}, "as_of": None, "stale": False, "more": []}
    expected = [
        ["signedin", None],
        "heard",
        ["unread", LETTERS],
        LETTERS,
        ["unread", nothing],
        ["signedout", None],
    ]
    assert site.events() == expected


def test_a_listener_hears_what_is_known_already(visit):
    site = visit(BADGE)
    site.sign_in()
    site.count(2, claims=2)
    expect(site.page.locator("secure-inbox-badge [aria-hidden]")).to_have_text("2")
    heard = site.page.evaluate("new Promise((resolve) => SecureInbox.on('unread', resolve))")
    assert heard == LETTERS


def test_a_page_cannot_change_the_numbers_of_others(visit):
    site = visit(BADGE)
    site.sign_in()
    site.count(2, claims=2)
    assert (
        site.page.evaluate(
            "SecureInbox.getUnread().then((news) => { try { news.total = 9 } catch {} return news })"
        )
        == LETTERS
    )
    frozen = (
        "SecureInbox.getUnread().then((news) => [news, news.secureboxes, news.more].every(Object.isFrozen))"
    )
    assert site.page.evaluate(frozen)


def test_the_numbers_can_be_asked_for_without_any_element(visit):
    site = visit()
    assert site.page.locator("html > div").count() == 0  # Nothing is needed yet.
    site.page.evaluate("void SecureInbox.getUnread().then((news) => { window.news = news })")
    site.sign_in()
    site.count(2, claims=2)
    site.wait_for("window.news")
    assert site.page.evaluate("news") == LETTERS
    site.page.clock.fast_forward(1_001)
    expect(site.page.locator("html > div")).to_have_count(0)


def test_nobody_has_no_number(visit):
    site = visit(BADGE)
    site.say(type="session", signedIn=False)
    assert site.page.evaluate("SecureInbox.getUnread()") is None


def test_the_panel_opens_and_closes_on_demand(visit):
    site = visit(LAUNCHER, before=LOG)
    site.page.evaluate("SecureInbox.open({ securebox: 'claims' })")
    assert site.document().url.endswith("/inbox/claims/")
    expect(site.page.get_by_role("dialog")).to_be_visible()
    site.page.evaluate("SecureInbox.close()")
    expect(site.page.get_by_role("dialog")).to_be_hidden()
    assert site.events() == [["open", None], ["close", None]]


def test_compose_opens_the_panel_with_the_subject_where_no_server_sees_it(visit, stand_in):
    site = visit(ELEMENTS + LAUNCHER)
    site.document()
    site.page.evaluate("SecureInbox.compose({ securebox: 'claims', subject: 'Roof & rain' })")
    document = site.document(number=1)
    assert document.url.endswith("/inbox/claims/compose/#subject=Roof%20%26%20rain")
    assert not [path for path in stand_in.asked if "Roof" in path]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ('<secure-inbox securebox="claims"></secure-inbox>', "/inbox/claims/compose/"),
        (LAUNCHER, "/inbox/billing/compose/"),
    ],
)
def test_compose_finds_the_securebox_by_itself(visit, body, path):
    site = visit(body)
    site.sign_in()
    site.count(0, billing=0)
    site.wait_for("SecureInbox.getUnread()")
    site.page.evaluate("SecureInbox.compose()")
    expect(site.page.locator("main > :last-child iframe")).to_have_attribute("src", re.compile(f"{path}$"))


def test_calls_on_a_page_without_elements_do_nothing(visit):
    site = visit()
    site.page.evaluate(
        "SecureInbox.open(); SecureInbox.compose({ subject: 1 }); SecureInbox.close(); SecureInbox.open(7)"
    )
    assert site.page.locator("html > div").count() == 0


def test_signing_out_takes_everything_away_first_and_then_shows_the_entrance(visit):
    site = visit(ELEMENTS, before=f'{LOG}{CALL}(["identify", () => "a token"]);')
    site.say(type="identify")
    site.hand_over(changed=True)
    site.document()
    site.page.evaluate("void SecureInbox.signOut().then((isOver) => log.push(isOver))")
    assert site.page.locator("secure-inbox iframe").count() == 0
    site.hears("signOut")
    site.say(type="session", signedIn=False)
    site.document()
    assert site.events()[-2:] == [["signedout", None], True]
    site.say(type="identify")  # The company's page may still know the customer: it is not asked again.
    site.count(1, claims=1)
    site.wait_for("log.some((entry) => entry[0] === 'unread' && entry[1].total === 1)")
    assert len(site.hears("token")) == 1


def test_signing_out_twice_at_once_is_signing_out_once(visit):
    site = visit(ELEMENTS, before=LOG)
    site.sign_in()
    for _ in range(2):
        site.page.evaluate("void SecureInbox.signOut().then((isOver) => log.push(isOver))")
    assert site.hears("signOut") == [{"type": "signOut"}]
    site.say(type="session", signedIn=False)
    site.wait_for("log.filter((entry) => entry === true).length === 2")
    site.page.clock.fast_forward(5_001)
    assert site.page.evaluate("log.includes(false)") is False


def test_a_page_that_needs_the_portal_no_more_after_signing_out_lets_it_go(visit):
    site = visit(before=f'{LOG}{CALL}(["identify", () => "a token"]);')
    site.sign_in()
    site.page.evaluate("void SecureInbox.signOut()")
    site.hears("signOut")
    site.say(type="session", signedIn=False)
    site.wait_for("log.some((entry) => entry[0] === 'signedout')")
    site.page.clock.fast_forward(1_001)
    expect(site.page.locator("html > div")).to_have_count(0)


def test_signing_out_that_is_not_confirmed_shows_nothing_and_is_made_up_for(visit, stand_in):
    site = visit(ELEMENTS, before=LOG)
    site.sign_in()
    site.document()
    stand_in.fall_silent()
    site.page.evaluate("void SecureInbox.signOut().then((isOver) => log.push(isOver))")
    site.hears("signOut")
    site.page.clock.fast_forward(5_001)
    site.wait_for("log.includes(false)")
    expect(site.page.get_by_text("Your messages cannot be shown here right now.")).to_be_visible()
    stand_in.recover()
    site.document(connector=True).evaluate("location.reload()")
    assert site.hears("signOut")
    site.say(type="session", signedIn=False)  # From here on another session would be another person's.
    site.wait_for("log.some((entry) => entry[0] === 'signedout')")
    site.document(connector=True).evaluate("location.reload()")
    site.sign_in()
    assert site.document(connector=True).evaluate("heard") == [ROLE]
