"""Whose account the company's word opens. The address decides whose mail is shown, so each way in is a rule here."""

from allauth.account import signals
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from portal.accounts.audit import activity
from portal.accounts.federation.errors import AddressTaken, OperatorsStayOut, SwitchedOff, Way
from portal.accounts.federation.identity import Identity
from portal.accounts.models import Consumer, Invitation
from portal.accounts.signup import self_service

Event = activity.Event


def link(request: HttpRequest, identity: Identity, way: Way) -> Consumer:
    """Whose account it is: linked to this person at the company, or linked or opened now.

    PORTAL_SIGNUP does not matter: whoever the company itself vouches for is welcome. Raises AddressTaken,
    SwitchedOff, and OperatorsStayOut.
    """
    try:
        return _link(request, identity, way)
    except (IntegrityError, AddressTaken):
        # Perhaps by the same person, who came through two windows at the same time: then the link is there by now.
        return _link(request, identity, way)


@transaction.atomic
def _link(request: HttpRequest, identity: Identity, way: Way) -> Consumer:
    """Accounts are locked as they are read: what two windows change at the same time, they change once."""
    linked = SocialAccount.objects.select_related("user").filter(
        provider=identity.issuer, uid=identity.subject
    )
    if known := linked.select_for_update(of=("user",), no_key=True).first():
        consumer: Consumer = known.user
        _let_in(consumer, way)
        _follow(request, consumer, identity)
        return consumer
    consumer, was_open = _consumer_with(request, identity, way)
    SocialAccount.objects.create(user=consumer, provider=identity.issuer, uid=identity.subject, extra_data={})
    activity.record(Event.COMPANY_SIGN_IN_LINKED, consumer, request, detail=way)
    if was_open:
        get_adapter(request).send_notification_mail("socialaccount/email/account_connected", consumer)
    return consumer


def _follow(request: HttpRequest, consumer: Consumer, identity: Identity) -> None:
    """Keep the account at the address that the company vouches for now.

    The company has the last word on whose address it is: an account that stayed at an old one would
    go on to show the mail of whoever has that address next.
    """
    if consumer.verified_address() == identity.address:
        return
    self_service.make_room(identity.address, but=consumer)
    if _is_anothers(identity.address, consumer):
        raise AddressTaken("the address in the token is another account's", consumer)
    former = consumer.email
    consumer.email = identity.address
    consumer.save(update_fields=["email"])
    consumer.mark_verified()
    if former == consumer.email:
        return
    context = {"from_email": former, "to_email": consumer.email}
    get_adapter(request).send_notification_mail(
        "account/email/email_changed", consumer, context, email=former
    )
    signals.email_changed.send(
        sender=EmailAddress,
        request=request,
        user=consumer,
        from_email_address=EmailAddress(user=consumer, email=former),
        to_email_address=EmailAddress.objects.get_primary(consumer),
    )


def _consumer_with(request: HttpRequest, identity: Identity, way: Way) -> tuple[Consumer, bool]:
    """For who comes for the first time: the account with their address, or a new one; and whether it was theirs before.

    An account is linked only where its address was proved here too. Where nobody has proved it, whoever began the
    account may be a stranger who typed this address: it is theirs no longer.
    """
    consumer = Consumer.objects.select_for_update(no_key=True).filter(email=identity.address).first()
    if consumer is None:
        return _open(request, Consumer(email=identity.address), identity, way), False
    if self_service.unproved().filter(pk=consumer.pk).exists():
        _empty(consumer)
        return _open(request, consumer, identity, way), False
    _let_in(consumer, way)
    if consumer.verified_address() is None:
        raise AddressTaken("the account with this address has not proved it", consumer)
    return consumer, True


def _open(request: HttpRequest, consumer: Consumer, identity: Identity, way: Way) -> Consumer:
    """A new account, or one that was made ready by an invitation."""
    if _is_anothers(identity.address, consumer):
        raise AddressTaken("the address in the token is another account's")
    consumer.is_active = True
    consumer.first_name = identity.first_name or consumer.first_name
    consumer.last_name = identity.last_name or consumer.last_name
    consumer.set_unusable_password()
    consumer.save()
    consumer.mark_verified()
    Invitation.objects.filter(consumer=consumer, accepted_at=None).update(
        accepted_at=timezone.now(), token_hash=""
    )
    activity.record(Event.ACCOUNT_OPENED, consumer, request, detail=way)
    return consumer


def _empty(consumer: Consumer) -> None:
    """Take out of an account what a stranger may have put into it. `_open` drops its password, and so its sessions."""
    Authenticator.objects.filter(user=consumer).delete()
    SocialAccount.objects.filter(user=consumer).delete()


def _let_in(consumer: Consumer, way: Way) -> None:
    if way is Way.HAND_OFF and consumer.is_staff:
        raise OperatorsStayOut("the account is an operator's", consumer)
    if not consumer.is_active:
        raise SwitchedOff("the account is switched off", consumer)


def _is_anothers(address: str, consumer: Consumer) -> bool:
    accounts = Consumer.objects.filter(email=address).exclude(pk=consumer.pk)
    proved = EmailAddress.objects.filter(email=address, verified=True).exclude(user_id=consumer.pk)
    return accounts.exists() or proved.exists()
