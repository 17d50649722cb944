"""What `manage.py deliver` does with the mails that wait: which, in which order, and each once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.core import mail
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from portal.accounts import deletion
from portal.accounts.emails import delivery, queue
from portal.accounts.models import PortalMail
from portal.accounts.signup import invitations
from tests.accounts.signing_in import mailed_code

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("left_to_deliver"),
    pytest.mark.postgresql("portal.accounts.emails.queue", "portal.accounts.deletion"),
]
ANNA = "anna@example.com"


@pytest.fixture
def clock(time_machine):
    time_machine.move_to("2026-11-28 12:00Z", tick=False)
    return time_machine


def notify(to=ANNA):
    queue.add_notice("account/email/password_changed", to, {"timestamp": timezone.now(), "device": "Firefox"})


def ask(browser, page="login/code", address=ANNA):
    return browser.post(f"/accounts/{page}/", {"email": address})


def waiting():
    return [f"{row.kind} {row.attempts}" for row in PortalMail.objects.order_by("pk")]


def test_a_mail_says_when_it_was_asked_for_however_late_it_is_sent(clock):
    notify()
    clock.shift(timedelta(hours=5))
    call_command("deliver", verbosity=0)
    assert "When: 28 Nov 2026, 12:00 UTC\nDevice: Firefox" in mail.outbox[0].body


@pytest.mark.django_db(transaction=True)
def test_several_processes_send_each_mail_once():
    for number in range(12):
        notify(f"person{number}@example.com")

    def run(_number):
        try:
            return delivery.send_due().sent
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as threads:
        assert sum(threads.map(run, range(3))) == 12
    assert len({message.to[0] for message in mail.outbox}) == len(mail.outbox) == 12


def test_codes_go_first_and_invitations_last(anna):
    invitations.prepare("dora@example.com", "", "")
    notify()
    ask(Client())
    call_command("deliver", verbosity=0)
    assert [message.subject for message in mail.outbox] == [
        "Your code to sign in to Secure messages",
        "Your Secure messages password was changed",
        "Your invitation to Secure messages",
    ]


def test_a_row_holds_nothing_that_can_be_read(anna):
    ask(Client())
    call_command("deliver", verbosity=0)
    code = mailed_code()
    ask(Client())
    invitations.prepare("dora@example.com", "Dora", "")
    for row in PortalMail.objects.all():
        text = " ".join(str(value) for value in vars(row).values())
        assert "example.com" not in text and code not in text and "Dora" not in text


def test_a_newer_code_replaces_the_one_that_this_browser_waits_for(anna):
    browser, other = Client(), Client()
    for _ in range(3):
        ask(browser)
    ask(other)
    ask(browser, "password/reset")
    assert waiting() == ["code 0"] * 3  # Of the browser, of the other one, and for the password.
    call_command("deliver", verbosity=0)
    assert other.post("/accounts/login/code/confirm/", {"code": mailed_code(1)}).url == "/"


def test_a_late_code_says_how_long_it_is_still_valid(anna, clock):
    ask(Client())
    clock.shift(timedelta(minutes=6, seconds=30))
    call_command("deliver", verbosity=0)
    text, html = mail.outbox[0].body, str(mail.outbox[0].alternatives[0][0])
    assert "expires in 4 minutes" in text and "expires in 4 minutes" in html


def test_a_code_is_not_mailed_after_it_has_expired(anna, clock, caplog):
    ask(Client())
    clock.shift(timedelta(minutes=10))
    call_command("deliver", verbosity=0)
    assert not mail.outbox and not PortalMail.objects.exists()
    assert "Mails expired before the mail server took them: 1" in caplog.text


def test_notices_are_kept_for_two_days_and_invitations_as_long_as_they_are_valid(clock):
    notify()
    invitations.prepare("dora@example.com", "", "")
    clock.shift(timedelta(days=2, seconds=1))
    delivery.delete_expired()
    assert waiting() == ["invitation 0"]
    clock.shift(timedelta(days=1))
    call_command("tidy", verbosity=0)
    assert waiting() == []


def test_a_decoy_is_never_sent(caplog):
    ask(Client(), address="nobody@example.com")
    assert waiting() == ["decoy 0"]
    call_command("deliver", verbosity=0)
    assert waiting() == [] and not mail.outbox and "expired" not in caplog.text


def test_a_notice_is_written_with_what_it_tells_about_or_not_at_all(anna, rf):
    request = rf.post("/")
    request.user = anna
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        deletion.close_as_operator(anna, request)
        assert waiting() == ["notice 0"]
        raise ZeroDivisionError
    assert waiting() == []


def test_rotating_keys_encrypts_waiting_mails_again(settings):
    notify()
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_ENCRYPTION_KEYS]
    call_command("rotate_keys", verbosity=0)
    del settings.FIELD_ENCRYPTION_KEYS[1:]
    call_command("deliver", verbosity=0)
    assert mail.outbox[0].to == [ANNA]


def test_a_round_ends_after_its_time_and_the_rest_stays_due(monkeypatch):
    for number in range(3):
        notify(f"person{number}@example.com")
    seconds = iter(range(100))
    monkeypatch.setattr(delivery.time, "monotonic", lambda: next(seconds))
    assert delivery.send_due(seconds=2).sent == 2
    assert waiting() == ["notice 0"]


def test_deliver_reports_mails(capsys):
    notify()
    call_command("deliver")
    assert "mails: 1 sent, 0 refused, 0 put off, 0 expired" in capsys.readouterr().out
