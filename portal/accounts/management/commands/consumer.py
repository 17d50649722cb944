import sys
from argparse import ArgumentParser
from getpass import getpass

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime

from portal.accounts import permissions
from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.models import Consumer
from portal.accounts.signup import invitations
from portal.accounts.validators import clean_name, normalise_address

_PROMPT = object()  # `--password` without a value.


class Command(BaseCommand):
    help = (
        "Create a consumer, or update the one with this address. With --password, the address counts as verified;"
        " with --invite, the consumer gets a mail and chooses a password."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--first-name")
        parser.add_argument("--last-name")
        access = parser.add_mutually_exclusive_group()
        access.add_argument(
            "--password",
            nargs="?",
            const=_PROMPT,
            help="without a value, it is read from the terminal or a pipe; a value is visible in the list of processes"
            " and in the shell's history. At least 12 characters, and not a common password",
        )
        access.add_argument("--invite", action="store_true", help="send an invitation by mail")
        parser.add_argument("--operator", action="store_true", help="give access to all admin pages")

    def handle(self, **options: object) -> None:
        try:
            address = normalise_address(str(options["email"]))
            if options["invite"] and (reason := invitations.refusal_reason(address)):
                raise CommandError(reason)
            if options["password"] is _PROMPT:
                options["password"] = _read_password()
            created = _save(address, options)
            self.stdout.write(f"{'Created' if created else 'Updated'} {address}.")
            if options["invite"]:
                self._invite(address)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except invitations.NotInvited as error:
            raise CommandError(str(error)) from None

    def _invite(self, address: str) -> None:
        invitation = invitations.invite(address)
        until = date_format(localtime(invitation.expires_at), "DATETIME_FORMAT")
        self.stdout.write(f"Invited until {until}.")
        if invitations.state(invitation) is invitations.State.WAITING:
            self.stdout.write(
                "The mail server did not take the mail: “manage.py deliver” sends it once it does."
            )


def _read_password() -> str:
    """Typed twice at a prompt, or the first line of a pipe."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass("Password: ")
    if getpass("Password, again: ") != password:
        raise CommandError("These were two different passwords. Nothing was changed.")
    return password


@transaction.atomic
def _save(address: str, options: dict[str, object]) -> bool:
    """Create or update the consumer. True if it is new."""
    consumer = Consumer.objects.filter(email=address).first() or Consumer(email=address)
    created = consumer.pk is None
    before = vars(consumer).copy()
    for field in ("first_name", "last_name"):
        if options[field] is not None:
            setattr(consumer, field, clean_name(str(options[field])))
    if options["operator"]:
        consumer.is_staff = consumer.is_superuser = True
    password = options["password"]
    if password is not None:
        validate_password(str(password), consumer)
        consumer.set_password(str(password))
    elif created:
        consumer.set_unusable_password()
    consumer.full_clean(exclude=["password"])
    consumer.save()
    if password is not None:
        _open_account(consumer)
    elif created and not options["invite"]:
        activity.record_operator_action(Event.ACCOUNT_PREPARED, consumer, None)
    if not created and any(before[field] != vars(consumer)[field] for field in ("first_name", "last_name")):
        activity.record_operator_action(Event.NAME_CHANGED, consumer, None)
    permissions.record_changes(before, vars(consumer), None, consumer=consumer)
    return created


def _open_account(consumer: Consumer) -> None:
    had_account = EmailAddress.objects.filter(user=consumer, verified=True).exists()
    consumer.mark_verified()
    if invitations.mark_accepted(consumer):
        consumer.is_active = True
        consumer.save()
    event = Event.PASSWORD_CHANGED if had_account else Event.ACCOUNT_OPENED
    activity.record_operator_action(event, consumer, None)
