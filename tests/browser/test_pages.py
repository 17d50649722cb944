"""Every page: no findings of axe in either colour scheme, no horizontal scrolling, usable by keyboard."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from inbox.models import Securebox
from portal.accounts.models import Consumer
from portal.accounts.signup import invitations
from tests.browser.accessibility import axe_violations
from tests.browser.conftest import sign_in
from tests.inbox.helpers import LETTER, references, send

ALICE = "alice@example.com"
COMPOSE = "/inbox/claims/compose/"
LONG = "Rechtsschutzversicherungsgesellschaften" * 4  # A word that no line holds.
FAULTS = {
    "sent": {"kind": "late", "seconds": 60.0},
    "queued": {"kind": "status", "status": 429},
    "failed": {"kind": "failure"},
    "unconfirmed": {"kind": "close"},
}

# Those that everyone sees. The others are for `make proof`.
MAIN_PAGES = ("sign in", "home", "inbox", "received", "formatted", "answer", "account", "unconfirmed")

# Name of the page that a form leads to; URL of the form, what is typed, and the button.
FORMS = (
    ("Error: Sign in", "/accounts/login/", {}, "Sign in"),
    ("Enter your code", "/accounts/login/code/", {"Email address": ALICE}, "Send code"),
    ("Error: Enter your code", "", {"Code from the email": "1"}, "Sign in"),
    ("Enter your code", "/accounts/password/reset/", {"Email address": ALICE}, "Send code"),
    ("Too many attempts", "/accounts/password/reset/", {"Email address": ALICE}, "Send code"),
    ("Error: Your name", "/accounts/name/", {"First name": "", "Last name": ""}, "Save"),
    ("Error: New message", COMPOSE, {}, "Send"),
    ("Error: Search", "/search/", {}, "Search"),
    ("No messages found", "/search/", {"Search for": "nowhere"}, "Search"),
)


@pytest.fixture
def addresses(alice, sandbox, client, settings):
    """The URL of every kind of page, by name. Those before "home" need no session."""
    settings.PORTAL_SIGNUP = "open"
    Consumer.objects.filter(pk=alice.pk).update(first_name=LONG[:80], last_name=LONG[:80])
    invitations.invite("dora@example.com", first_name="Dora")
    invitation = re.search(r"/accounts/invitation/\S+", mail.outbox[-1].body)[0]
    fill_boxes(sandbox)
    client.force_login(alice)
    under_way = {state: f"/outgoing/{leave(client, sandbox, state).nonce}/" for state in FAULTS}
    draft = client.post(COMPOSE, {**LETTER, "action": "save"}).url
    mine, arabic, _long = (f"/inbox/claims/{reference}/" for reference in references(client))
    return {
        "sign in": "/accounts/login/",
        "forgotten": "/accounts/password/reset/",
        "sign in with a code": "/accounts/login/code/",
        "signed out": "/accounts/login/?ended",
        "sign up": "/accounts/signup/",
        "invitation": invitation,
        "home": "/",
        "inbox": "/inbox/claims/",
        "empty": "/inbox/billing/",
        "sent": mine,
        "received": arabic,
        "formatted": f"{arabic}?view=formatted",
        "details": f"{arabic}details/",
        "save all messages": "/inbox/claims/save/",
        "a box with a long name": "/inbox/long/",
        "writing to a box with a long name": "/inbox/long/compose/",
        "compose": COMPOSE,
        "search": "/search/",
        "answer": f"/inbox/claims/compose/?reply={arabic.split('/')[3]}",
        "password": "/accounts/password/change/",
        "addresses": "/accounts/email/",
        "account": "/accounts/",
        "devices": "/accounts/devices/",
        "name": "/accounts/name/",
        "preferences": "/accounts/preferences/",
        "close": "/accounts/close/",
        "sign out": "/accounts/logout/",
        "second step": "/accounts/2fa/",
        "passkeys": "/accounts/2fa/webauthn/",
        "confirm that it is you": "/accounts/2fa/totp/activate/",
        "activity": "/accounts/activity/",
        "not found": "/inbox/nowhere/",
        "drafts and outbox": "/outgoing/",
        "draft": draft,
        **under_way,
    }


def fill_boxes(sandbox):
    """Add more secureboxes than fit on a phone, and messages that are hard to display."""
    for number in range(3):
        Securebox.objects.create(
            slug=f"box{number}", name=f"Box{number}", title=f"Another department {number}"
        )
        sandbox.add(ALICE, securebox=f"Box{number}")
    sandbox.add(ALICE, "Ein-sehr-langes-Wort-" * 12, securebox="Claims01", text="No break: " + "x" * 300)
    Securebox.objects.create(slug="long", name="Long", title=LONG[:80], reply_time=LONG[:60], disclaimer=LONG)
    html, userdata = "<h1>عزيزتي</h1><p>آنا</p>", {"CaseNumber": LONG, LONG: "4711"}
    Securebox.objects.filter(slug="claims").update(shown_details=f"CaseNumber = Case number\n{LONG} = {LONG}")
    sandbox.add(ALICE, "مرحبا", securebox="Claims01", text="عزيزتي آنا", html=html, userdata=userdata)
    sandbox.add(ALICE, "Mine", securebox="Claims01", direction="inbound")


def leave(client, sandbox, state):
    """Create a message in this state."""
    sandbox.fault(operation="send", **FAULTS[state])
    message = send(client)
    sandbox.heal()
    return message


def visit_all(page, addresses):
    for name, address in addresses.items():
        if name == "home":
            sign_in(page)
        page.goto(address)
        yield name


@pytest.mark.parametrize(
    "names", [MAIN_PAGES, pytest.param(None, marks=pytest.mark.proof)], ids=["main", "all"]
)
def test_axe_finds_nothing_and_no_page_scrolls_sideways(addresses, open_page, names):
    page = open_page()
    desktop = page.viewport_size
    found = {}
    for name in visit_all(page, {name: addresses[name] for name in names or addresses}):
        wide = [f"scrolls sideways at {width}" for width in (320, 390, 1600) if scrolls_sideways(page, width)]
        page.set_viewport_size(desktop)
        page.evaluate("document.querySelectorAll('details').forEach((folded) => (folded.open = true))")
        found[name] = [*wide, *axe_violations(page)]
    assert {name: some for name, some in found.items() if some} == {}


def scrolls_sideways(page, width):
    page.set_viewport_size({"width": width, "height": 700})
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.proof
def test_axe_finds_nothing_on_pages_that_forms_lead_to(alice, sandbox, settings, open_page):
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"reset_password": "1/m/ip"}
    page = open_page()
    seen = {}
    for title, address, typed, button in FORMS:
        if title == "Error: Your name":
            sign_in(page)
        if address:
            page.goto(address)
        for label, text in typed.items():
            page.get_by_label(label).fill(text)
        page.get_by_role("button", name=button, exact=True).click()
        expect(page).to_have_title(re.compile(f"^{re.escape(title)} "))
        seen[title] = axe_violations(page)
    assert {title: some for title, some in seen.items() if some} == {}


def test_after_an_error_the_focus_is_in_the_field(alice, open_page):
    page = open_page()
    page.goto("/accounts/login/")
    page.get_by_label("Email address").fill(ALICE)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_title(re.compile("^Error: Sign in "))
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    page.keyboard.type("wrong-password-x")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="is incorrect")).to_be_focused()


def test_a_message_is_read_and_answered_by_keyboard(alice, sandbox, open_page):
    sandbox.add(ALICE, "Your claim", securebox="Claims01")
    page = open_page()
    sign_in(page)
    page.goto("/inbox/claims/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    letter = page.get_by_role("link", name="Your claim")
    for _ in range(12):
        page.keyboard.press("Tab")
        if letter.evaluate("node => node === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Your claim")).to_be_visible()
    page.get_by_role("link", name="Reply", exact=True).first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Message", exact=True)).to_be_visible()


@pytest.mark.proof
def test_printing_a_message_prints_nothing_else(alice, sandbox, open_page):
    sandbox.add(ALICE, "Your claim", securebox="Claims01", text="Dear Alice")
    page = open_page()
    sign_in(page)
    page.goto("/inbox/claims/")
    page.get_by_role("link", name="Your claim").click()
    page.emulate_media(media="print")
    expect(page.locator("#open").get_by_text("Dear Alice")).to_be_visible()
    expect(page.get_by_role("navigation", name="Departments")).to_be_hidden()
    expect(page.get_by_role("link", name="Reply")).to_have_count(0)


def test_going_back_after_signing_out_shows_no_mail(alice, sandbox, open_page):
    sandbox.add(ALICE, "Your claim", securebox="Claims01")
    page = open_page()
    sign_in(page)
    page.goto("/inbox/claims/")
    page.locator("summary", has_text="Alice").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Sign in").wait_for()
    page.go_back()
    expect(page.get_by_text("Your claim")).to_have_count(0)


@pytest.mark.parametrize("address", ["/", "/inbox/claims/", "/inbox/claims/?status=unread"])
def test_on_a_phone_the_first_message_is_near_the_top(alice, sandbox, open_page, address):
    sandbox.add(ALICE, "Your claim", securebox="Claims01")
    page = open_page(viewport={"width": 390, "height": 844})
    sign_in(page)
    page.goto(address)
    assert page.locator("header.site-header").bounding_box()["height"] <= 56
    assert page.locator(".mail").first.bounding_box()["y"] <= 220
