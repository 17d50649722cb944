"""The pages of sign-in and of the account: their texts, and the attributes of their fields."""

import re
from pathlib import Path

import allauth
import pytest
from django.conf import settings
from django.template.loader import get_template
from django.test import Client

from tests import conftest
from tests.accounts.operators import make_operator
from tests.accounts.signing_in import PASSWORD, mailed_code, sign_in

ANNA = "anna@example.com"
# Templates of django-allauth that the portal never shows.
UNUSED = {
    "account/confirm_phone_verification_code.html": "no telephone numbers",
    "account/phone_change.html": "no telephone numbers",
    "account/messages/phone_verification_sent.txt": "no telephone numbers",
    "account/messages/phone_verified.txt": "no telephone numbers",
    "account/email.html": "one address for each account",
    "account/email_confirm.html": "codes, not links",
    "account/password_reset_done.html": "codes, not links",
    "account/verification_sent.html": "codes, not links",
    "account/signup_by_passkey.html": "accounts begin with a password",
    "mfa/webauthn/signup_form.html": "accounts begin with a password",
    "account/verified_email_required.html": "nobody is signed in without a verified address",
    "mfa/trust.html": "the second step is asked for every time",
}
# Without texts of their own: base templates, and snippets of pages that the portal overrides as a whole.
WITHOUT_TEXT = re.compile(r"/base_(entrance|manage\w*)\.html$|/base\.html$|/snippets/")


def shown() -> list[str]:
    folder = Path(allauth.__file__).parent / "templates"
    files = (path for area in ("account", "mfa") for path in (folder / area).rglob("*.*"))
    names = {str(path.relative_to(folder)) for path in files}
    return sorted(
        name for name in names - set(UNUSED) if "/email/" not in name and not WITHOUT_TEXT.search(name)
    )


def words(answer) -> str:
    main = re.search(r"<main.*?</main>", answer.content.decode(), re.S)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def field(answer, name: str) -> str:
    return re.search(rf'<input[^>]*name="{name}"[^>]*>', answer.content.decode())[0]


@pytest.fixture
def browser(anna) -> Client:
    """Anna's browser. She has just authenticated."""
    browser = Client()
    sign_in(browser)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return browser


@pytest.mark.parametrize("name", shown())
def test_every_page_and_message_has_a_template_of_the_portal(name):
    assert Path(get_template(name).origin.name).is_relative_to(settings.BASE_DIR / "templates")


def test_sign_in_page_offers_every_method(client, db, settings):
    settings.PORTAL_SIGNUP = "open"
    page = client.get("/accounts/login/?next=/outgoing/").content.decode()
    for address in ("login/code/?next=%2Foutgoing%2F", "signup/?next=%2Foutgoing%2F", "password/reset/"):
        assert f'href="/accounts/{address}"' in page
    assert 'action="/accounts/2fa/webauthn/login/"' in page


@pytest.mark.parametrize("mode", ["invitation", "closed"])
def test_sign_up_is_linked_only_if_open(client, db, settings, mode):
    settings.PORTAL_SIGNUP = mode
    assert "/accounts/signup/" not in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize(
    ("mode", "told"),
    [("invitation", "open the link in the invitation"), ("closed", "Contact us if you think")],
)
def test_closed_sign_up_page_explains_how_to_get_an_account(client, db, settings, mode, told):
    settings.PORTAL_SIGNUP = mode
    assert told in words(client.get("/accounts/signup/"))


@pytest.mark.parametrize("next_url", ["//[", "http://[", "//x\u2100y", "https://[::1"])
@pytest.mark.parametrize("page", ["login/", "login/code/", "password/reset/", "signup/"])
def test_a_next_address_that_cannot_be_parsed_does_no_harm(client, db, page, next_url):
    assert client.get(f"/accounts/{page}", {"next": next_url}).status_code == 200


def test_fields_have_autocomplete_attributes(client, anna, browser):
    entrance, change = client.get("/accounts/login/"), browser.get("/accounts/password/change/")
    app = browser.get("/accounts/2fa/totp/activate/")
    for hint, of in {
        'autocomplete="username"': field(entrance, "login"),
        'autocomplete="current-password"': field(entrance, "password") + field(change, "oldpassword"),
        'autocomplete="new-password"': field(change, "password1"),
        'autocomplete="one-time-code"': field(app, "code"),
        'inputmode="numeric"': field(app, "code"),
    }.items():
        assert hint in of
    assert "maxlength" not in field(entrance, "password") + field(change, "password1")


