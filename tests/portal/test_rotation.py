"""Replacing each secret, in the steps of docs/going-live.md: nobody is signed out, and no word is lost."""

import re

import pytest
from allauth.usersessions.models import UserSession
from cryptography.fernet import Fernet
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client

from inbox.models import OutgoingMessage
from portal.accounts.allauth_compat import totp_code
from portal.accounts.models import CompanyKey, Consumer
from portal.accounts.signup import invitations
from portal.embed.models import Website
from tests.accounts.federation.handoff.company import make_company, token
from tests.accounts.federation.oidc.conftest import provider, running_provider  # noqa: F401  Fixtures.
from tests.accounts.federation.oidc.provider import complete_sign_in
from tests.accounts.signing_in import PASSWORD, add_totp, mailed_code, sign_in
from tests.embed.framing import ORIGIN
from tests.embed.hand_off_requests import frame_is_signed_in, hand_off
from tests.embed.window_requests import request_window, sign_in_within_frame, window_path
from tests.inbox.helpers import make_due, only_reference, outgoing_page, reload, send
from tests.inbox.windows import COMPOSE, Window, draft_texts, strict

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
WRONG = "wrong-password-of-somebody"


@pytest.fixture
def rotate(settings):
    """Replace SECRET_KEY; the old one goes among the fallbacks."""

    def replace() -> None:
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "the-new-key-of-these-tests-" + "n" * 30

    return replace


@pytest.fixture
def forget(settings):
    """Drop the old key."""
    return lambda: setattr(settings, "SECRET_KEY_FALLBACKS", [])


def is_signed_in(client: Client) -> bool:
    return client.get("/accounts/devices/").status_code == 200


def tab_of(client: Client) -> Client:
    """Another tab of the same browser: a request of it may begin before the cookie of another answer arrives."""
    tab = Client()
    for name, cookie in client.cookies.items():
        tab.cookies[name] = cookie.value
    return tab


# --- SECRET_KEY: sessions ----------------------------------------------------------------------------------


@pytest.fixture
def laptop(anna, sandbox) -> Client:
    browser = Client(HTTP_USER_AGENT=FIREFOX)
    sign_in(browser)
    return browser


@pytest.mark.postgresql
def test_a_session_and_all_its_tabs_stay_signed_in(laptop, rotate):
    other_tab, key = tab_of(laptop), laptop.session.session_key
    rotate()
    assert is_signed_in(laptop) and is_signed_in(other_tab) and is_signed_in(laptop)
    assert laptop.cookies["sessionid"].value == key


def test_looking_at_the_list_of_devices_signs_no_other_device_out(laptop, rotate):
    phone = Client()
    sign_in(phone)
    rotate()
    assert "Firefox on Linux" in phone.get("/accounts/devices/").content.decode()
    assert is_signed_in(laptop)


def test_signing_in_elsewhere_ends_no_session(laptop, rotate):
    rotate()
    sign_in(Client())
    assert is_signed_in(laptop) and UserSession.objects.count() == 2


def test_a_session_of_before_can_be_ended_from_another_device(laptop, rotate):
    rotate()
    phone = Client()
    sign_in(phone)
    phone.post("/accounts/devices/sign-out/")
    assert not is_signed_in(laptop) and is_signed_in(phone)


def test_a_new_password_ends_a_session_of_before(laptop, rotate, anna):
    rotate()
    anna.set_password("a-kettle-on-the-hob")
    anna.save()
    assert not is_signed_in(laptop)


def test_pages_that_are_open_are_still_their_readers(alice_client, rotate):
    before = alice_client.get("/unread.json").json()["reader"]
    rotate()
    assert before in alice_client.get("/unread.json").json()["reader"].split(" ")


def test_a_session_that_was_used_since_outlives_the_old_key(laptop, rotate, forget):
    rotate()
    laptop.post("/accounts/session/extend/")
    forget()
    assert is_signed_in(laptop)


def test_without_the_old_key_a_session_ends(laptop, rotate, forget):
    rotate()
    forget()
    assert not is_signed_in(laptop)


def test_rotating_back_after_a_mistake_ends_no_session(laptop, rotate, settings):
    """As on a portal of several processes, of which some have the new key first and others second."""
    old = settings.SECRET_KEY
    rotate()
    laptop.post("/accounts/session/extend/")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = old, [settings.SECRET_KEY]
    assert is_signed_in(laptop)
    laptop.post("/accounts/session/extend/")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = settings.SECRET_KEY_FALLBACKS[0], [old]
    assert is_signed_in(laptop)


# --- SECRET_KEY: what is under way -------------------------------------------------------------------------


