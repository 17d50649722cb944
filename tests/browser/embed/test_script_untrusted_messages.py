"""Messages from other windows and malformed messages: the script ignores them, and hands out no port."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.embed.fake_portal import BADGE, ELEMENTS, LOG, POLLING, ROLE, Server

HELLO = {"secureInbox": 1, "hello": True}
MALFORMED_HELLOS = [
    None,
    7,
    "hello",
    [],
    {},
    {"secureInbox": 1},
    {**HELLO, "secureInbox": 2},
    {**HELLO, "hello": 1},
]
MALFORMED_MESSAGES = [
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
]
MESSAGES_OF_THE_CONNECTOR = [
    {"type": "unread", "total": 9, "secureboxes": {"claims": 9}, "as_of": "", "more": []},
    {"type": "handedOff", "signedIn": True, "changed": True},
    {"type": "height", "height": "9e9"},
    {"type": "height", "height": {"valueOf": 1}},
    {"type": "escape"},
]
# Records the ports that a window is sent, and says hello to the page around it.
OTHER_FRAME_SCRIPT = f"""
window.sent = [];
addEventListener("message", (event) => sent.push(event.ports.length));
parent.postMessage({json.dumps(HELLO)}, "*");
"""
ADD_FRAME = "(src) => { const frame = document.createElement('iframe'); frame.src = src; document.body.append(frame); }"


def open_other_frame(site, url):
    site.page.evaluate(ADD_FRAME, url)
    for _ in range(6000):
        found = [frame for frame in site.page.frames if frame.url == url]
        if found:
            found[0].wait_for_function("window.sent", polling=POLLING)
            return found[0]
        site.page.wait_for_timeout(10)
    raise AssertionError(f"The frame is not there: {url}")


def expect_untouched(site):
    """The script still works: it takes the connector's messages."""
    site.sign_in()
    site.count(5, claims=5)
    expect(site.page.locator("secure-inbox-badge [aria-hidden]")).to_have_text("5")


def test_a_frame_of_another_website_gets_no_port(visit, company_site):
    with Server("localhost") as other:
        other.answers["/"] = ("text/html", "<!doctype html><script src='/other.js'></script>")
        other.answers["/other.js"] = ("text/javascript", OTHER_FRAME_SCRIPT)
        policy = company_site.headers["Content-Security-Policy"]
        company_site.headers["Content-Security-Policy"] = policy.replace(
            "frame-src", f"frame-src {other.url}"
        )
        site = visit(BADGE)
        other_frame = open_other_frame(site, f"{other.url}/")
        expect_untouched(site)
        assert other_frame.evaluate("sent") == []


def test_a_portal_frame_that_the_script_did_not_open_gets_no_port(visit, fake_portal):
    fake_portal.answers["/other/"] = ("text/html", "<!doctype html><script src='/other.js'></script>")
    fake_portal.answers["/other.js"] = ("text/javascript", OTHER_FRAME_SCRIPT)
    site = visit(BADGE)
    other_frame = open_other_frame(site, f"{fake_portal.url}/other/")
    expect_untouched(site)
    assert other_frame.evaluate("sent") == []


OWN_HELLO = """hello => {
  window.sent = [];
  addEventListener("message", ({ source, ports }) => source === window && sent.push(ports.length));
  postMessage(hello, "*");
}"""
FORGED_HELLO = "([data, origin]) => dispatchEvent(new MessageEvent('message', { data, origin }))"


def test_the_page_itself_cannot_pose_as_the_portal(visit, fake_portal):
    site = visit(BADGE)
    site.document(connector=True)
    site.page.evaluate(OWN_HELLO, HELLO)
    site.page.evaluate(FORGED_HELLO, [HELLO, fake_portal.url])
    expect_untouched(site)
    assert site.page.evaluate("sent") == [0]  # Its own message came back, without a port.


@pytest.mark.proof
def test_malformed_hellos_are_not_answered(visit, fake_portal):
    fake_portal.stop_greeting()
    site = visit(BADGE)
    document = site.document(connector=True, ready="typeof greet === 'function'")
    for message in MALFORMED_HELLOS:
        document.evaluate("message => parent.postMessage(message, origin)", message)
        assert document.evaluate("port") is None, message
    document.evaluate("greet()")
    expect_untouched(site)
    assert document.evaluate("heard") == [ROLE]


def test_malformed_messages_from_the_connector_are_ignored(visit):
    site = visit(BADGE, before=LOG)
    document = site.document(connector=True)
    for message in MALFORMED_MESSAGES:
        document.evaluate("say", message)
    expect_untouched(site)
    assert [kind for kind, _detail in site.events()] == ["signedin", "unread"], site.events()


@pytest.mark.proof
def test_a_visible_document_cannot_send_the_connectors_messages(visit):
    site = visit(ELEMENTS + BADGE, before=LOG)
    document = site.document()
    for message in MESSAGES_OF_THE_CONNECTOR:
        document.evaluate("say", message)
    expect_untouched(site)
    expect(site.page.locator("secure-inbox .view")).to_have_js_property("offsetHeight", 320)
    assert [kind for kind, _detail in site.events()] == ["signedin", "unread"], site.events()


@pytest.mark.proof
def test_an_unknown_securebox_name_has_no_count(visit):
    site = visit('<secure-inbox-badge securebox="constructor"></secure-inbox-badge>' + BADGE)
    site.sign_in()
    site.count(5, claims=5)
    expect(site.page.locator("secure-inbox-badge [part=badge]").nth(1)).to_be_visible()
    expect(site.page.locator("secure-inbox-badge [part=badge]").nth(0)).to_be_hidden()
