import contextlib
import io
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from portal.accounts.management.commands import consumer
from portal.accounts.models import Consumer, Invitation
from portal.accounts.signup import invitations

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql("portal.accounts.management.commands.consumer")]


def test_creates_a_consumer_whose_address_counts_as_verified_with_a_password():
    call_command(
        "consumer", "Anna@example.com", first_name="Anna", last_name="Berg", password="a-lamp-by-the-window"
    )
    anna = Consumer.objects.get()
    assert (anna.email, anna.get_full_name()) == ("anna@example.com", "Anna Berg")
    assert anna.verified_address() == "anna@example.com" and anna.check_password("a-lamp-by-the-window")


def test_without_a_password_nothing_is_verified():
    call_command("consumer", "anna@example.com")
    anna = Consumer.objects.get()
    assert not anna.has_usable_password() and anna.verified_address() is None


def test_a_password_is_read_from_a_pipe(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("a-lamp-by-the-window\n"))
    call_command("consumer", "anna@example.com", "--password")
    assert Consumer.objects.get().check_password("a-lamp-by-the-window")


@pytest.mark.parametrize(("again", "made"), [("a-lamp-by-the-window", True), ("a-lamp-by-the-widow", False)])
def test_password_is_prompted_for_twice(monkeypatch, again, made):
    typed = iter(["a-lamp-by-the-window", again])
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr(consumer, "getpass", lambda _prompt: next(typed))
    with contextlib.nullcontext() if made else pytest.raises(CommandError, match="two different"):
        call_command("consumer", "anna@example.com", "--password", "--operator")
    assert Consumer.objects.exists() == made


def test_empty_pipe_creates_no_account(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(CommandError, match="at least 12 characters"):
        call_command("consumer", "anna@example.com", "--password")
    assert not Consumer.objects.exists()


def test_second_run_changes_only_what_is_named():
    call_command("consumer", "anna@example.com", first_name="Anna", password="a-lamp-by-the-window")
    call_command("consumer", "anna@example.com", last_name="Berg")
    anna = Consumer.objects.get()
    assert anna.get_full_name() == "Anna Berg" and anna.check_password("a-lamp-by-the-window")


@pytest.mark.parametrize(
    ("email", "password", "told"),
    [
        ("anna", "a-lamp-by-the-window", "such as name@example.com"),
        ("anna@example.com", "short", "at least 12 characters"),
        ("anna@example.com", "q1w2e3r4t5y6", "too easy to guess"),
    ],
)
def test_error_is_explained_and_no_account_created(email, password, told):
    with pytest.raises(CommandError, match=told):
        call_command("consumer", email, password=password)
    assert not Consumer.objects.exists()


def test_makes_an_operator():
    call_command("consumer", "olga@example.com", operator=True, password="a-lamp-by-the-window")
    assert Consumer.objects.get().is_staff


def test_invites_and_says_until_when(capsys):
    call_command("consumer", "anna@example.com", "--first-name", "Anna", "--invite")
    told = capsys.readouterr().out
    assert (
        told.startswith("Created anna@example.com.\nInvited until ") and "Hello Anna" in mail.outbox[0].body
    )
    assert not Consumer.objects.get().is_active and Invitation.objects.count() == 1


def test_a_password_and_an_invitation_exclude_each_other():
    with pytest.raises(CommandError, match="not allowed with"):
        call_command("consumer", "anna@example.com", "--password", "a-lamp-by-the-window", "--invite")
    assert not Consumer.objects.exists()


def test_existing_account_is_neither_invited_nor_changed(charlie):
    with pytest.raises(CommandError, match="There is an account"):
        call_command("consumer", "charlie@example.com", first_name="Karl", invite=True)
    charlie.refresh_from_db()
    assert charlie.first_name == "Charlie" and not mail.outbox


def test_password_opens_an_invited_account():
    invitation = invitations.invite("anna@example.com")
    call_command("consumer", "anna@example.com", password="a-lamp-by-the-window")
    invitation.refresh_from_db()
    assert Consumer.objects.get().verified_address() == "anna@example.com"
    assert invitations.state(invitation) == invitations.State.ACCEPTED


def test_password_does_not_activate_an_account(charlie):
    Consumer.objects.update(is_active=False)
    call_command("consumer", "charlie@example.com", password="a-lamp-by-the-window")
    assert not Consumer.objects.get().is_active


@pytest.mark.parametrize("name", ["x" * 81, "Anna\ue000"])
def test_name_that_cannot_sign_messages_is_refused(name):
    with pytest.raises(CommandError):
        call_command("consumer", "anna@example.com", first_name=name)
