"""What becomes of one mail, depending on what the mail server says, against a mail server on this machine."""

import gc
import logging
import socket
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from portal.accounts.emails import queue, sending
from portal.accounts.emails.sending import Outcome
from portal.accounts.models import Invitation, PortalMail
from portal.accounts.signup import invitations
from tests.support.smtp import use_mail_server

ADDRESS = "anna@example.com"
pytestmark = [pytest.mark.django_db, pytest.mark.postgresql("portal.accounts.emails.sending")]


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def notify(to=ADDRESS):
    queue.add_notice("account/email/password_changed", to, {"timestamp": timezone.now()})


def deliver_after(clock, **delay):
    clock.shift(timedelta(**delay))
    call_command("deliver", verbosity=0)


@pytest.fixture
def clock(time_machine):
    time_machine.move_to("2026-11-28 12:00Z", tick=False)
    return time_machine


def test_a_mail_is_sent_at_once_and_leaves_no_row(server):
    notify()
    assert server.recipients() == [ADDRESS] and not PortalMail.objects.exists()


def test_a_mail_outlives_a_process_that_is_killed_before_it_is_tried(server, left_to_deliver):
    notify()
    assert server.recipients() == []
    call_command("deliver", verbosity=0)
    assert server.recipients() == [ADDRESS] and not PortalMail.objects.exists()


def test_a_mail_outlives_a_process_that_is_killed_while_it_sends(server, left_to_deliver, clock):
    notify()
    sending._claim(PortalMail.objects.get().pk)
    deliver_after(clock, seconds=170)
    assert server.recipients() == []
    deliver_after(clock, seconds=20)
    assert server.recipients() == [ADDRESS]


def test_a_server_that_is_down_loses_no_mail_and_the_log_says_so_once(settings, server, clock, caplog):
    use_mail_server(settings, closed_port())
    for number in range(3):
        notify(f"person{number}@example.com")
    for _ in range(3):
        deliver_after(clock, seconds=30)
    assert caplog.text.count("The mail server takes no mail") == 1 and "example.com" not in caplog.text
    use_mail_server(settings, server.port)
    deliver_after(clock, seconds=60)
    assert len(server.mails) == 3 and "takes mails again" in caplog.text


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # Django leaves its socket to Python.
def test_a_wrong_password_keeps_the_mail(settings, server, clock):
    use_mail_server(settings, server.port, user="portal", password="wrong")
    server.replies = {"EHLO": "250-mail.example\r\n250 AUTH PLAIN", "AUTH": "535 5.7.8 no"}
    notify()
    assert PortalMail.objects.count() == 1
    gc.collect()
    server.replies["AUTH"] = "235 2.7.0 welcome"
    deliver_after(clock, seconds=60)
    assert server.recipients() == [ADDRESS]


@pytest.mark.parametrize("step", ["RCPT", "DATA", "END"])
def test_what_the_server_refuses_for_good_is_given_up_without_naming_anyone(server, caplog, step):
    server.replies = {step: "550 5.1.1 no such user anna@example.com"}
    notify()
    assert not PortalMail.objects.exists()
    assert "refuses a mail for good: notice" in caplog.text and "example.com" not in caplog.text


@pytest.mark.parametrize(
    ("step", "reply"),
    [
        ("RCPT", "450 4.2.0 greylisted"),
        ("RCPT", "554 5.7.1 relay access denied"),
        ("RCPT", "421 4.3.2 too many connections"),
        ("MAIL", "553 5.1.8 no such sender"),
        ("END", "451 4.3.0 the disk is full"),
        ("EHLO", "421 4.3.2 closing"),
    ],
)
def test_what_may_pass_is_tried_again(server, clock, step, reply):
    server.replies = {step: reply} | ({"HELO": reply} if step == "EHLO" else {})
    notify()
    assert PortalMail.objects.count() == 1
    server.replies = {}
    deliver_after(clock, seconds=60)
    assert server.recipients() == [ADDRESS] and not PortalMail.objects.exists()


