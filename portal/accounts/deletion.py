"""Closing an account: what goes, what stays, and who is asked before."""

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.db import transaction
from django.dispatch import Signal
from django.http import HttpRequest
from django.utils import timezone

from portal.accounts import emails
from portal.accounts.audit import activity
from portal.accounts.models import Consumer, ConsumerRequest
from portal.accounts.sessions.revoke import revoke_all

# Sent with `consumer`. Receivers answer with a sentence on what of theirs would be lost, or with None.
about_to_close = Signal()


def what_would_be_lost(consumer: Consumer) -> list[str]:
    answers = about_to_close.send(Consumer, consumer=consumer)
    return [str(sentence) for _receiver, sentence in answers if sentence]


def close(consumer: Consumer, request: HttpRequest) -> None:
    """Its owner's: remove the account with all that is kept under it, and tell them by mail.

    The activity log stays for its time, as a record. The mail itself is the company's, and is neither read nor
    changed here.
    """
    address = consumer.email
    revoke_all(consumer, except_key=request.session.session_key)
    with transaction.atomic():
        activity.record(activity.Event.ACCOUNT_CLOSED, consumer, request)
        consumer.delete()
    get_adapter(request).send_mail("accounts/email/account_closed", address, {})


def close_for(consumer: Consumer, request: ConsumerRequest) -> None:
    """The same, by an operator. Where nobody has proved the address, nobody is told: it may be a stranger's."""
    address = consumer.email
    proved = EmailAddress.objects.filter(user=consumer, verified=True).exists()
    revoke_all(consumer)
    with transaction.atomic():
        activity.record_operator_action(activity.Event.ACCOUNT_CLOSED, consumer, request)
        consumer.delete()
    if proved:
        emails.send_later("accounts/email/account_closed_for_you", address, {"timestamp": timezone.now()})
