"""Closing an account: what goes, what stays, and who is asked before."""

from allauth.account.adapter import get_adapter
from django.db import transaction
from django.dispatch import Signal
from django.http import HttpRequest

from portal.accounts import activity, sessions
from portal.accounts.models import Consumer

# Sent with `consumer`. Receivers answer with a sentence on what of theirs would be lost, or with None.
about_to_close = Signal()


def what_would_be_lost(consumer: Consumer) -> list[str]:
    answers = about_to_close.send(Consumer, consumer=consumer)
    return [str(sentence) for _receiver, sentence in answers if sentence]


def close(consumer: Consumer, request: HttpRequest) -> None:
    """Remove the account with all that is kept under it. The activity log stays for its time, as a record.

    The mail itself is the company's, and is neither read nor changed here.
    """
    address = consumer.email
    sessions.end(consumer, but=request.session.session_key)
    with transaction.atomic():
        activity.record(activity.Event.ACCOUNT_CLOSED, consumer, request)
        consumer.delete()
    get_adapter(request).send_mail("accounts/email/account_closed", address, {})
