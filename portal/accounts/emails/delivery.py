"""What `manage.py deliver` does about mails: it tries those that are due, and removes those that have expired."""

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from portal import encryption
from portal.accounts.emails import sending
from portal.accounts.emails.sending import Outcome
from portal.accounts.models import PortalMail
from portal.metrics import MAILS

logger = logging.getLogger(__name__)

Kind = PortalMail.Kind
KeepGoing = Callable[[], bool]

_BATCH = 20  # Mails after which it is asked again for more urgent ones.


@dataclass(frozen=True)
class MailRun:
    """How many mails were sent, refused for good, put off, and removed because they had expired."""

    sent: int = 0
    refused: int = 0
    put_off: int = 0
    expired: int = 0

    @property
    def did_anything(self) -> bool:
        return bool(self.sent or self.refused or self.put_off or self.expired)

    def __str__(self) -> str:
        return (
            f"mails: {self.sent} sent, {self.refused} refused, {self.put_off} put off, {self.expired} expired"
        )


def send_due(keep_going: KeepGoing = lambda: True, *, seconds: float = 30) -> MailRun:
    """Try the mails that are due, the most urgent first, for about so many seconds.

    It ends as soon as the mail server takes no mail at all: what was due stays due.
    """
    expired = delete_expired()
    until = time.monotonic() + seconds
    outcomes: Counter[Outcome] = Counter()
    while not outcomes[Outcome.TROUBLE] and (due := _next_due()):
        for pk in due:
            if time.monotonic() > until or not keep_going():
                return _run(outcomes, expired)
            outcomes[outcome := sending.attempt(pk)] += 1
            if outcome is Outcome.TROUBLE:
                break
    return _run(outcomes, expired)


def _run(outcomes: Counter[Outcome], expired: int) -> MailRun:
    put_off = outcomes[Outcome.LATER] + outcomes[Outcome.TROUBLE]
    return MailRun(outcomes[Outcome.SENT], outcomes[Outcome.REFUSED], put_off, expired)


def _next_due() -> list[int]:
    """One query for each kind: an index has all of one kind in the order of their times."""
    for kind in Kind:
        now = timezone.now()
        due = PortalMail.objects.filter(kind=kind, due_at__lte=now, expires_at__gt=now)
        if found := list(due.order_by("due_at").values_list("pk", flat=True)[:_BATCH]):
            return found
    return []


def delete_expired() -> int:
    """Delete mails that are of no use any more. `manage.py tidy` does so too, in case `deliver` does not run."""
    expired = PortalMail.objects.filter(expires_at__lte=timezone.now())
    never_sent = expired.exclude(kind=Kind.DECOY).count()
    if never_sent:
        for _mail in range(never_sent):
            MAILS.add("expired")
        logger.error("Mails expired before the mail server took them: %d", never_sent)
    expired.delete()
    return never_sent


def rotate_contents() -> Counter[str]:
    """Encrypt what waits with the current key. Counts "rotated" and "unreadable" mails."""
    done: Counter[str] = Counter()
    for mail in PortalMail.objects.only("encrypted_content").iterator():
        try:
            rotated = encryption.rotate(mail.encrypted_content)
        except encryption.KeyMissing:
            done["unreadable"] += 1
            continue
        done["rotated"] += PortalMail.objects.filter(pk=mail.pk).update(encrypted_content=rotated)
    return done
