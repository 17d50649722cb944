"""Opening an account by oneself, where PORTAL_SIGNUP allows it.

Anybody can type anybody's address. So what is typed with it, a password above all, stays in the session of the
browser that typed it, and counts once that same browser has proved the address with the mailed code. Until then
the account is empty, has no password, and stands in nobody's way: whoever proves the address gets it.
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

KEY = "sign_up"  # In the session.
_GIVEN_UP_AFTER = timedelta(days=1)


def unproved() -> QuerySet[Consumer]:
    """Accounts whose address nobody has proved, and which the operator has not closed or made for an operator."""
    proved = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True)
    invited = Q(invitation__isnull=False, invitation__accepted_at=None, invitation__withdrawn_at=None)
    return Consumer.objects.filter(~Exists(proved), Q(is_active=True) | invited, is_staff=False)


def is_taken(address: str) -> bool:
    """Whether somebody's account has this address, or had it when the operator switched it off."""
    return Consumer.objects.filter(email=address).exists() and not unproved().filter(email=address).exists()


def begin(request: HttpRequest, address: str, password: str, first_name: str, last_name: str) -> Consumer:
    """Make the empty account, or find it, and let this browser remember the rest. `password` is its hash."""
    with transaction.atomic():
        consumer, _created = Consumer.objects.get_or_create(
            email=address, defaults={"password": make_password(None)}
        )
        EmailAddress.objects.get_or_create(user=consumer, email=address, defaults={"primary": True})
    request.session[KEY] = {
        "consumer": consumer.pk,
        "fields": {"password": password, "first_name": first_name, "last_name": last_name},
    }
    return consumer


def complete(request: HttpRequest, email_address: EmailAddress) -> None:
    """The address was proved for the first time: the account is open, with what this browser typed for it."""
    consumer = Consumer.objects.get(pk=email_address.user_id)
    if consumer.last_login is not None:
        return
    typed = request.session.pop(KEY, None)
    was_invited = invitations.settle(consumer)
    if typed and typed["consumer"] == consumer.pk:
        active = consumer.is_active or was_invited
        Consumer.objects.filter(pk=consumer.pk).update(**typed["fields"], is_active=active)
    activity.record(activity.Event.ACCOUNT_OPENED, consumer, request)


def forget_unproved() -> int:
    """Remove what was begun a day ago or earlier and never proved. How many there were."""
    before = timezone.now() - _GIVEN_UP_AFTER
    begun = EmailAddress.objects.filter(user=OuterRef("pk"), primary=True, verified=False)
    # Those whom an operator made ready have a name, an invitation, or no address that waits for a code.
    given_up = unproved().filter(
        Exists(begun), invitation=None, first_name="", last_name="", last_login=None, date_joined__lt=before
    )
    return int(given_up.delete()[1].get("accounts.Consumer", 0))


def make_room(address: str, *, but: Consumer) -> None:
    """Remove an account that somebody began for an address which `but` has just proved to be theirs."""
    for begun in unproved().filter(email=address).exclude(pk=but.pk):
        activity.record(activity.Event.ACCOUNT_CLOSED, begun, detail="address proved by another")
        begun.delete()
