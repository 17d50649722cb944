"""window.SecureInbox: the calls of a company's page, and the events that it gets."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.embed.fake_portal import BADGE, ELEMENTS, IS_INTRODUCED, LAUNCHER, LOG, POLLING, ROLE

CALL = "(window.SecureInbox ||= []).push"
TWO = '<secure-inbox securebox="claims"></secure-inbox><secure-inbox securebox="billing"></secure-inbox>'
LETTERS = {
    "total": 2,
    "secureboxes": {"claims": 2},
    "as_of": "2026-11-23T12:00:00Z",
    "stale": False,
    "more": [],
}


def test_calls_before_the_script_is_loaded_are_kept(visit):
    site = visit(
        before=f'{LOG}{CALL}(["identify", () => "a token"], ["on", "unread", (news) => log.push(news.total)]);'
    )
    site.say(type="identify")
    assert site.hears("token")[0]["token"] == "a token"
    site.hand_over()
    site.count(2, claims=2)
    site.wait_for("log.includes(2)")


@pytest.mark.proof
def test_invalid_queued_calls_are_ignored(visit):
    nonsense = (
        'null, 3, "identify", [], ["constructor"], ["push", []], ["identify"], ["on"], ["compose", null]'
    )
    site = visit(BADGE, before=f"window.SecureInbox = [{nonsense}];")
    site.sign_in()
    site.count(1, claims=1)
    expect(site.page.locator("secure-inbox-badge [aria-hidden]")).to_have_text("1")


@pytest.mark.proof
def test_signing_in_in_one_frame_reloads_the_others(visit, fake_portal):
    site = visit(TWO)
    for number in (0, 1):
        site.document(number=number).evaluate("say", {"type": "session", "signedIn": False})
    with site.page.expect_event("framenavigated", lambda frame: frame.url.endswith("/billing/")):
        site.document().evaluate("say", {"type": "session", "signedIn": True})
    assert len([path for path in fake_portal.requested_paths if path.endswith("/claims/")]) == 1
    assert site.hears("look")[-1] == {"type": "look"}


@pytest.mark.proof
def test_a_frame_that_can_resume_is_told_to_and_not_reloaded(visit, fake_portal):
    site = visit(TWO)
    first, second = site.document(), site.document(number=1)
    second.evaluate("say", {"type": "session", "signedIn": False, "canResume": True})
    asked = len(fake_portal.requested_paths)
    first.evaluate("say", {"type": "session", "signedIn": True})
    second.wait_for_function("heard.at(-1).type === 'resume'", polling=POLLING)
    assert len(fake_portal.requested_paths) == asked


def test_events_reach_the_document_and_listeners_until_they_unsubscribe(visit):
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


@pytest.mark.proof
def test_a_new_listener_gets_the_current_counts(visit):
    site = visit(BADGE)
    site.sign_in()
    site.count(2, claims=2)
    expect(site.page.locator("secure-inbox-badge [aria-hidden]")).to_have_text("2")
    heard = site.page.evaluate("new Promise((resolve) => SecureInbox.on('unread', resolve))")
    assert heard == LETTERS


@pytest.mark.proof
def test_counts_are_frozen(visit):
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


def test_get_unread_works_without_any_element(visit):
    site = visit()
    assert site.page.locator("html > div").count() == 0  # No connector is needed yet.
    site.page.evaluate("void SecureInbox.getUnread().then((news) => { window.news = news })")
    site.sign_in()
    site.count(2, claims=2)
    site.wait_for("window.news")
    assert site.page.evaluate("news") == LETTERS
    site.page.clock.fast_forward(1_001)
    expect(site.page.locator("html > div")).to_have_count(0)


@pytest.mark.proof
def test_get_unread_is_null_for_a_signed_out_user(visit):
    site = visit(BADGE)
    site.say(type="session", signedIn=False)
    assert site.page.evaluate("SecureInbox.getUnread()") is None


def test_the_panel_opens_and_closes_by_calls(visit):
    site = visit(LAUNCHER, before=LOG)
    site.page.evaluate("SecureInbox.open({ securebox: 'claims' })")
    assert site.document().url.endswith("/inbox/claims/")
    expect(site.page.get_by_role("dialog")).to_be_visible()
    site.page.evaluate("SecureInbox.close()")
    expect(site.page.get_by_role("dialog")).to_be_hidden()
    assert site.events() == [["open", None], ["close", None]]


@pytest.mark.proof
def test_a_link_opens_its_message_and_any_other_address_is_ignored(visit, fake_portal):
    site = visit(LAUNCHER)
    message = f"{fake_portal.url}/inbox/claims/o.17.{'s' * 43}/"
    frame = site.page.locator("secure-inbox-launcher iframe")
    for link in (f"{message}delete/", f"{message}?view=plain", message.replace("localhost", "127.0.0.1")):
        site.page.evaluate("link => SecureInbox.open({ link, securebox: 'billing' })", link)
        expect(frame).to_have_attribute("src", re.compile("/inbox/billing/$"))
    site.page.evaluate("link => SecureInbox.open({ link, securebox: 'billing' })", message)
    expect(frame).to_have_attribute("src", re.compile(r"/embed/in/[^/]+/inbox/claims/o\.17\.s{43}/$"))
    site.page.locator("secure-inbox-launcher").evaluate(
        "(launcher, link) => launcher.setAttribute('link', link)", message.replace("o.17", "o.18")
    )
    expect(frame).to_have_attribute("src", re.compile(r"/inbox/claims/o\.18\.s{43}/$"))


def test_suggestions_reach_the_frame_alone_and_are_the_elements_unless_a_call_brings_some(visit, fake_portal):
    site = visit(
        ELEMENTS + '<secure-inbox-launcher subject="Rain" fields="Policy=A%26B"></secure-inbox-launcher>'
    )
    site.document()
    with_its_own = {"subject": "Rain", "fields": "Policy=A%26B"}
    of_the_call = {"subject": "Roof & rain", "fields": "Policy=C+D"}
    call = "subject: 'Roof & rain', fields: { Policy: 'C D' }"
    for slug, options, suggested in (("claims", "", with_its_own), ("billing", call, of_the_call)):
        site.page.evaluate(f"SecureInbox.compose({{ securebox: '{slug}', {options} }})")
        page = re.compile(f"/inbox/{slug}/compose/$")
        expect(site.page.locator("secure-inbox-launcher iframe")).to_have_attribute("src", page)
        document = site.document(number=1, ready=IS_INTRODUCED)
        assert document.evaluate("heard")[0]["suggests"] == suggested
    document.evaluate("say", {"type": "sent", "securebox": "claims"})
    document.evaluate("location.reload()")
    assert site.document(number=1, ready=IS_INTRODUCED).evaluate("heard")[0]["suggests"] == with_its_own
    assert not [path for path in fake_portal.requested_paths if "Roof" in path]


NEWS = ["ready", "opened", "closed", "sent", "identity"]
LISTEN = f"""
const news = [];
for (const name of {NEWS}) {{
  document.addEventListener(`secure-inbox:${{name}}`, ({{ detail }}) => news.push([name, detail]));
}}
"""


def test_the_website_is_told_who_is_looking_what_is_open_and_what_was_sent(visit):
    site = visit(LAUNCHER, before=LISTEN)
    site.sign_in()
    site.page.evaluate("SecureInbox.open()")
    site.document().evaluate("say", {"type": "sent", "securebox": "claims", "text": "Not for the website."})
    site.wait_for("news.at(-1)[0] === 'sent'")
    site.page.evaluate("SecureInbox.close(); SecureInbox.identify(() => 'a token')")
    site.hears("role")
    site.say(type="identify")
    site.hand_over(changed=True)
    site.wait_for("news.length === 7")
    assert site.page.evaluate("news") == [
        ["ready", None],
        ["identity", {"signedIn": True}],
        ["opened", None],
        ["sent", {"securebox": "claims"}],
        ["closed", None],
        ["identity", {"signedIn": None}],
        ["identity", {"signedIn": True}],
    ]
    known = "(name) => new Promise((resolve) => SecureInbox.on(name, resolve))"
    assert [site.page.evaluate(known, name) for name in ("ready", "identity")] == [None, {"signedIn": True}]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ('<secure-inbox securebox="claims"></secure-inbox>', "/inbox/claims/compose/"),
        (LAUNCHER, "/inbox/billing/compose/"),
    ],
)
@pytest.mark.proof
def test_compose_without_a_securebox_finds_one(visit, body, path):
    site = visit(body)
    site.sign_in()
    site.count(0, billing=0)
    site.wait_for("SecureInbox.getUnread()")
    site.page.evaluate("SecureInbox.compose()")
    expect(site.page.locator("main > :last-child iframe")).to_have_attribute("src", re.compile(f"{path}$"))


@pytest.mark.proof
def test_calls_on_a_page_without_elements_do_nothing(visit):
    site = visit()
    site.page.evaluate(
        "SecureInbox.open(); SecureInbox.compose({ subject: 1 }); SecureInbox.close(); SecureInbox.open(7)"
    )
    assert site.page.locator("html > div").count() == 0


def test_sign_out_removes_everything_first_and_then_shows_the_sign_in_page(visit):
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
    site.say(
        type="identify"
    )  # The website may still know the customer, but the callback is not called again.
    site.count(1, claims=1)
    site.wait_for("log.some((entry) => entry[0] === 'unread' && entry[1].total === 1)")
    assert len(site.hears("token")) == 1


@pytest.mark.proof
def test_two_concurrent_sign_outs_send_one_message(visit):
    site = visit(ELEMENTS, before=LOG)
    site.sign_in()
    for _ in range(2):
        site.page.evaluate("void SecureInbox.signOut().then((isOver) => log.push(isOver))")
    assert site.hears("signOut") == [{"type": "signOut"}]
    site.say(type="session", signedIn=False)
    site.wait_for("log.filter((entry) => entry === true).length === 2")
    site.page.clock.fast_forward(5_001)
    assert site.page.evaluate("log.includes(false)") is False


@pytest.mark.proof
def test_after_signing_out_an_unneeded_connector_is_removed(visit):
    site = visit(before=f'{LOG}{CALL}(["identify", () => "a token"]);')
    site.sign_in()
    site.page.evaluate("void SecureInbox.signOut()")
    site.hears("signOut")
    site.say(type="session", signedIn=False)
    site.wait_for("log.some((entry) => entry[0] === 'signedout')")
    site.page.clock.fast_forward(1_001)
    expect(site.page.locator("html > div")).to_have_count(0)


def test_unconfirmed_signing_out_is_repeated_when_the_portal_is_back(visit, fake_portal):
    site = visit(ELEMENTS, before=LOG)
    site.sign_in()
    site.document()
    fake_portal.stop_greeting()
    site.page.evaluate("void SecureInbox.signOut().then((isOver) => log.push(isOver))")
    site.hears("signOut")
    site.page.clock.fast_forward(5_001)
    site.wait_for("log.includes(false)")
    expect(site.page.get_by_text("We can’t show your messages here right now.")).to_be_visible()
    fake_portal.resume_greeting()
    site.document(connector=True).evaluate("location.reload()")
    assert site.hears("signOut")
    site.say(type="session", signedIn=False)  # From here on, another session would belong to another user.
    site.wait_for("log.some((entry) => entry[0] === 'signedout')")
    site.document(connector=True).evaluate("location.reload()")
    site.sign_in()
    assert site.document(connector=True).evaluate("heard") == [ROLE]
