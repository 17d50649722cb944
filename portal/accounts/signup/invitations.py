"""Invitations: an operator prepares an account, and a mail leads the user into it."""

import hashlib
import secrets
from datetime import timedelta
from smtplib import SMTPException

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import models, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts import emails, permissions
from portal.accounts.audit import activity
from portal.accounts.models import Consumer, ConsumerRequest, Invitation
from portal.accounts.validators import normalise_address

_TOKEN_BYTES = 32


class NotInvited(Exception):
    """The invitation was refused. The text tells the operator why."""


class MailNotSent(NotInvited):
    """The account is prepared, but its mail could not be sent: invite again once the mail server answers."""


class State(models.TextChoices):
    """Only `OPEN` ones can be accepted. `NOT_SENT`: the mail server did not take the mail."""

    OPEN = "open", gettext_lazy("open")
    ACCEPTED = "accepted", gettext_lazy("accepted")
    WITHDRAWN = "withdrawn", gettext_lazy("withdrawn")
    EXPIRED = "expired", gettext_lazy("expired")
    NOT_SENT = "not_sent", gettext_lazy("not sent")


def state(invitation: Invitation) -> State:
    if invitation.accepted_at:
        return State.ACCEPTED
    if invitation.withdrawn_at:
        return State.WITHDRAWN
    if not invitation.token_hash or invitation.expires_at is None:
        return State.NOT_SENT
    return State.OPEN if invitation.expires_at > timezone.now() else State.EXPIRED


def refusal_reason(address: str) -> str:
    """Why no user can be invited under this address, as a text. Empty if one can."""
    consumer = Consumer.objects.filter(email=address).first()
    if consumer is None:
        return ""
    is_verified = EmailAddress.objects.filter(user=consumer, verified=True).exists()
    has_account = is_verified or consumer.has_usable_password()
    if has_account and consumer.is_active:
        return _("There is an account with this address.")
    if has_account:
        return _("The account with this address is switched off.")
    return ""


def invite(
    email: str, *, first_name: str = "", last_name: str = "", request: ConsumerRequest | None = None
) -> Invitation:
    """Prepare an account and mail a link into it, valid for PORTAL_INVITATION_DAYS.

    Inviting again invalidates the link of the earlier mail, and non-empty names replace the earlier ones. `request` is
    the operator's, or None for a command. Raises ValidationError for an invalid address, and NotInvited.
    """
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    invitation = _prepare(normalise_address(email), first_name, last_name, request, token)
    try:
        _send(invitation, token)
    except (SMTPException, OSError) as error:
        Invitation.objects.filter(pk=invitation.pk).update(token_hash="", sent_at=None, expires_at=None)
        raise MailNotSent(_("The mail could not be sent: %s.") % type(error).__name__) from None
    activity.record_operator_action(activity.Event.INVITED, invitation.consumer, request)
    return invitation


@transaction.atomic
def _prepare(
    address: str, first_name: str, last_name: str, request: ConsumerRequest | None, token: str
) -> Invitation:
    """Store the token before the mail is sent: the user may open the link at once."""
    if reason := refusal_reason(address):
        raise NotInvited(reason)
    consumer = Consumer.objects.filter(email=address).first() or Consumer(email=address)
    if not _may_manage(request, consumer):
        raise NotInvited(_("This is an operator’s account: only superusers have to do with it."))
    consumer.is_active = False
    consumer.first_name = first_name or consumer.first_name
    consumer.last_name = last_name or consumer.last_name
    consumer.set_unusable_password()
    consumer.save()
    now = timezone.now()
    invitation, _created = Invitation.objects.update_or_create(
        consumer=consumer,
        defaults={
            "token_hash": _hash(token),
            "invited_by": request.user.email if request else activity.COMMAND,
            "sent_at": now,
            "expires_at": now + timedelta(days=settings.PORTAL_INVITATION_DAYS),
            "accepted_at": None,
            "withdrawn_at": None,
        },
    )
    return invitation


def _send(invitation: Invitation, token: str) -> None:
    context = {
        "first_name": invitation.consumer.first_name,
        "address": settings.PORTAL_URL + reverse("account_invitation", args=[token]),
        "expires_at": invitation.expires_at,
    }
    emails.compose("accounts/email/invitation", invitation.consumer.email, context).send()


def withdraw(invitation: Invitation, request: ConsumerRequest | None = None) -> bool:
    """Invalidate the link. The account stays, but is inactive. False if there was no invitation to withdraw."""
    if not _may_manage(request, invitation.consumer):
        return False
    pending = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    withdrawn = bool(pending.update(withdrawn_at=timezone.now(), token_hash=""))
    if withdrawn:
        # Another unusable password changes the account, so `stale_flows` discards a sign-up that was begun for it.
        Consumer.objects.filter(pk=invitation.consumer_id).update(
            is_active=False, password=make_password(None)
        )
        activity.record_operator_action(activity.Event.INVITATION_WITHDRAWN, invitation.consumer, request)
    return withdrawn


def _may_manage(request: ConsumerRequest | None, consumer: Consumer) -> bool:
    return request is None or permissions.can_manage(request.user, consumer)


def mark_accepted(consumer: Consumer) -> bool:
    """The consumer opened the account in another way: invalidate the link. Returns whether one was pending."""
    pending = Invitation.objects.filter(consumer=consumer, accepted_at=None, withdrawn_at=None)
    return bool(pending.update(accepted_at=timezone.now(), token_hash=""))


def find(token: str) -> Invitation | None:
    """The invitation with this token, if it can still be accepted."""
    return _acceptable(token).select_related("consumer").first()


@transaction.atomic
def accept(
    token: str, request: HttpRequest, password: str, first_name: str, last_name: str
) -> Consumer | None:
    """Open the account. None if the invitation cannot be accepted: of two attempts at once, only one succeeds."""
    invitation = find(token)
    if invitation is None or not _acceptable(token).update(accepted_at=timezone.now(), token_hash=""):
        return None
    consumer = invitation.consumer
    consumer.is_active = True
    consumer.first_name, consumer.last_name = first_name, last_name
    consumer.set_password(password)
    consumer.save()
    consumer.mark_verified()
    activity.record(activity.Event.ACCOUNT_OPENED, consumer, request, detail="invitation")
    return consumer


def _acceptable(token: str) -> models.QuerySet[Invitation]:
    return Invitation.objects.filter(
        token_hash=_hash(token), accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now()
    )


def _hash(token: str) -> str:
    """A plain hash is enough, because the token is 256 random bits and cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()
