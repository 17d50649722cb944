"""What operators do to accounts. Each leaves a line in the log, with their name."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts import emails
from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.models import Consumer, ConsumerRequest, Invitation
from portal.accounts.sessions import lifetime
from portal.accounts.signup import invitations


class NotDone(Exception):
    """There was nothing to do, or it cannot be done. The text says why, to an operator."""


def waiting_invitation(consumer: Consumer) -> Invitation | None:
    """One that was neither accepted nor withdrawn; it may have expired."""
    return Invitation.objects.filter(consumer=consumer, accepted_at=None, withdrawn_at=None).first()


def withdraw(consumer: Consumer, request: ConsumerRequest) -> None:
    """Raises NotDone where no invitation waits for them."""
    invitation = waiting_invitation(consumer)
    if invitation is None or not invitations.withdraw(invitation, request):
        raise NotDone(_("has no invitation that could be withdrawn"))


def switch_off(consumer: Consumer, request: ConsumerRequest) -> None:
    """Nobody signs in to it, and whoever was signed in is no more. Raises NotDone where it was not on."""
    if not Consumer.objects.filter(pk=consumer.pk, is_active=True).update(is_active=False):
        raise NotDone(
            _("invited, not yet active") if waiting_invitation(consumer) else _("switched off already")
        )
    lifetime.end(consumer)
    activity.record_operator(Event.DEACTIVATED, consumer, request)


def switch_on(consumer: Consumer, request: ConsumerRequest) -> None:
    """Raises NotDone where it was on already, or nobody has proved its address: there an invitation is the way in."""
    if not EmailAddress.objects.filter(user=consumer, verified=True).exists():
        raise NotDone(_("nobody has proved that the address is theirs: invite them instead"))
    if not Consumer.objects.filter(pk=consumer.pk, is_active=False).update(is_active=True):
        raise NotDone(_("switched on already"))
    activity.record_operator(Event.ACTIVATED, consumer, request)


def end_sessions(consumer: Consumer, request: ConsumerRequest) -> None:
    """Raises NotDone where they were signed in nowhere."""
    ended = lifetime.end(consumer)
    if not ended:
        raise NotDone(_("signed in nowhere"))
    activity.record_operator(Event.DEVICE_SIGNED_OUT, consumer, request, number=ended)


def remove_second_steps(consumer: Consumer, request: ConsumerRequest) -> None:
    """For somebody who lost their phone. They are told by mail. Raises NotDone where they had none."""
    with transaction.atomic():
        removed, _by_model = Authenticator.objects.filter(user=consumer).delete()
        if not removed:
            raise NotDone(_("has no second step"))
        activity.record_operator(Event.SECOND_STEP_REMOVED, consumer, request)
    emails.send_later("accounts/email/second_steps_removed", consumer.email, {"timestamp": timezone.now()})
