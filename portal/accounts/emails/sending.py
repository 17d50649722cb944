"""Tries one mail. Any number of processes may: of several at once, one gets it."""

import logging
from datetime import timedelta
from enum import Enum
from typing import Final

from django.db.models import F
from django.utils import timezone

from portal import encryption
from portal.accounts.emails.content import compose, decrypt
from portal.accounts.emails.failures import Alarm, Meaning, meaning
from portal.accounts.models import Consumer, Invitation, PortalMail
from portal.metrics import MAILS

logger = logging.getLogger(__name__)

# Longer than the slowest exchange with a mail server, at 10 seconds a step. A process that takes longer has died; its
# mail is tried again, and arrives twice if the process died after the server had taken it: SMTP leaves that open.
_CLAIM: Final = timedelta(seconds=180)
# Seconds until the next attempt, after the first, second, ... one; later attempts wait as long as the last.
_DELAYS: Final = {Meaning.TROUBLE: (5, 15, 45, 60), Meaning.LATER: (60, 120, 300, 900, 3600)}

alarm = Alarm()


class Outcome(Enum):
    SENT = "the mail server has it"
    REFUSED = "it will not be tried again"
    LATER = "it waits, and the others may be tried"
    TROUBLE = "it waits, and the others would fare no better"
    NOTHING = "another process has it, or it is not to be sent"


def attempt(pk: int) -> Outcome:
    """Send the mail, if it is due and no other process is sending it."""
    mail = _claim(pk)
    if mail is None:
        return Outcome.NOTHING
    if mail.kind == PortalMail.Kind.DECOY:
        mail.delete()
        return Outcome.NOTHING
    try:
        content = decrypt(mail.encrypted_content)
        recipient = Consumer.objects.filter(email=content.to.lower()).first()
        zone = recipient.zone if recipient else None
        # An account has no name before its address is verified: no stranger has chosen the words of the greeting.
        context = {"first_name": recipient.first_name if recipient else "", **content.context()}
        compose(content.template, content.to, context, zone).send()
    except Exception as error:  # noqa: BLE001  Whatever it is, it concerns this mail only, and it has to be tried again.
        return _failed(mail, error)
    alarm.works()
    _settle(mail)
    return Outcome.SENT


def attempt_now(pk: int) -> Outcome:
    """The same, in the process that has just queued it. While the mail server fails, it is left to `manage.py deliver`:
    each attempt would take seconds.
    """
    return Outcome.TROUBLE if alarm.is_recent() else attempt(pk)


def _claim(pk: int) -> PortalMail | None:
    now = timezone.now()
    due = PortalMail.objects.filter(pk=pk, due_at__lte=now, expires_at__gt=now)
    if not due.update(due_at=now + _CLAIM, attempts=F("attempts") + 1):
        return None
    return PortalMail.objects.filter(pk=pk).first()  # None if a newer one has replaced it since.


def _settle(mail: PortalMail) -> None:
    if mail.invitation_id:
        Invitation.objects.filter(pk=mail.invitation_id).update(sent_at=timezone.now())
    mail.delete()
    MAILS.add("sent")


def _failed(mail: PortalMail, error: Exception) -> Outcome:
    if isinstance(error, encryption.KeyMissing):
        logger.error("A mail cannot be sent: FIELD_ENCRYPTION_KEYS lacks its key. It waits for it.")
        return _postpone(mail, Meaning.LATER)
    what = meaning(error)
    if what is Meaning.REFUSED:
        logger.warning("The mail server refuses a mail for good: %s, %s", mail.kind, type(error).__name__)
        if mail.invitation_id:
            open_ones = Invitation.objects.filter(pk=mail.invitation_id, accepted_at=None)
            open_ones.update(token_hash="", expires_at=None)
        mail.delete()
        MAILS.add("refused")
        return Outcome.REFUSED
    if what is Meaning.TROUBLE:
        alarm.failed(error)
    else:
        logger.error("A mail was not sent, and is tried again: %s, %s", mail.kind, type(error).__name__)
    return _postpone(mail, what)


def _postpone(mail: PortalMail, what: Meaning) -> Outcome:
    delays = _DELAYS[what]
    delay = timedelta(seconds=delays[min(mail.attempts, len(delays)) - 1])
    PortalMail.objects.filter(pk=mail.pk).update(due_at=timezone.now() + delay)
    MAILS.add("put_off")
    return Outcome.TROUBLE if what is Meaning.TROUBLE else Outcome.LATER
