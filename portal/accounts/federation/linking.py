"""The account that a federated identity opens.

Mail is shown by e-mail address, so an error in this module shows a customer the mail of another. Each path to an
account is a rule here, and a doubt raises AddressTaken.
"""

from allauth.account import signals
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone

from portal.accounts.audit import activity
from portal.accounts.federation.errors import AccountDisabled, AddressTaken, LoginSource, OperatorNotAllowed
from portal.accounts.federation.identity import Identity
from portal.accounts.models import Consumer, Invitation
from portal.accounts.sessions.revoke import revoke_all
from portal.accounts.signup import self_service

Event = activity.Event


def link_account(request: HttpRequest, identity: Identity, source: LoginSource) -> Consumer:
    """The account that is linked to this identity. The first time, an account is linked, or opened and linked.

    PORTAL_SIGNUP does not matter here: every customer of the company may have an account.
    Raises AddressTaken, AccountDisabled and OperatorNotAllowed.
    """
    try:
        return _link_account(request, identity, source)
    except (IntegrityError, AddressTaken):
        # The same customer may have come through two windows at once. The other request has created the link by now.
        return _link_account(request, identity, source)


@transaction.atomic
def _link_account(request: HttpRequest, identity: Identity, source: LoginSource) -> Consumer:
    """Accounts are read with a lock, so that concurrent requests make each change once."""
    links = SocialAccount.objects.select_related("user").filter(
        provider=identity.issuer, uid=identity.subject
    )
    if link := links.select_for_update(of=("user",), no_key=True).first():
        consumer: Consumer = link.user
        _require_usable(consumer, source)
        _update_address(request, consumer, identity)
        return consumer
    consumer, is_existing = _account_to_link(request, identity, source)
    SocialAccount.objects.create(user=consumer, provider=identity.issuer, uid=identity.subject, extra_data={})
    activity.record(Event.COMPANY_SIGN_IN_LINKED, consumer, request, detail=source)
    if is_existing:
        get_adapter(request).send_notification_mail("socialaccount/email/account_connected", consumer)
    return consumer


def _update_address(request: HttpRequest, consumer: Consumer, identity: Identity) -> None:
    """Give a linked account the address that the company vouches for now.

    The company decides which address belongs to which customer. An account that kept an old address would continue to
    show that address's mail, even after the address was given to another customer.
    """
    if consumer.verified_address() == identity.address:
        return
    self_service.release_unverified(identity.address, owner=consumer)
    if _is_taken(identity.address, consumer):
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


def _account_to_link(request: HttpRequest, identity: Identity, source: LoginSource) -> tuple[Consumer, bool]:
    """The account for an identity without a link, and whether the customer had that account before.

    An existing account is linked only if its owner has proved the address here. Where the address is unproved, a
    stranger who typed it may have created the account: it is reset, and given to the customer.
    """
    consumer = Consumer.objects.select_for_update(no_key=True).filter(email=identity.address).first()
    if consumer is None:
        return _open_account(request, Consumer(email=identity.address), identity, source), False
    if self_service.unverified().filter(pk=consumer.pk).exists():
        revoke_all(consumer)
        Authenticator.objects.filter(user=consumer).delete()
        SocialAccount.objects.filter(user=consumer).delete()
        return _open_account(request, consumer, identity, source), False
    _require_usable(consumer, source)
    if consumer.verified_address() is None:
        raise AddressTaken("the account with this address has not proved it", consumer)
    return consumer, True


def _open_account(
    request: HttpRequest, consumer: Consumer, identity: Identity, source: LoginSource
) -> Consumer:
    """Activate a new account, or one that an invitation has prepared."""
    if _is_taken(identity.address, consumer):
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
    activity.record(Event.ACCOUNT_OPENED, consumer, request, detail=source)
    return consumer


def _require_usable(consumer: Consumer, source: LoginSource) -> None:
    if source is LoginSource.HAND_OFF and consumer.is_staff:
        raise OperatorNotAllowed("the account is an operator's", consumer)
    if not consumer.is_active:
        raise AccountDisabled("the account is switched off", consumer)


def _is_taken(address: str, consumer: Consumer) -> bool:
    """Whether another account has this address, or has proved it in addition to its own."""
    accounts = Consumer.objects.filter(email=address).exclude(pk=consumer.pk)
    proved = EmailAddress.objects.filter(email=address, verified=True).exclude(user_id=consumer.pk)
    return accounts.exists() or proved.exists()
