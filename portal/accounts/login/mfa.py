"""The second step of signing in: who has one, and who must."""

from collections import Counter

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from portal import encryption
from portal.accounts.allauth_compat import get_authentication_records, record_authentication
from portal.accounts.models import Consumer
from portal.accounts.sessions.revoke import revoke_all

# Recovery codes alone are no second step: they replace one.
_STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# What is recorded of those whom the company vouched for, by single sign-on and by hand-off.
_VOUCHED_FOR = {"socialaccount", "hand_off"}
# Under which name django-allauth keeps what is secret of each.
_SECRETS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}


def is_set_up(consumer: Consumer) -> bool:
    return bool(Authenticator.objects.filter(user=consumer, type__in=_STEPS).exists())


def is_demanded(request: HttpRequest, consumer: Consumer, *, in_admin: bool) -> bool:
    """Whether this consumer may go on with one only.

    Operators need one for the admin, wherever DEBUG is off. With PORTAL_REQUIRE_MFA everybody needs one, but for
    those for whom the company vouches, by its provider or its website: what it asks for is its own affair.
    """
    if in_admin and consumer.is_staff and not settings.DEBUG:
        return True
    return bool(settings.PORTAL_REQUIRE_MFA and _VOUCHED_FOR.isdisjoint(_proofs(request, consumer)))


def is_due(request: HttpRequest, consumer: Consumer, *, in_admin: bool = False) -> bool:
    """Whether nothing else is open to this consumer until they set one up, or prove the one they have."""
    if not is_demanded(request, consumer, in_admin=in_admin):
        return False
    return not (is_proved(request, consumer) and is_set_up(consumer))


def is_proved(request: HttpRequest, consumer: Consumer) -> bool:
    """In this very session: one that began with the password alone does not gain by what was set up elsewhere."""
    return "mfa" in _proofs(request, consumer)


def _proofs(request: HttpRequest, consumer: Consumer) -> set[str]:
    return {record["method"] for record in get_authentication_records(request, consumer)}


def was_set_up(request: HttpRequest, consumer: Consumer, step: Authenticator) -> None:
    """The first one was made with this session, and proves it; sessions elsewhere began without one, and end."""
    if Authenticator.objects.filter(user=consumer, type__in=_STEPS).count() == 1:
        record_authentication(request, consumer, "mfa", id=step.pk, type=step.type)
        revoke_all(consumer, except_key=request.session.session_key)


def rotate_secrets() -> Counter[str]:
    """Encrypt the secrets of authenticator apps and recovery codes anew. Counts what is "anew" and "unreadable"."""
    done: Counter[str] = Counter()
    for step in Authenticator.objects.filter(type__in=_SECRETS).iterator():
        name = _SECRETS[step.type]
        try:
            anew = encryption.rotate(step.data[name])
        except encryption.KeyMissing:
            done["unreadable"] += 1
            continue
        with transaction.atomic():
            # Codes may have been used up, or made anew, since the row was read.
            current = Authenticator.objects.select_for_update().filter(pk=step.pk).first()
            if current and current.data.get(name) == step.data[name]:
                current.data[name] = anew
                current.save(update_fields=["data"])
                done["anew"] += 1
    return done
