from argparse import ArgumentParser

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.accounts.addresses import normalise_address
from portal.accounts.models import Consumer


class Command(BaseCommand):
    help = "Create a consumer, or update the one with this address. With --password the address counts as verified."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--first-name")
        parser.add_argument("--last-name")
        parser.add_argument("--password", help="at least 12 characters, and not a common one")
        parser.add_argument("--operator", action="store_true", help="may use the admin pages, all of them")

    @transaction.atomic
    def handle(self, **options: object) -> None:
        try:
            email = normalise_address(str(options["email"]))
            consumer = Consumer.objects.filter(email=email).first() or Consumer(email=email)
            created = consumer.pk is None
            self._fill(consumer, options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(f"{'Created' if created else 'Updated'} {email}.")

    def _fill(self, consumer: Consumer, options: dict[str, object]) -> None:
        for field in ("first_name", "last_name"):
            if options[field] is not None:
                setattr(consumer, field, options[field])
        if options["operator"]:
            consumer.is_staff = consumer.is_superuser = True
        password = options["password"]
        if password is not None:
            validate_password(str(password), consumer)
            consumer.set_password(str(password))
        elif consumer.pk is None:
            consumer.set_unusable_password()
        consumer.full_clean(exclude=["password"])
        consumer.save()
        if password is not None:
            consumer.mark_verified()
