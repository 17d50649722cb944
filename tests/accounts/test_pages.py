"""The pages of signing in and of the account: their words, and what they tell browsers of their fields."""

import re
from pathlib import Path

import allauth
import pytest
from django.conf import settings
from django.template.loader import get_template
from django.test import Client

from tests.accounts.signing_in import PASSWORD, mailed_code, sign_in

ANNA = "anna@example.com"
# Of django-allauth's templates, those that this portal never shows.
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
# They hold no words of their own: frames for other pages, and pieces of pages that the portal has written itself.
WORDLESS = re.compile(r"/base_(entrance|manage\w*)\.html$|/base\.html$|/snippets/")


def shown() -> list[str]:
    folder = Path(allauth.__file__).parent / "templates"
    files = (path for area in ("account", "mfa") for path in (folder / area).rglob("*.*"))
    names = {str(path.relative_to(folder)) for path in files}
    return sorted(name for name in names - set(UNUSED) if "/email/" not in name and not WORDLESS.search(name))


def words(answer) -> str:
    main = re.search(r"<main.*?</main>", answer.content.decode(), re.S)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def field(answer, name: str) -> str:
    return re.search(rf'<input[^>]*name="{name}"[^>]*>', answer.content.decode())[0]


@pytest.fixture
def browser(anna) -> Client:
    """Anna's, signed in a moment ago."""
    browser = Client()
    sign_in(browser)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return browser


@pytest.mark.parametrize("name", shown())
def test_every_page_and_message_is_in_the_portals_own_words(name):
    assert Path(get_template(name).origin.name).is_relative_to(settings.BASE_DIR / "templates")


def test_the_sign_in_page_offers_every_way_in(client, db, settings):
    settings.PORTAL_SIGNUP = "open"
    page = client.get("/accounts/login/?next=/outgoing/").content.decode()
    for address in ("login/code/?next=%2Foutgoing%2F", "signup/?next=%2Foutgoing%2F", "password/reset/"):
        assert f'href="/accounts/{address}"' in page
    assert 'action="/accounts/2fa/webauthn/login/"' in page


@pytest.mark.parametrize("mode", ["invitation", "closed"])
def test_an_account_is_offered_only_where_anybody_may_open_one(client, db, settings, mode):
    settings.PORTAL_SIGNUP = mode
    assert "/accounts/signup/" not in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize(
    ("mode", "told"),
    [("invitation", "The company sends an invitation"), ("closed", "please ask the company")],
)
def test_who_cannot_sign_up_is_told_where_accounts_come_from(client, db, settings, mode, told):
    settings.PORTAL_SIGNUP = mode
    assert told in words(client.get("/accounts/signup/"))


def test_password_managers_and_phones_know_the_fields(client, anna, browser):
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


def test_no_field_speaks_by_a_placeholder_alone(client, anna):
    for page in ("login", "login/code", "password/reset"):
        html = client.get(f"/accounts/{page}/").content.decode()
        assert "placeholder" not in html and "E-mail address</label>" in html


def test_what_is_missing_is_said_field_by_field(client, db):
    answer = words(client.post("/accounts/login/", {}))
    assert "Type your e-mail address." in answer and "Type your password." in answer


def test_what_was_typed_stays_but_for_the_password(client, anna):
    answer = sign_in(client, "wrong-password-x")
    assert f'value="{ANNA}"' in field(answer, "login") and "wrong-password-x" not in answer.content.decode()


def test_another_code_is_said_to_be_on_its_way(client, anna):
    client.post("/accounts/login/code/", {"email": ANNA})
    assert "on its way" not in words(client.get("/accounts/login/code/confirm/"))
    answer = client.post("/accounts/login/code/confirm/", {"action": "resend"}, follow=True)
    assert "Another code is on its way, if there is an account." in words(answer)


def test_a_code_without_its_dash_and_with_spaces_is_the_same_code(client, anna):
    client.post("/accounts/login/code/", {"email": ANNA})
    code = mailed_code().replace("-", " ")
    assert client.post("/accounts/login/code/confirm/", {"code": f" {code} "}).url == "/"


def test_a_new_password_is_typed_once_and_its_rule_is_said_before(client, anna):
    client.post("/accounts/password/reset/", {"email": ANNA})
    page = client.post("/accounts/password/reset/confirm/", {"code": mailed_code()}, follow=True)
    assert "12 characters or more." in words(page) and 'name="password2"' not in page.content.decode()
    done = client.post(
        "/accounts/password/reset/complete/", {"password1": "a-kettle-on-the-hob"}, follow=True
    )
    assert "Sign in with the new password." in words(done)


def test_too_many_attempts_are_told_with_other_ways_in(client, anna):
    for number in range(21):
        answer = client.post("/accounts/password/reset/", {"email": f"person{number}@example.com"})
    assert answer.status_code == 429
    assert "Too many attempts" in words(answer) and "with your password, or with a passkey" in words(answer)


