"""What operators can do to accounts. Each operation writes a line to the activity log, with the operator's address."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.emails import queue
from portal.accounts.models import Consumer, ConsumerRequest, Invitation
from portal.accounts.sessions.revoke import revoke_all
from portal.accounts.signup import invitations


class ActionNotApplied(Exception):
    """There was nothing to do, or it is not possible. The text tells the operator why."""


def pending_invitation(consumer: Consumer) -> Invitation | None:
    """The invitation that was neither accepted nor withdrawn; it may have expired."""
    return Invitation.objects.filter(consumer=consumer, accepted_at=None, withdrawn_at=None).first()


def withdraw_invitation(consumer: Consumer, request: ConsumerRequest) -> None:
    """Raises ActionNotApplied where no invitation is pending."""
    invitation = pending_invitation(consumer)
    if invitation is None or not invitations.withdraw(invitation, request):
        raise ActionNotApplied(_("has no invitation that could be withdrawn"))


def deactivate(consumer: Consumer, request: ConsumerRequest) -> None:
    """Prevent sign-in and end all sessions. Raises ActionNotApplied where the account was not active."""
    if not Consumer.objects.filter(pk=consumer.pk, is_active=True).update(is_active=False):
        raise ActionNotApplied(
            _("invited, not yet active") if pending_invitation(consumer) else _("switched off already")
        )
    revoke_all(consumer)
    activity.record_operator_action(Event.DEACTIVATED, consumer, request)


def activate(consumer: Consumer, request: ConsumerRequest) -> None:
    """Raises ActionNotApplied where the account was active, or its address is unproved.

    Where the address is unproved, an invitation is the way into the account.
    """
    if not EmailAddress.objects.filter(user=consumer, verified=True).exists():
        raise ActionNotApplied(_("nobody has proved that the address is theirs: invite them instead"))
    if not Consumer.objects.filter(pk=consumer.pk, is_active=False).update(is_active=True):
        raise ActionNotApplied(_("switched on already"))
    activity.record_operator_action(Event.ACTIVATED, consumer, request)


def end_sessions(consumer: Consumer, request: ConsumerRequest) -> None:
    """Raises ActionNotApplied where there was no session."""
    ended = revoke_all(consumer)
    if not ended:
        raise ActionNotApplied(_("signed in nowhere"))
    activity.record_operator_action(Event.DEVICE_SIGNED_OUT, consumer, request, number=ended)


def remove_second_steps(consumer: Consumer, request: ConsumerRequest) -> None:
    """For a consumer who lost their phone; they get a mail. Raises ActionNotApplied where there was no second step."""
    with transaction.atomic():
        removed, _by_model = Authenticator.objects.filter(user=consumer).delete()
        if not removed:
            raise ActionNotApplied(_("has no two-step verification"))
        activity.record_operator_action(Event.SECOND_STEP_REMOVED, consumer, request)
        queue.add_notice("accounts/email/second_steps_removed", consumer.email, {"timestamp": timezone.now()})
