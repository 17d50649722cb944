"""The portal's mails: what they contain, as text and HTML, and that no library sends others."""

import re
from datetime import timedelta
from pathlib import Path

import allauth
import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.template.loader import get_template
from django.test import Client
from django.utils import timezone

from portal.accounts.emails.content import compose
from tests.conftest import sign_in

CODE = re.compile(r"^\d{4}-\d{4}$", re.M)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
ALICE = "alice@example.com"
PASSWORD = "a-lamp-by-the-window"
# Templates of django-allauth that are never used with the portal's settings.
UNUSED = {
    "account/email/email_confirm": "nothing in django-allauth sends it",
    "account/email/password_reset_key": "new passwords need a code, not a link",
    "account/email/unknown_account": "nobody can make the portal write to strangers",
    "socialaccount/email/account_disconnected": "nobody cuts an account off from the company's sign-in",
}

# The mails that django-allauth does not have.
OWN = ("account_closed", "account_closed_for_you", "invitation", "long_code", "second_steps_removed")


def packaged() -> set[str]:
    folders = (Path(allauth.__file__).parent / "templates").glob("*/email/*_subject.txt")
    return {f"{path.parent.parent.name}/email/{path.name.removesuffix('_subject.txt')}" for path in folders}


@pytest.fixture
def posted(alice) -> Client:
    """Alice's browser, signed in. She has a password."""
    alice.set_password(PASSWORD)
    alice.save()
    return sign_in(alice)


@pytest.mark.parametrize("name", sorted(packaged() - set(UNUSED)))
def test_every_mail_has_a_template_of_the_portal(name):
    for end in ("_subject.txt", "_message.txt", "_message.html"):
        assert Path(get_template(name + end).origin.name).is_relative_to(settings.BASE_DIR / "templates")


@pytest.mark.parametrize("name", sorted(packaged() - set(UNUSED)))
def test_no_mail_contains_a_link_to_click(name):
    message = compose(name, ALICE, {"code": "1234-5678", "password_reset_url": "https://x.example/reset"})
    html = str(message.alternatives[0][0])
    assert "href" not in html and "x.example" not in html + message.body
    assert set(re.findall(r"https?://\S+?(?=[,.\s]*\s)", message.body)) <= {settings.PORTAL_URL}


def test_code_mail_shows_validity_and_device(client, alice):
    client.post("/accounts/login/code/", {"email": ALICE}, headers={"user-agent": FIREFOX})
    text, html = mail.outbox[0].body, str(mail.outbox[0].alternatives[0][0])
    code = CODE.search(text)[0]
    assert mail.outbox[0].subject == "Your code to sign in to Secure messages" and "://" not in text
    for words in (code, "expires in 10 minutes", "you can ignore this email", "Firefox on Windows"):
        assert words in text and words in html
    assert re.search(rf'class="code"[^>]*>\s*{code}\s*<', html)


def test_long_code_mail_shows_the_code_and_its_validity(client, alice):
    for _ in range(6):
        Client().post("/accounts/login/code/", {"email": ALICE}, headers={"user-agent": FIREFOX})
    message = next(sent for sent in mail.outbox if "16-digit code" in sent.subject)
    text, html = message.body, str(message.alternatives[0][0])
    code = re.search(r"^\d{4}-\d{4}-\d{4}-\d{4}$", text, re.M)[0]
    for words in (code, "expires in one hour", "you can ignore these emails", "Firefox on Windows"):
        assert words in text and words in html
    assert "href" not in html and "://" not in text


def test_reset_code_mail_says_that_the_old_password_stays(client, alice):
    client.post("/accounts/password/reset/", {"email": ALICE})
    assert CODE.search(mail.outbox[0].body) and "Your password stays as it is" in mail.outbox[0].body


def test_changed_password_mail_shows_time_device_and_advice(posted):
    new = "a-kettle-on-the-hob"
    form = {"oldpassword": PASSWORD, "password1": new}
    posted.post("/accounts/password/change/", form, headers={"user-agent": FIREFOX})
    text, html = mail.outbox[0].body, str(mail.outbox[0].alternatives[0][0])
    assert mail.outbox[0].subject == "Your Secure messages password was changed"
    assert re.search(r"When: \d+ \w+ \d{4}, \d\d:\d\d UTC\nDevice: Firefox on Windows\n", text)
    for words in (
        "If this was you, you don’t need to do anything.",
        f"go to {settings.PORTAL_URL}",
        "Firefox on Windows",
    ):
        assert words in text and words in html
    assert new not in text + html


