"""Sign-up by the user alone, if PORTAL_SIGNUP allows it.

Anyone can type another person's address. So everything typed with it, above all the password, stays in the session of
that browser, and takes effect once the same browser has verified the address with the mailed code. Until then the
account is empty, has no password and blocks no other sign-up: the first user to verify the address gets it.
"""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from portal.accounts.audit import activity
from portal.accounts.models import Consumer
from portal.accounts.signup import invitations

SESSION_KEY = "sign_up"
_ABANDONED_AFTER = timedelta(days=1)
_BATCH = 500  # Accounts that are deleted together.


def unverified() -> QuerySet[Consumer]:
    """Accounts without a verified address. Not operators' accounts, and not accounts that an operator switched off."""
    verified = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    invited = Q(invitation__isnull=False, invitation__accepted_at=None, invitation__withdrawn_at=None)
    return Consumer.objects.filter(~Exists(verified), Q(is_active=True) | invited, is_staff=False)


def is_taken(address: str) -> bool:
    """Whether a verified account has this address, or one that an operator switched off."""
    return Consumer.objects.filter(email=address).exists() and not unverified().filter(email=address).exists()


def start(request: HttpRequest, address: str, password: str, first_name: str, last_name: str) -> Consumer:
    """Create or find the empty account, and keep the rest in this browser's session. `password` is a hash."""
    with transaction.atomic():
        consumer, _created = Consumer.objects.get_or_create(
            email=address, defaults={"password": make_password(None)}
        )
        EmailAddress.objects.get_or_create(user=consumer, email=address, defaults={"primary": True})
    request.session[SESSION_KEY] = {
        "consumer": consumer.pk,
        "fields": {"password": password, "first_name": first_name, "last_name": last_name},
    }
    return consumer


def complete(request: HttpRequest, email_address: EmailAddress) -> None:
    """The address was verified for the first time: open the account, with what this browser typed at sign-up."""
    consumer = Consumer.objects.get(pk=email_address.user_id)
    if consumer.last_login is not None:
        return
    typed = request.session.pop(SESSION_KEY, None)
    was_invited = invitations.mark_accepted(consumer)
    if typed and typed["consumer"] == consumer.pk:
        active = consumer.is_active or was_invited
        Consumer.objects.filter(pk=consumer.pk).update(**typed["fields"], is_active=active)
    activity.record(activity.Event.ACCOUNT_OPENED, consumer, request)


def delete_abandoned() -> int:
    """Delete sign-ups that were started a day ago or earlier and never verified. Returns how many."""
    before = timezone.now() - _ABANDONED_AFTER
    waits_for_code = EmailAddress.objects.filter(user=OuterRef("pk"), primary=True, verified=False)
    # Accounts prepared by an operator have a name, an invitation, or no address that waits for a code.
    abandoned = unverified().filter(
        Exists(waits_for_code),
        invitation=None,
        first_name="",
        last_name="",
        last_login=None,
        date_joined__lt=before,
    )
    deleted, keys = 0, abandoned.order_by("date_joined").values_list("pk", flat=True)
    while batch := list(keys[:_BATCH]):
        # The conditions again: somebody may have proved the address since.
        deleted += int(abandoned.filter(pk__in=batch).delete()[1].get("accounts.Consumer", 0))
    return deleted


def release_unverified(address: str, *, owner: Consumer) -> None:
    """Delete accounts that other users started with this address: `owner` has just verified it."""
    for consumer in unverified().filter(email=address).exclude(pk=owner.pk):
        activity.record(activity.Event.ACCOUNT_CLOSED, consumer, detail="address proved by another")
        consumer.delete()