def test_the_key_for_an_app_can_be_typed_and_opened_without_a_camera(browser):
    page = browser.get("/accounts/2fa/totp/activate/")
    key = re.search(r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}", words(page))[0]
    assert f"otpauth://totp/anna%40example.com?secret={key.replace(' ', '')}" in page.content.decode()
    assert page.headers["Content-Security-Policy"].count("data:") == 1


def test_a_wrong_code_leaves_the_key_as_it_is(browser):
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
def test_a_passkey_that_is_none_is_refused_in_words(client, db, credential):
    answer = client.post("/accounts/2fa/webauthn/login/", {"credential": credential}, follow=True)
    assert "This passkey was not accepted." in words(answer)


def test_a_passkey_is_named_after_the_device_until_its_owner_names_it(browser):
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
    page = browser.get("/accounts/2fa/webauthn/add/", headers={"user-agent": firefox})
    assert 'value="Firefox on Windows"' in field(page, "name")


def test_a_passkey_does_not_carry_a_novel_for_a_name(browser):
    answer = browser.post("/accounts/2fa/webauthn/add/", {"name": "x" * 61, "credential": "{}"})
    assert "at most 60 characters" in words(answer)


def test_who_has_no_second_step_is_offered_two_and_no_recovery_codes(browser):
    page = words(browser.get("/accounts/2fa/"))
    assert "Set up an app" in page and "Add a passkey" in page and "Recovery codes" not in page


def test_a_passkey_that_is_none_is_not_added(browser):
    browser.get("/accounts/2fa/webauthn/add/")
    for credential in ("", "{}", '{"id": "eA", "rawId": "eA", "response": {"attestationObject": "oA"}}'):
        answer = browser.post("/accounts/2fa/webauthn/add/", {"name": "Mine", "credential": credential})
        assert "This passkey was not accepted." in words(answer)
    assert "Mine" not in words(browser.get("/accounts/2fa/webauthn/"))


@pytest.mark.parametrize(
    "page", ["2fa", "2fa/totp/activate", "2fa/webauthn", "2fa/webauthn/add", "login/code"]
)
def test_no_page_holds_a_script_or_a_style_that_its_policy_forbids(browser, client, page):
    html = (client if page == "login/code" else browser).get(f"/accounts/{page}/").content.decode()
    inline = re.findall(r"<script(?![^>]*src=)([^>]*)>", html)
    assert all('type="application/json"' in attributes for attributes in inline) and "style=" not in html


def test_a_page_with_an_error_says_so_first_and_opens_at_the_field(client, anna):
    answer = client.post("/accounts/login/", {"login": ANNA})
    assert "<title>Error: Sign in" in " ".join(answer.content.decode().split()).replace("> ", ">")
    assert "autofocus" in field(answer, "password") and "autofocus" not in field(answer, "login")
    assert answer.content.decode().count("autofocus") == 1


def test_an_error_of_no_single_field_is_where_the_page_opens(client, anna):
    html = sign_in(client, "wrong-password-x").content.decode()
    assert re.search(r'role="alert"[^>]*autofocus', html) and html.count("autofocus") == 1


def test_a_page_without_an_error_does_not_say_so(client, db):
    assert "Error:" not in client.get("/accounts/login/").content.decode()


def test_a_code_that_is_used_up_is_not_called_too_many_attempts(client, anna):
    client.post("/accounts/login/code/", {"email": ANNA})
    for _ in range(3):
        answer = client.post("/accounts/login/code/confirm/", {"code": "1"}, follow=True)
    assert "this code is used up. Ask for another." in words(answer)


def test_when_no_more_codes_go_out_the_page_says_for_how_long(client, anna):
    for _ in range(6):
        answer = Client().post("/accounts/login/code/", {"email": ANNA})
    assert "No more codes are sent to this address for now" in words(answer)


def test_after_too_many_passwords_a_code_is_the_way_in(client, anna):
    for _ in range(12):
        answer = sign_in(client, "wrong-password-x")
    assert "Too many wrong passwords." in words(answer) and "a code by e-mail" in words(answer)


def test_after_the_last_code_the_page_says_that_there_are_no_more(client, anna):
    client.post("/accounts/login/code/", {"email": ANNA})
    for _ in range(2):
        assert "Send another code" in words(client.get("/accounts/login/code/confirm/"))
        client.post("/accounts/login/code/confirm/", {"action": "resend"})
    page = words(client.get("/accounts/login/code/confirm/"))
    assert "No more codes are sent this time." in page and "Start again" in page


def test_password_managers_know_whose_new_password_it_is(client, anna, browser):
    client.post("/accounts/password/reset/", {"email": ANNA})
    reset = client.post("/accounts/password/reset/confirm/", {"code": mailed_code()}, follow=True)
    for page in (browser.get("/accounts/password/change/"), reset):
        hint = f'<input type="email" value="{ANNA}" autocomplete="username" hidden>'
        assert hint in " ".join(page.content.decode().split())