def test_attempts_become_rarer(server, clock):
    server.replies = {"RCPT": "450 4.2.0 greylisted"}
    notify()
    for _round in range(20):
        deliver_after(clock, minutes=3)
    assert PortalMail.objects.get().attempts < 8


def test_a_refused_mail_does_not_hold_up_the_others(server, left_to_deliver):
    notify("first@example.com")
    notify("second@example.com")
    server.replies = {"RCPT": "450 4.2.0 later"}
    call_command("deliver", verbosity=0)
    assert [mail.attempts for mail in PortalMail.objects.all()] == [1, 1]


def test_a_server_that_is_down_is_asked_once_in_a_round(settings, left_to_deliver):
    use_mail_server(settings, closed_port())
    for number in range(3):
        notify(f"person{number}@example.com")
    call_command("deliver", verbosity=0)
    assert sorted(mail.attempts for mail in PortalMail.objects.all()) == [0, 0, 1]


def test_a_removed_key_keeps_the_mail(settings, server, left_to_deliver, clock, caplog):
    notify()
    key = settings.FIELD_ENCRYPTION_KEYS
    settings.FIELD_ENCRYPTION_KEYS = ["another-key-for-tests-that-encrypts-nothing="[:43] + "="]
    call_command("deliver", verbosity=0)
    assert "FIELD_ENCRYPTION_KEYS lacks its key" in caplog.text
    settings.FIELD_ENCRYPTION_KEYS = key
    deliver_after(clock, seconds=60)
    assert server.recipients() == [ADDRESS]


def test_an_invitation_waits_for_the_server_and_says_so(settings, server, clock):
    use_mail_server(settings, closed_port())
    invitation = invitations.invite("dora@example.com")
    assert invitations.state(invitation) is invitations.State.WAITING
    use_mail_server(settings, server.port)
    deliver_after(clock, seconds=60)
    invitation.refresh_from_db()
    assert invitations.state(invitation) is invitations.State.OPEN and server.recipients() == [
        "dora@example.com"
    ]


def test_an_invitation_to_an_address_that_the_server_refuses_fails(server):
    server.replies = {"RCPT": "550 5.1.1 no such user"}
    with pytest.raises(invitations.NotInvited, match="refuses this address"):
        invitations.invite("dora@example.com")
    assert invitations.state(Invitation.objects.get()) is invitations.State.NOT_SENT


@pytest.mark.parametrize("change", ["again", "withdrawn", "deleted"])
def test_only_the_latest_mail_of_an_invitation_is_sent(settings, server, clock, change):
    use_mail_server(settings, closed_port())
    invitation = invitations.invite("dora@example.com")
    if change == "again":
        invitations.invite("dora@example.com")
    elif change == "withdrawn":
        invitations.withdraw(invitation)
    else:
        invitation.consumer.delete()
    use_mail_server(settings, server.port)
    deliver_after(clock, seconds=60)
    assert len(server.mails) == (1 if change == "again" else 0) and not PortalMail.objects.exists()


def test_the_sign_in_page_answers_while_the_mail_server_hangs(anna, server, monkeypatch):
    monkeypatch.setattr(queue, "_after_commit", queue.hand_over)
    monkeypatch.setattr(sending, "attempt_now", lambda _pk: server.pause.wait())
    server.pause.clear()
    try:
        assert Client().post("/accounts/login/code/", {"email": ADDRESS}).status_code == 302
    finally:
        server.pause.set()
    assert PortalMail.objects.filter(kind="code").count() == 1


def test_one_of_two_processes_gets_a_mail(server, left_to_deliver):
    notify()
    pk = PortalMail.objects.get().pk
    assert sending._claim(pk) is not None
    assert sending.attempt(pk) is Outcome.NOTHING and not server.mails


def test_more_mails_than_threads_can_take_are_left_to_deliver(monkeypatch, db, caplog):
    caplog.set_level(logging.DEBUG)
    taken = []
    monkeypatch.setattr(queue._senders, "submit", lambda *arguments: taken.append(arguments))
    for pk in range(queue._MOST_WAITING + 50):
        queue.hand_over(pk)
    assert len(taken) == queue._MOST_WAITING
    for _ in taken:
        queue._places.release()