@pytest.mark.parametrize("keeps_old", [True, False])
def test_a_link_to_a_message_opens_it(alice_client, sandbox, rotate, forget, keeps_old):
    sandbox.add("alice@example.com", "Your claim", securebox="Claims01")
    url = f"/inbox/claims/{only_reference(alice_client)}/"
    rotate()
    alice_client.post("/accounts/session/extend/")
    if not keeps_old:
        forget()
    assert alice_client.get(url).status_code == (200 if keeps_old else 404)
    assert "Your claim" in alice_client.get("/inbox/claims/").content.decode()


@pytest.mark.postgresql
def test_an_open_compose_page_saves_and_sends(alice_client, rotate):
    window = Window(alice_client)
    rotate()
    assert window.autosave(text="Half a sentence").status_code == 200
    assert window.send(subject="Whole", text="A whole sentence").shows("was sent")


def test_an_open_compose_page_keeps_its_text_after_the_session_ended(alice_client, rotate):
    window = Window(alice_client)
    rotate()
    window.browser = Client()
    window.save(text="Kept")
    assert draft_texts() == ["Kept"]


def test_a_form_with_a_csrf_token_of_before_is_accepted(alice, sandbox, rotate):
    window = Window(strict(alice))
    rotate()
    assert window.save(text="Kept").answer.status_code == 200 and draft_texts() == ["Kept"]


def test_the_answer_that_was_begun_before_is_continued(alice_client, sandbox, rotate):
    sandbox.add("alice@example.com", "Your claim", securebox="Claims01")
    Window(alice_client, f"{COMPOSE}?reply={only_reference(alice_client)}").save(text="Dear team")
    rotate()
    again = Window(alice_client, f"{COMPOSE}?reply={only_reference(alice_client)}")
    assert again.fields["text"] == "Dear team" and OutgoingMessage.objects.count() == 1


def test_drafts_outlive_the_old_key(alice_client, sandbox, rotate, forget):
    sandbox.add("alice@example.com", "Your claim", securebox="Claims01")
    Window(alice_client, f"{COMPOSE}?reply={only_reference(alice_client)}").save(text="Dear team")
    rotate()
    forget()
    assert draft_texts() == ["Dear team"]


def test_a_mailed_code_signs_in(anna, rotate):
    browser = Client()
    browser.post("/accounts/login/code/", {"email": anna.email})
    rotate()
    browser.post("/accounts/login/code/confirm/", {"code": mailed_code()})
    assert is_signed_in(browser)


def test_a_code_for_a_new_password_works(anna, rotate):
    browser = Client()
    browser.post("/accounts/password/reset/", {"email": anna.email})
    rotate()
    browser.post("/accounts/password/reset/confirm/", {"code": mailed_code()})
    rotate_again = browser.post("/accounts/password/reset/complete/", {"password1": "a-kettle-on-the-hob"})
    assert rotate_again.status_code == 302 and Consumer.objects.get().check_password("a-kettle-on-the-hob")


def test_a_sign_up_that_waits_for_its_code_is_finished(db, settings, rotate):
    settings.PORTAL_SIGNUP = "open"
    form = {"email": "dora@example.com", "password1": PASSWORD, "first_name": "Dora", "last_name": "Example"}
    browser = Client()
    browser.post("/accounts/signup/", form)
    rotate()
    browser.post("/accounts/confirm-email/", {"code": mailed_code()})
    assert is_signed_in(browser) and Consumer.objects.get().first_name == "Dora"


def test_a_sign_in_that_waits_for_its_second_step_is_finished(anna, rotate):
    secret, browser = add_totp(anna), Client()
    sign_in(browser)
    rotate()
    browser.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)})
    assert is_signed_in(browser)


@pytest.mark.postgresql
def test_an_invitation_is_accepted(db, rotate):
    invitations.invite("dora@example.com", first_name="Dora")
    link = re.search(r"/accounts/invitation/\S+", mail.outbox[-1].body)[0]
    rotate()
    assert Client().get(link).status_code == 200


def test_a_code_for_a_window_opens_it(alice, sandbox, rotate):
    path = window_path(request_window(sign_in_within_frame(alice)))
    window = Client()
    rotate()
    window.post(path)
    assert is_signed_in(window)


def test_a_browser_is_still_known_and_strangers_do_not_keep_its_owner_out(anna, rotate):
    browser = Client()
    sign_in(browser)
    browser.post("/accounts/logout/")
    rotate()
    for number in range(6):
        sign_in(Client(), f"{WRONG}{number}", REMOTE_ADDR=f"198.51.100.{number}")
    sign_in(browser)
    assert is_signed_in(browser)


def test_a_known_browser_that_signed_in_since_outlives_the_old_key(anna, rotate, forget):
    browser = Client()
    sign_in(browser)
    browser.post("/accounts/logout/")
    rotate()
    sign_in(browser)
    browser.post("/accounts/logout/")
    forget()
    for number in range(6):
        sign_in(Client(), f"{WRONG}{number}", REMOTE_ADDR=f"198.51.100.{number}")
    sign_in(browser)
    assert is_signed_in(browser)


