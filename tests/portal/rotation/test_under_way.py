"""Replacing SECRET_KEY, in the steps of docs/going-live.md: what was begun with the old key is finished."""

import re

import pytest
from django.core import mail
from django.test import Client

from inbox.models import OutgoingMessage
from portal.accounts.allauth_compat import totp_code
from portal.accounts.models import Consumer
from portal.accounts.signup import invitations
from tests.accounts.signing_in import PASSWORD, add_totp, is_signed_in, mailed_code, sign_in
from tests.embed.window_requests import request_window, sign_in_within_frame, window_path
from tests.inbox.helpers import only_reference
from tests.inbox.windows import COMPOSE, Window, draft_texts, strict

WRONG = "wrong-password-of-somebody"


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
