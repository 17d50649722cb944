"""Messages from whoever has no business with the script: nothing comes of them, and nobody gets a port."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.embed.fake_portal import BADGE, ELEMENTS, LOG, POLLING, ROLE, Server

HELLO = {"secureInbox": 1, "hello": True}
NO_HELLOS = [None, 7, "hello", [], {}, {"secureInbox": 1}, {**HELLO, "secureInbox": 2}, {**HELLO, "hello": 1}]
# Keeps what a window is sent, and says hello to the page around it.
STRANGER = f"""
window.sent = [];
addEventListener("message", (event) => sent.push(event.ports.length));
parent.postMessage({json.dumps(HELLO)}, "*");
"""
ADD_FRAME = "(src) => { const frame = document.createElement('iframe'); frame.src = src; document.body.append(frame); }"


def stranger_in(site, url):
    site.page.evaluate(ADD_FRAME, url)
    for _ in range(400):
        found = [frame for frame in site.page.frames if frame.url == url]
        if found:
            found[0].wait_for_function("window.sent", polling=POLLING)
            return found[0]
        site.page.wait_for_timeout(10)
    raise AssertionError(f"The stranger's frame is not there: {url}")


def expect_untouched(site):
    """The script goes on as if nothing had been."""
    site.sign_in()
    site.count(5, claims=5)
    expect(site.page.locator("secure-inbox-badge [aria-hidden]")).to_have_text("5")


def test_a_frame_of_another_website_gets_no_port(visit, company):
    with Server("localhost") as other:
        other.answers["/"] = ("text/html", "<!doctype html><script src='/stranger.js'></script>")
        other.answers["/stranger.js"] = ("text/javascript", STRANGER)
        policy = company.headers["Content-Security-Policy"]
        company.headers["Content-Security-Policy"] = policy.replace("frame-src", f"frame-src {other.url}")
        site = visit(BADGE)
        stranger = stranger_in(site, f"{other.url}/")
        expect_untouched(site)
        assert stranger.evaluate("sent") == []


def test_another_frame_of_the_portal_gets_no_port_either(visit, stand_in):
    stand_in.answers["/other/"] = ("text/html", "<!doctype html><script src='/stranger.js'></script>")
    stand_in.answers["/stranger.js"] = ("text/javascript", STRANGER)
    site = visit(BADGE)
    stranger = stranger_in(site, f"{stand_in.url}/other/")
    expect_untouched(site)
    assert stranger.evaluate("sent") == []


OWN_HELLO = """hello => {
  window.sent = [];
  addEventListener("message", ({ source, ports }) => source === window && sent.push(ports.length));
  postMessage(hello, "*");
}"""
FORGED_HELLO = "([data, origin]) => dispatchEvent(new MessageEvent('message', { data, origin }))"


def test_the_page_cannot_pass_for_the_portal(visit, stand_in):
    site = visit(BADGE)
    site.document(connector=True)
    site.page.evaluate(OWN_HELLO, HELLO)
    site.page.evaluate(FORGED_HELLO, [HELLO, stand_in.url])
    expect_untouched(site)
    assert site.page.evaluate("sent") == [0]  # Its own words came back to it, without a port.


@pytest.mark.parametrize("message", NO_HELLOS)
def test_a_greeting_that_is_none_is_not_answered(visit, stand_in, message):
    stand_in.fall_silent()
    site = visit(BADGE)
    document = site.document(connector=True, ready="typeof greet === 'function'")
    document.evaluate("message => parent.postMessage(message, origin)", message)
    assert document.evaluate("port") is None
    document.evaluate("greet()")
    expect_untouched(site)
    assert document.evaluate("heard") == [ROLE]


@pytest.mark.parametrize(
    "message",
    [
        None,
        7,
        "unread",
        [],
        {"type": None},
        {"type": "constructor"},
        {"type": "hello"},
        {"type": "refused"},
        {"type": "lost"},
        {"type": "unread"},
        {"type": "unread", "total": "3", "secureboxes": {}, "as_of": ""},
        {"type": "unread", "total": 3, "secureboxes": {"claims": -1}, "as_of": ""},
        {"type": "unread", "total": 3, "secureboxes": [1.5], "as_of": ""},
        {"type": "unread", "total": 3, "secureboxes": None, "as_of": ""},
        {"type": "unread", "total": 3, "secureboxes": {}},
        {"type": "session", "signedIn": "yes"},
        {"type": "session"},
        {"type": "handedOff"},
        {"type": "problem", "reason": "<b>"},
        {"type": "problem"},
    ],
)
def test_a_malformed_message_of_the_connector_is_passed_over(visit, message):
    site = visit(BADGE, before=LOG)
    site.document(connector=True).evaluate("say", message)
    expect_untouched(site)
    kinds = [kind for kind, _detail in site.events()]
    assert kinds == ["signedin", "unread"]


@pytest.mark.parametrize(
    "message",
    [
        {"type": "unread", "total": 9, "secureboxes": {"claims": 9}, "as_of": "", "more": []},
        {"type": "handedOff", "signedIn": True, "changed": True},
        {"type": "height", "height": "9e9"},
        {"type": "height", "height": {"valueOf": 1}},
        {"type": "escape"},
    ],
)
def test_a_visible_document_cannot_say_what_is_the_connectors_to_say(visit, message):
    site = visit(ELEMENTS + BADGE, before=LOG)
    site.document().evaluate("say", message)
    expect_untouched(site)
    expect(site.page.locator("secure-inbox .view")).to_have_js_property("offsetHeight", 320)
    assert [kind for kind, _detail in site.events()] == ["signedin", "unread"]


def test_a_name_from_nowhere_has_no_number(visit):
    site = visit('<secure-inbox-badge securebox="constructor"></secure-inbox-badge>' + BADGE)
    site.sign_in()
    site.count(5, claims=5)
    expect(site.page.locator("secure-inbox-badge [part=badge]").nth(1)).to_be_visible()
    expect(site.page.locator("secure-inbox-badge [part=badge]").nth(0)).to_be_hidden()