# --- The other secrets -------------------------------------------------------------------------------------


def test_new_encryption_keys_lose_no_word(alice_client, settings):
    """tests/inbox/commands/test_rotate_keys.py has the details."""
    Window(alice_client).save(text="Kept")
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_ENCRYPTION_KEYS]
    call_command("rotate_keys")
    settings.FIELD_ENCRYPTION_KEYS = settings.FIELD_ENCRYPTION_KEYS[:1]
    assert draft_texts() == ["Kept"] and is_signed_in(alice_client)


def test_while_the_api_refuses_the_key_texts_are_kept(alice_client, sandbox, settings):
    settings.SECUREMAIL_API_KEY = "not-yet-valid"
    message = send(alice_client, text="Kept")
    assert "Kept" in outgoing_page(alice_client, message) and is_signed_in(alice_client)
    settings.SECUREMAIL_API_KEY = sandbox.api_key
    make_due(message)
    call_command("deliver")
    assert reload(message).state == "sent"


def test_a_queued_message_is_delivered_with_the_new_key(alice_client, sandbox, settings):
    sandbox.fault("status", operation="send", status=429)
    message = send(alice_client)
    sandbox.heal()
    settings.SECUREMAIL_API_KEY = sandbox.api_key
    make_due(message)
    call_command("deliver")
    assert reload(message).state == "sent"


@pytest.fixture
def several_keys(sandbox, settings):
    """Set several keys in place of one, the newest first."""

    def replace(*keys: str) -> None:
        settings.SECUREMAIL_API_KEY, settings.SECUREMAIL_API_KEYS = "", list(keys)

    return replace


@pytest.mark.parametrize("is_newest_valid", [False, True])
def test_with_both_keys_set_nobody_notices_which_one_works(
    alice_client, sandbox, several_keys, is_newest_valid
):
    keys = (sandbox.api_key, "revoked") if is_newest_valid else ("not-yet-valid", sandbox.api_key)
    several_keys(*keys)
    sandbox.add("alice@example.com", "Your claim", securebox="Claims01")
    assert "Your claim" in alice_client.get("/inbox/claims/").content.decode()
    message = send(alice_client, text="In between")
    assert message.state == "sent"
    assert [mail["text"] for mail in sandbox.messages("alice@example.com")].count("In between") == 1


def test_a_message_that_both_keys_could_not_send_is_delivered_with_a_third(
    alice_client, sandbox, several_keys
):
    several_keys("not-yet-valid", "revoked")
    message = send(alice_client, text="Kept")
    assert "Kept" in outgoing_page(alice_client, message) and message.state == "queued"
    several_keys(sandbox.api_key, "revoked")
    make_due(message)
    call_command("deliver")
    assert reload(message).state == "sent"


def test_people_who_came_by_single_sign_on_stay_signed_in(db, provider, settings, sandbox):  # noqa: F811
    browser, secret = Client(), settings.PORTAL_OIDC_CLIENT_SECRET
    complete_sign_in(browser, provider)
    settings.PORTAL_OIDC_CLIENT_SECRET = "not-yet-valid"
    assert is_signed_in(browser)
    settings.PORTAL_OIDC_CLIENT_SECRET = secret
    other = Client()
    complete_sign_in(other, provider)
    assert is_signed_in(other) and Consumer.objects.count() == 1


def test_hand_off_keys_overlap_and_sessions_outlive_the_old_one(db):
    company = make_company("first", "second")
    Website.objects.create(name="The Company", origin=ORIGIN, company=company)
    before, after = Client(), Client()
    hand_off(before, token())
    CompanyKey.objects.filter(key_id="first").update(is_active=False)
    hand_off(after, token("second"))
    assert frame_is_signed_in(before) and frame_is_signed_in(after)


def test_losing_the_cache_signs_nobody_out(alice_client):
    """As when Redis gets another password and starts again."""
    cache.clear()
    assert is_signed_in(alice_client)


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no passwords.")
def test_a_second_database_role_takes_the_place_of_the_first(alice_client):
    Window(alice_client).save(text="Kept")
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_user)")
        (owner,) = cursor.fetchone()
        cursor.execute(f"CREATE ROLE portal2 LOGIN PASSWORD 'new' IN ROLE {owner}")
        cursor.execute("SET SESSION AUTHORIZATION portal2")
        cursor.execute(f"SET ROLE {owner}")  # As `assume_role` does.
        try:
            assert draft_texts() == ["Kept"] and is_signed_in(alice_client)
            Window(alice_client).save(text="Written since")
        finally:
            cursor.execute("RESET SESSION AUTHORIZATION")
    assert draft_texts() == ["Kept", "Written since"]
