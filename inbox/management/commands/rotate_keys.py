from argparse import ArgumentParser
from collections import Counter

from django.core.management.base import BaseCommand, CommandError

from inbox.models import OutgoingMessage
from portal import encryption
from portal.accounts.emails import delivery
from portal.accounts.login import mfa
from portal.keys import running_processes
from portal.keys.fingerprints import ENCRYPTING, fingerprints


class Command(BaseCommand):
    help = (
        "Encrypt everything again with the first of FIELD_ENCRYPTION_KEYS; then the other keys can be removed."
        " It may run while the portal runs, and may be repeated. While a process does not know the first key, it does"
        " nothing: that process could not read what was encrypted again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--force", action="store_true", help="even if a process does not know the first key"
        )

    def handle(self, *, force: bool, **options: object) -> None:
        if not force:
            _require_that_all_know_the_first_key()
        done = _rotate_messages() + mfa.rotate_secrets() + delivery.rotate_contents()
        self.stdout.write(f"{done['rotated']} encrypted anew.")
        if done["unreadable"]:
            raise CommandError(
                f"{done['unreadable']} cannot be decrypted: the key they were written with is not among"
                " FIELD_ENCRYPTION_KEYS. Put it back at the end of the list and run this again."
            )


def _require_that_all_know_the_first_key() -> None:
    if unaware := running_processes.lacking(ENCRYPTING, fingerprints()[ENCRYPTING][0]):
        names = ", ".join(map(str, unaware))
        raise CommandError(
            f"Nothing was done: these processes do not know the first of FIELD_ENCRYPTION_KEYS: {names}. Add it at the"
            " end of their list, and restart them; manage.py keys says more. One that was killed counts for an hour:"
            " --force goes on without it."
        )


def _rotate_messages() -> Counter[str]:
    done: Counter[str] = Counter()
    for message in OutgoingMessage.objects.only("encrypted_content").iterator():
        try:
            rotated = encryption.rotate(message.encrypted_content)
        except encryption.KeyMissing:
            done["unreadable"] += 1
            continue
        # Only if the row is unchanged: a newer content is encrypted with the first key already.
        rows = OutgoingMessage.objects.filter(pk=message.pk, encrypted_content=message.encrypted_content)
        done["rotated"] += rows.update(encrypted_content=rotated)
    return done
