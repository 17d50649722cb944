"""Closing an account."""

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.db import transaction
from django.dispatch import Signal
from django.http import HttpRequest
from django.utils import timezone

from portal.accounts.audit import activity
from portal.accounts.emails import queue
from portal.accounts.models import Consumer, ConsumerRequest
from portal.accounts.sessions.revoke import revoke_all

# Sent with `consumer`. A receiver returns a sentence about data that would be lost, or None.
about_to_close = Signal()


def loss_warnings(consumer: Consumer) -> list[str]:
    responses = about_to_close.send(Consumer, consumer=consumer)
    return [str(sentence) for _receiver, sentence in responses if sentence]


def close(consumer: Consumer, request: HttpRequest) -> None:
    """Delete the owner's account and everything stored with it, and confirm by mail.

    The activity log stays until PORTAL_ACTIVITY_DAYS are over. Secure mail belongs to the company: it is not touched.
    """
    address = consumer.email
    revoke_all(consumer, except_key=request.session.session_key)
    with transaction.atomic():
        activity.record(activity.Event.ACCOUNT_CLOSED, consumer, request)
        consumer.delete()
        get_adapter(request).send_mail(
            "accounts/email/account_closed", address, {"first_name": consumer.first_name}
        )


def close_as_operator(consumer: Consumer, request: ConsumerRequest) -> None:
    """The same, by an operator. An unverified address gets no mail: it may be a stranger's."""
    address = consumer.email
    is_verified = EmailAddress.objects.filter(user=consumer, verified=True).exists()
    with transaction.atomic():
        remove(consumer, request)
        if is_verified:
            tell_owner(address)


def remove(consumer: Consumer, request: ConsumerRequest | None, *, detail: str = "") -> None:
    """Delete another person's account and everything stored with it. `request` is the operator's; None: a command."""
    revoke_all(consumer)
    with transaction.atomic():
        activity.record_operator_action(activity.Event.ACCOUNT_CLOSED, consumer, request, detail=detail)
        consumer.delete()


def tell_owner(address: str) -> None:
    queue.add_notice("accounts/email/account_closed_for_you", address, {"timestamp": timezone.now()})
