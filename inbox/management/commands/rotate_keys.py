from django.core.management.base import BaseCommand, CommandError

from inbox.models import OutgoingMessage
from portal import encryption


class Command(BaseCommand):
    help = (
        "Encrypt everything anew with the first of FIELD_ENCRYPTION_KEYS. Afterwards the others can be removed."
        " May run while the portal does, and again."
    )

    def handle(self, **options: object) -> None:
        rotated = unreadable = 0
        for message in OutgoingMessage.objects.only("sealed").iterator():
            try:
                anew = encryption.rotate(message.sealed)
            except encryption.KeyMissing:
                unreadable += 1
                continue
            # What was saved in the meantime is under the first key already.
            rows = OutgoingMessage.objects.filter(pk=message.pk, sealed=message.sealed)
            rotated += rows.update(sealed=anew)
        self.stdout.write(f"{rotated} encrypted anew.")
        if unreadable:
            raise CommandError(
                f"{unreadable} cannot be decrypted: the key they were written with is not among"
                " FIELD_ENCRYPTION_KEYS. Put it back at the end of the list and run this again."
            )
