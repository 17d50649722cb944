from collections import Counter

from django.core.management.base import BaseCommand, CommandError

from inbox.models import OutgoingMessage
from portal import encryption
from portal.accounts.login import mfa


class Command(BaseCommand):
    help = (
        "Encrypt everything again with the first of FIELD_ENCRYPTION_KEYS; then the other keys can be removed."
        " It may run while the portal runs, and may be repeated."
    )

    def handle(self, **options: object) -> None:
        done = _rotate_messages() + mfa.rotate_secrets()
        self.stdout.write(f"{done['rotated']} encrypted anew.")
        if done["unreadable"]:
            raise CommandError(
                f"{done['unreadable']} cannot be decrypted: the key they were written with is not among"
                " FIELD_ENCRYPTION_KEYS. Put it back at the end of the list and run this again."
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