def test_times_in_a_mail_are_in_its_recipients_zone(posted, alice):
    alice.device_time_zone = "Asia/Tokyo"
    alice.save()
    with time_machine.travel("2026-11-23 16:30:00Z"):
        posted = sign_in(alice)
        posted.post(
            "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "a-kettle-on-the-hob"}
        )
    text, html = mail.outbox[0].body, str(mail.outbox[0].alternatives[0][0])
    assert "When: 24 Nov 2026, 01:30 JST" in text and "24 Nov 2026, 01:30 JST" in html


def test_new_address_gets_a_code_and_the_old_one_a_notice(posted):
    posted.post("/accounts/reauthenticate/", {"password": PASSWORD})
    posted.post("/accounts/email/", {"email": "new@example.com", "action_add": ""})
    [asking] = mail.outbox
    assert (
        asking.to == ["new@example.com"]
        and asking.subject == "Confirm your email address for Secure messages"
    )
    posted.post("/accounts/confirm-email/", {"code": CODE.search(asking.body)[0]})
    notice = mail.outbox[-1]
    assert notice.to == [ALICE] and notice.subject == "Your Secure messages email address was changed"
    assert "new@example.com" not in notice.body and "Contact us straight away" in notice.body


def test_portal_name_is_escaped_only_in_html(settings):
    settings.PORTAL_NAME = "Smith & <Sons>"
    message = compose("account/email/login_code", ALICE, {"code": "1234-5678"})
    assert message.body.endswith("Smith & <Sons>")
    assert "Smith &amp; &lt;Sons&gt;" in str(message.alternatives[0][0])


def test_unknown_address_gets_no_mail(client, db):
    client.post("/accounts/login/code/", {"email": "nobody@example.com"})
    client.post("/accounts/password/reset/", {"email": "nobody@example.com"})
    assert mail.outbox == []


def test_each_subject_names_the_portal(settings):
    settings.PORTAL_NAME = "Smith & <Sons>"
    names = [*(packaged() - set(UNUSED)), *(f"accounts/email/{name}" for name in OWN)]
    assert all("Smith & <Sons>" in compose(name, ALICE, {}).subject for name in names)


def test_greets_the_owner_of_the_account_and_nobody_else(posted, alice):
    posted.post("/accounts/reauthenticate/", {"password": PASSWORD})
    posted.post("/accounts/email/", {"email": "new@example.com", "action_add": ""})
    posted.post("/accounts/confirm-email/", {"code": CODE.search(mail.outbox[0].body)[0]})
    form = {"oldpassword": PASSWORD, "password1": "a-kettle-on-the-hob"}
    posted.post("/accounts/password/change/", form)
    asking, notice, changed = mail.outbox
    assert [sent.to for sent in (asking, notice, changed)] == [
        ["new@example.com"],
        [ALICE],
        ["new@example.com"],
    ]
    assert [sent.body.split("\n")[0] for sent in (asking, notice, changed)] == [
        "Hello,",
        "Hello,",
        "Hello Alice,",
    ]
    assert "Hello Alice," in str(changed.alternatives[0][0])


def test_a_name_typed_at_sign_up_is_in_no_mail(client, db, settings):
    settings.PORTAL_SIGNUP = "open"
    form = {"first_name": "Visit evil.example", "last_name": "", "email": "dora@example.com"}
    client.post("/accounts/signup/", form | {"password1": PASSWORD})
    assert mail.outbox[0].body.startswith("Hello,\n") and "evil" not in mail.outbox[0].body


@pytest.mark.parametrize(("left", "said"), [(50, "in 1 minute and"), (70, "in 2 minutes and")])
def test_one_minute_is_singular(left, said):
    until = timezone.now() + timedelta(seconds=left)
    message = compose("account/email/login_code", ALICE, {"code": "1234-5678", "valid_until": until})
    assert said in message.body and said in str(message.alternatives[0][0])
