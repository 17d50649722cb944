"""Setting up and using an authenticator app, recovery codes and passkeys."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from portal.accounts.allauth_compat import totp_code
from tests.browser.accessibility import axe_violations
from tests.browser.conftest import PASSWORD, sign_in

ALICE = "alice@example.com"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(alice, open_page) -> Page:
    """A page signed in as Alice, on the overview of her second steps."""
    page = open_page()
    sign_in(page)
    page.goto("/accounts/2fa/")
    return page


def add_authenticator(page: Page, **options: bool) -> None:
    """Add a virtual authenticator, on which the user confirms every request at once."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR | options})


def app_code(secret: str, *, later: int = 0) -> str:
    """The code that the app shows now, or `later` codes from now."""
    return totp_code(secret.replace(" ", ""), later=later)


def confirm(page: Page) -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def set_up_app(page: Page) -> str:
    """Set up the app. Returns its secret."""
    page.get_by_role("link", name="Set up an app").click()
    confirm(page)
    secret = page.locator("code").inner_text()
    page.get_by_label("Code from your app").fill(app_code(secret))
    page.get_by_role("button", name="Turn on").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    return secret


def add_passkey(page: Page) -> None:
    page.get_by_role("link", name="Add a passkey").click()
    confirm(page)
    page.get_by_role("button", name="Add passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You’re signed out.")).to_be_visible()


def enter_password(page: Page) -> None:
    page.get_by_label("Email address").fill(ALICE)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def expect_signed_in(page: Page) -> None:
    expect(page.get_by_role("heading", name="Your inbox")).to_be_visible()


@pytest.mark.proof
def test_a_code_of_the_app_is_asked_for_after_the_password(page):
    secret = set_up_app(page)
    sign_out(page)
    enter_password(page)
    page.get_by_label("Code from your app").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("This code is incorrect.")).to_be_visible()
    # A code works once, so this is the next one, which the portal accepts a little early.
    page.get_by_label("Code from your app").fill(app_code(secret, later=1))
    page.get_by_role("button", name="Sign in").click()
    expect_signed_in(page)


@pytest.mark.proof
def test_a_recovery_code_works_once(page):
    set_up_app(page)
    code = page.locator(".recovery-codes code").first.inner_text()
    for outcome in (
        expect_signed_in,
        lambda page: expect(page.get_by_text("This code is incorrect.")).to_be_visible(),
    ):
        sign_out(page)
        enter_password(page)
        page.get_by_label("or a recovery code").fill(code)
        page.get_by_role("button", name="Sign in").click()
        outcome(page)


@pytest.mark.proof
def test_recovery_codes_are_downloaded_as_text(page):
    set_up_app(page)
    code = page.locator(".recovery-codes code").first.inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert code in download.value.path().read_text()


def test_a_passkey_signs_in_without_the_password(page):
    add_authenticator(page)
    add_passkey(page)
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect_signed_in(page)


@pytest.mark.proof
def test_a_passkey_with_a_wrong_signature_is_rejected(page):
    add_authenticator(page)
    add_passkey(page)
    sign_out(page)
    page.route("**/webauthn/login/", forge)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("This passkey wasn’t accepted.")).to_be_visible()


def forge(route: Route) -> None:
    """Replace the last bytes of the signature in the request."""
    signature = re.compile(r"(signature%22%3A%22[^%]*)[^%]{4}")
    posted = route.request.post_data
    route.continue_(post_data=signature.sub(r"\1AAAA", posted) if posted else None)


@pytest.mark.proof
def test_a_security_key_without_user_verification_is_only_a_second_step(page):
    add_authenticator(page, hasResidentKey=False, hasUserVerification=False, isUserVerified=False)
    page.get_by_role("link", name="Add a passkey").click()
    confirm(page)
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was used.")
    page.get_by_label("Sign in with this passkey alone").uncheck()
    page.get_by_role("button", name="Add passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    sign_out(page)
    enter_password(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect_signed_in(page)


def test_without_a_passkey_a_message_is_shown_and_the_password_works(alice, open_page):
    page = open_page()
    add_authenticator(page)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was used.")
    enter_password(page)
    expect_signed_in(page)


@pytest.mark.proof
def test_a_device_cannot_add_a_second_passkey_for_an_account(page):
    add_authenticator(page)
    add_passkey(page)
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("already has a passkey")


@pytest.mark.proof
def test_new_recovery_codes_are_confirmed_with_a_passkey(page, alice):
    add_authenticator(page)
    add_passkey(page)
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect_signed_in(page)
    page.goto("/accounts/2fa/recovery-codes/generate/")
    page.get_by_role("link", name="Use a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Get recovery codes?")).to_be_visible()


@pytest.mark.proof
def test_a_passkey_is_renamed_and_removed(page):
    add_authenticator(page)
    add_passkey(page)
    page.goto("/accounts/2fa/webauthn/")
    page.get_by_role("link", name="Rename").click()
    page.get_by_label("Name").fill("My phone")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Remove My phone").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("The passkey was removed.")).to_be_visible()
    expect(page.get_by_text("My phone")).to_have_count(0)


@pytest.mark.proof
def test_without_javascript_a_page_for_passkeys_says_what_is_missing(alice, open_page):
    page = open_page(java_script_enabled=False)
    sign_in(page)
    page.goto("/accounts/2fa/webauthn/add/")
    confirm(page)
    expect(page.get_by_text("you need a browser that supports passkeys")).to_be_visible()
    expect(page.get_by_role("button", name="Add passkey")).to_be_hidden()


def findings(page: Page) -> list[tuple[str, ...]]:
    """Axe's violations on the page, and one more if it scrolls sideways."""
    found = [(page.url, rule, *elements) for rule, elements in axe_violations(page)]
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [*found, (page.url, "scrolls sideways")] if wide else found


@pytest.mark.proof
def test_axe_finds_nothing_on_the_pages_of_second_steps(alice, open_page):
    page = open_page(viewport={"width": 320, "height": 700})
    add_authenticator(page)
    sign_in(page)
    page.goto("/accounts/2fa/")
    add_passkey(page)
    found = findings(page)
    key = f"webauthn/keys/{alice.authenticator_set.get(type='webauthn').pk}"
    for name in ("", "totp/activate", "webauthn", "webauthn/add", f"{key}/edit", f"{key}/remove"):
        page.goto(f"/accounts/2fa/{name}".rstrip("/") + "/")
        found += findings(page)
    page.goto("/accounts/2fa/recovery-codes/generate/")
    found += findings(page)
    sign_out(page)
    enter_password(page)
    page.get_by_role("button", name="Use a passkey").wait_for()
    assert found + findings(page) == []