def test_fields_have_labels_instead_of_placeholders(client, anna):
    for page in ("login", "login/code", "password/reset"):
        html = client.get(f"/accounts/{page}/").content.decode()
        assert "placeholder" not in html and "Email address</label>" in html


def test_missing_values_are_reported_per_field(client, db):
    answer = words(client.post("/accounts/login/", {}))
    assert "Enter your email address." in answer and "Enter your password." in answer


def test_form_keeps_what_was_typed_except_the_password(client, anna):
    answer = sign_in(client, "wrong-password-x")
    assert f'value="{ANNA}"' in field(answer, "login") and "wrong-password-x" not in answer.content.decode()


def test_resending_a_code_is_confirmed(client, anna):
    client.post("/accounts/login/code/", {"email": ANNA})
    assert "on its way" not in words(client.get("/accounts/login/code/confirm/"))
    answer = client.post("/accounts/login/code/confirm/", {"action": "resend"}, follow=True)
    assert "If there’s an account for this address, another code is on its way." in words(answer)


def test_a_code_without_its_dash_and_with_spaces_is_the_same_code(client, anna):
    client.post("/accounts/login/code/", {"email": ANNA})
    code = mailed_code().replace("-", " ")
    assert client.post("/accounts/login/code/confirm/", {"code": f" {code} "}).url == "/"


def test_new_password_is_typed_once_and_its_rule_shown(client, anna):
    client.post("/accounts/password/reset/", {"email": ANNA})
    page = client.post("/accounts/password/reset/confirm/", {"code": mailed_code()}, follow=True)
    assert "12 characters or more." in words(page) and 'name="password2"' not in page.content.decode()
    done = client.post(
        "/accounts/password/reset/complete/", {"password1": "a-kettle-on-the-hob"}, follow=True
    )
    assert "Sign in with your new password." in words(done)


def test_too_many_attempts_page_offers_other_methods(client, anna):
    for _ in range(21):
        answer = client.get("/accounts/invitation/unknown/")
    assert answer.status_code == 429
    assert "Too many attempts" in words(answer) and "with your password or a passkey" in words(answer)


def test_too_many_requests_for_codes_are_an_error_in_the_form(client, anna):
    for number in range(21):
        answer = client.post("/accounts/password/reset/", {"email": f"person{number}@example.com"})
        client.cookies.clear()
    assert answer.status_code == 200 and "Too many attempts. Please wait a few minutes" in words(answer)


def test_app_key_can_be_typed_or_opened_as_a_link(browser):
    page = browser.get("/accounts/2fa/totp/activate/")
    key = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", words(page))[0]
    assert f"otpauth://totp/anna%40example.com?secret={key.replace(' ', '')}" in page.content.decode()
    assert page.headers["Content-Security-Policy"].count("data:") == 1


def test_wrong_code_keeps_the_app_key(browser):
    key = re.compile(r"secret=([A-Z2-7]+)")
    before = key.search(browser.get("/accounts/2fa/totp/activate/").content.decode())[1]
    answer = browser.post("/accounts/2fa/totp/activate/", {"code": "1"})
    assert key.search(answer.content.decode())[1] == before
    assert "Your app shows a new one every 30 seconds." in words(answer)


@pytest.mark.parametrize(
    "credential",
    [
        "",
        "no json",
        "{}",
        "[]",
        "1",
        '{"id": "x", "response": {}}',
        '{"id": "eA", "rawId": "eA", "response": {"userHandle": "MQ"}}',
        '{"id": "eA", "rawId": "eA", "response": 1}',
        "[" * 100_000,
    ],
    ids=range(9),
)
def test_malformed_passkey_is_refused_with_an_explanation(client, db, credential):
    answer = client.post("/accounts/2fa/webauthn/login/", {"credential": credential}, follow=True)
    assert "This passkey wasn’t accepted." in words(answer)


def test_passkey_is_named_after_the_device_by_default(browser):
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
    page = browser.get("/accounts/2fa/webauthn/add/", headers={"user-agent": firefox})
    assert 'value="Firefox on Windows"' in field(page, "name")


def test_passkey_name_has_a_maximum_length(browser):
    answer = browser.post("/accounts/2fa/webauthn/add/", {"name": "x" * 61, "credential": "{}"})
    assert "at most 60 characters" in words(answer)


def test_without_a_second_step_two_are_offered_and_no_recovery_codes(browser):
    page = words(browser.get("/accounts/2fa/"))
    assert "Set up an app" in page and "Add a passkey" in page and "Recovery codes" not in page


