"""Operators, with the second step that the admin requires."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission

from portal.accounts.models import Consumer
from tests.conftest import make_consumer


def make_superuser(first_name: str) -> Consumer:
    return _make(first_name, is_staff=True, is_superuser=True)


def make_clerk(first_name: str) -> Consumer:
    """An operator with permissions for consumers and invitations only."""
    clerk = _make(first_name, is_staff=True)
    rights = Permission.objects.filter(content_type__model__in=("consumer", "invitation"))
    clerk.user_permissions.set(rights)
    return clerk


def make_operator(first_name: str) -> Consumer:
    """An operator without permissions."""
    return _make(first_name, is_staff=True)


def _make(first_name: str, **rights: bool) -> Consumer:
    consumer = make_consumer(first_name)
    Consumer.objects.filter(pk=consumer.pk).update(**rights)
    Authenticator.objects.create(user=consumer, type=Authenticator.Type.TOTP, data={})
    consumer.refresh_from_db()
    return consumer
