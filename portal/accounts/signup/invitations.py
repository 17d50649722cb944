"""Invitations: an operator prepares an account, and a mail leads the user into it."""

import hashlib
import secrets
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import models, transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts import permissions
from portal.accounts.audit import activity
from portal.accounts.emails import queue, sending
from portal.accounts.models import Consumer, ConsumerRequest, Invitation, PortalMail
from portal.accounts.validators import normalise_address

_TOKEN_BYTES = 32


class NotInvited(Exception):
    """The invitation was refused. The text tells the operator why."""


class State(models.TextChoices):
    """Only `OPEN` and `WAITING` ones can be accepted.

    `WAITING`: the mail server has not taken the mail yet. `NOT_SENT`: it refused it for good.
    """

    OPEN = "open", gettext_lazy("open")
    WAITING = "waiting", gettext_lazy("waiting for the mail server")
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
    if invitation.expires_at <= timezone.now():
        return State.EXPIRED
    return State.OPEN if invitation.sent_at else State.WAITING


def refusal_reason(address: str) -> str:
    """Why no user can be invited under this address, as a text. Empty if one can."""
    consumer = Consumer.objects.filter(email=address).first()
    if consumer is None:
        return ""
    return reason_against(
        consumer, is_verified=EmailAddress.objects.filter(user=consumer, verified=True).exists()
    )


def reason_against(consumer: Consumer, *, is_verified: bool) -> str:
    """The same for a consumer that was found already."""
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
    the operator's, or None for a command. If the mail server does not take the mail now, the invitation is `WAITING`.
    Raises ValidationError for an invalid address, and NotInvited, also where the mail server refuses the address.
    """
    mail = prepare(normalise_address(email), first_name, last_name, request)
    if sending.attempt_now(mail.pk) is sending.Outcome.REFUSED:
        raise NotInvited(_("The mail server refuses this address."))
    return Invitation.objects.select_related("consumer").get(consumer__email=normalise_address(email))


@transaction.atomic
def prepare(
    address: str, first_name: str, last_name: str, request: ConsumerRequest | None = None
) -> PortalMail:
    """Store the invitation with its mail, which `manage.py deliver` sends. Raises NotInvited."""
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
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    invitation, _created = Invitation.objects.update_or_create(
        consumer=consumer,
        defaults={
            "token_hash": _hash(token),
            "invited_by": request.user.email if request else activity.COMMAND,
            "sent_at": None,
            "expires_at": _valid_until(),
            "accepted_at": None,
            "withdrawn_at": None,
        },
    )
    invitation.mails.all().delete()
    mail = _mail_of(invitation, token)
    mail.save()
    activity.record_operator_action(activity.Event.INVITED, consumer, request)
    return mail


def prepare_new(people: list[Consumer], request: ConsumerRequest | None = None) -> None:
    """Store invitations for accounts that do not exist yet, in a few statements for all.

    `people` are unsaved, with address and names. Raises IntegrityError, and stores nothing, if one of the addresses
    has an account by now.
    """
    tokens = [secrets.token_urlsafe(_TOKEN_BYTES) for _person in people]
    invited_by, until = request.user.email if request else activity.COMMAND, _valid_until()
    for person in people:
        person.is_active = False
        person.set_unusable_password()
    with transaction.atomic():
        consumers = Consumer.objects.bulk_create(people)
        made = Invitation.objects.bulk_create(
            Invitation(consumer=consumer, token_hash=_hash(token), invited_by=invited_by, expires_at=until)
            for consumer, token in zip(consumers, tokens, strict=True)
        )
        mails = [_mail_of(invitation, token) for invitation, token in zip(made, tokens, strict=True)]
        PortalMail.objects.bulk_create(mails)
        activity.record_operator_actions(activity.Event.INVITED, consumers, request)


def _valid_until() -> datetime:
    return timezone.now() + timedelta(days=settings.PORTAL_INVITATION_DAYS)


def _mail_of(invitation: Invitation, token: str) -> PortalMail:
    context = {
        "first_name": invitation.consumer.first_name,
        "address": settings.PORTAL_URL + reverse("account_invitation", args=[token]),
        "expires_at": invitation.expires_at,
    }
    return queue.invitation_row(invitation, "accounts/email/invitation", context)


def withdraw(invitation: Invitation, request: ConsumerRequest | None = None) -> bool:
    """Invalidate the link. The account stays, but is inactive. False if there was no invitation to withdraw."""
    if not _may_manage(request, invitation.consumer):
        return False
    pending = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    withdrawn = bool(pending.update(withdrawn_at=timezone.now(), token_hash=""))
    if withdrawn:
        invitation.mails.all().delete()
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
    PortalMail.objects.filter(invitation__in=pending).delete()
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
