"""What operators do to accounts. Each leaves a line in the log, with their name."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from portal.accounts import activity, mail, sessions
from portal.accounts.activity import Event
from portal.accounts.models import Consumer, ConsumerRequest


def switch_off(consumer: Consumer, request: ConsumerRequest) -> bool:
    """Nobody signs in to it, and whoever was signed in is no more. False where it was off already."""
    if not Consumer.objects.filter(pk=consumer.pk, is_active=True).update(is_active=False):
        return False
    sessions.end(consumer)
    activity.record_operator(Event.DEACTIVATED, consumer, request)
    return True


def switch_on(consumer: Consumer, request: ConsumerRequest) -> bool:
    """False where it was on already, or nobody has proved its address: there an invitation is the way in."""
    proved = EmailAddress.objects.filter(user=consumer, verified=True).exists()
    off = Consumer.objects.filter(pk=consumer.pk, is_active=False)
    if not proved or not off.update(is_active=True):
        return False
    activity.record_operator(Event.ACTIVATED, consumer, request)
    return True


def end_sessions(consumer: Consumer, request: ConsumerRequest) -> bool:
    """False where they were signed in nowhere."""
    ended = sessions.end(consumer)
    if ended:
        activity.record_operator(Event.DEVICE_SIGNED_OUT, consumer, request, number=ended)
    return bool(ended)


def remove_second_steps(consumer: Consumer, request: ConsumerRequest) -> bool:
    """For somebody who lost their phone. They are told by mail. False where they had none."""
    with transaction.atomic():
        removed, _by_model = Authenticator.objects.filter(user=consumer).delete()
        if not removed:
            return False
        activity.record_operator(Event.SECOND_STEP_REMOVED, consumer, request)
    mail.send_later("accounts/email/second_steps_removed", consumer.email, {"timestamp": timezone.now()})
    return True