def test_malformed_passkey_is_not_added(browser):
    browser.get("/accounts/2fa/webauthn/add/")
    incomplete = '{"id": "eA", "rawId": "eA", "response": {"attestationObject": "oA"}}'
    for credential in ("", "{}", incomplete, "[" * 3000, "[" * 900 + "]" * 900):
        answer = browser.post("/accounts/2fa/webauthn/add/", {"name": "Mine", "credential": credential})
        assert "This passkey wasn’t accepted." in words(answer)
    assert "Mine" not in words(browser.get("/accounts/2fa/webauthn/"))


@pytest.mark.parametrize(
    "page", ["2fa", "2fa/totp/activate", "2fa/webauthn", "2fa/webauthn/add", "login/code"]
)
def test_no_page_contains_a_script_or_style_that_its_policy_forbids(browser, client, page):
    html = (client if page == "login/code" else browser).get(f"/accounts/{page}/").content.decode()
    inline = re.findall(r"<script(?![^>]*src=)([^>]*)>", html)
    assert all('type="application/json"' in attributes for attributes in inline) and "style=" not in html


def test_page_with_an_error_says_so_in_its_title_and_focuses_the_field(client, anna):
    answer = client.post("/accounts/login/", {"login": ANNA})
    assert "<title data-error>Error: Sign in" in " ".join(answer.content.decode().split()).replace("> ", ">")
    assert "autofocus" in field(answer, "password") and "autofocus" not in field(answer, "login")
    assert answer.content.decode().count("autofocus") == 1


def test_form_wide_error_gets_the_focus(client, anna):
    html = sign_in(client, "wrong-password-x").content.decode()
    assert re.search(r'role="alert"[^>]*autofocus', html) and html.count("autofocus") == 1


def test_page_without_an_error_has_a_plain_title(client, db):
    assert "Error:" not in client.get("/accounts/login/").content.decode()


def test_used_up_code_has_an_error_of_its_own(client, anna):
    client.post("/accounts/login/code/", {"email": ANNA})
    for _ in range(3):
        answer = client.post("/accounts/login/code/confirm/", {"code": "1"}, follow=True)
    assert "so this one no longer works. Ask for a new one." in words(answer)


@pytest.mark.parametrize("address", [ANNA, "nobody@example.com"])
def test_above_the_limit_of_mails_the_page_asks_for_the_long_code(client, anna, address):
    for _ in range(5):
        Client().post("/accounts/login/code/", {"email": address})
    client.post("/accounts/login/code/", {"email": address})
    wrong = client.post("/accounts/login/code/confirm/", {"code": "1"})
    for page in (client.get("/accounts/login/code/confirm/"), wrong):
        assert "Find the 16-digit code" in words(page) and "for 10 minutes" not in words(page)


def test_after_too_many_passwords_a_code_is_suggested(client, anna):
    for _ in range(12):
        answer = sign_in(client, "wrong-password-x")
    assert "Too many wrong passwords." in words(answer) and "an emailed code" in words(answer)


def test_last_code_page_says_so(client, anna):
    client.post("/accounts/login/code/", {"email": ANNA})
    for _ in range(2):
        assert "Send another code" in words(client.get("/accounts/login/code/confirm/"))
        client.post("/accounts/login/code/confirm/", {"action": "resend"})
    page = words(client.get("/accounts/login/code/confirm/"))
    assert "We can’t send another code this time." in page and "Start again" in page


def test_new_password_form_names_its_account_for_password_managers(client, anna, browser):
    client.post("/accounts/password/reset/", {"email": ANNA})
    reset = client.post("/accounts/password/reset/confirm/", {"code": mailed_code()}, follow=True)
    for page in (browser.get("/accounts/password/change/"), reset):
        hint = f'<input type="email" value="{ANNA}" autocomplete="username" hidden>'
        assert hint in " ".join(page.content.decode().split())


def test_only_a_person_whose_address_is_not_confirmed_is_told_so(charlie):
    refused = conftest.sign_in(make_operator("Olga")).get("/admin/operations/")
    assert refused.status_code == 403
    page = refused.content.decode()
    assert "Your account doesn’t include it" in page
    assert "confirmed" not in page
    charlie.emailaddress_set.update(verified=False)
    refused = conftest.sign_in(charlie).get("/")
    assert refused.status_code == 403 and "yours isn’t yet" in refused.content.decode()
