"""The second step of signing in: who has one, and who has to have one."""

from collections import Counter
from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from portal import encryption
from portal.accounts.allauth_compat import get_authentication_records, record_authentication
from portal.accounts.models import Consumer
from portal.accounts.sessions.revoke import revoke_all

# Not recovery codes: they stand in for a second step, and are not one by themselves.
_SECOND_STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# The methods in authentication records by which the company vouches: single sign-on and hand-off.
_VOUCHED_FOR = {"socialaccount", "hand_off"}
# The key of each secret in `Authenticator.data`.
_SECRET_KEYS = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}


def is_set_up(consumer: Consumer) -> bool:
    return bool(Authenticator.objects.filter(user=consumer, type__in=_SECOND_STEPS).exists())


def is_required(request: HttpRequest, consumer: Consumer, *, in_admin: bool) -> bool:
    """Whether this session needs a second step.

    Operators need one for the admin, unless DEBUG is on. With PORTAL_REQUIRE_MFA everyone needs one, except customers
    signed in by the company's provider or website: what to ask them is the company's own decision.
    """
    if in_admin and consumer.is_staff and not settings.DEBUG:
        return True
    return bool(settings.PORTAL_REQUIRE_MFA and _VOUCHED_FOR.isdisjoint(_methods(request, consumer)))


def is_outstanding(request: HttpRequest, consumer: Consumer, *, in_admin: bool = False) -> bool:
    """Whether this consumer first has to set up a second step, or to prove the one they have."""
    if not is_required(request, consumer, in_admin=in_admin):
        return False
    return not (is_proved(request, consumer) and is_set_up(consumer))


def is_proved(request: HttpRequest, consumer: Consumer) -> bool:
    """Whether it was proved in this very session: one that began with the password alone gains nothing elsewhere."""
    return "mfa" in _methods(request, consumer)


def _methods(request: HttpRequest, consumer: Consumer) -> set[str]:
    return {record["method"] for record in get_authentication_records(request, consumer)}


def on_activated(request: HttpRequest, consumer: Consumer, step: Authenticator) -> None:
    """A second step was added. If it is the first, it counts as proved here, and all other sessions end.

    Those sessions began without a second step, and may be another person's.
    """
    if Authenticator.objects.filter(user=consumer, type__in=_SECOND_STEPS).count() == 1:
        record_authentication(request, consumer, "mfa", id=step.pk, type=step.type)
        revoke_all(consumer, except_key=request.session.session_key)


def sealed_secrets(number: int) -> list[str]:
    """The encrypted secrets of the second steps that were set up last, so many of them."""
    steps = Authenticator.objects.filter(type__in=_SECRET_KEYS).order_by("-pk")[:number]
    return [step.data[key] for step in steps if (key := _SECRET_KEYS[step.type]) in step.data]


def encrypted_secrets() -> Iterator[str]:
    """The secrets of apps and recovery codes, as they are stored."""
    for step in Authenticator.objects.filter(type__in=_SECRET_KEYS).iterator():
        yield step.data[_SECRET_KEYS[step.type]]


def rotate_secrets() -> Counter[str]:
    """Encrypt the secrets of apps and recovery codes with the current key. Counts "rotated" and "unreadable" ones."""
    counts: Counter[str] = Counter()
    for step in Authenticator.objects.filter(type__in=_SECRET_KEYS).iterator():
        key = _SECRET_KEYS[step.type]
        try:
            rotated = encryption.rotate(step.data[key])
        except encryption.KeyMissing:
            counts["unreadable"] += 1
            continue
        with transaction.atomic():
            # Since the row was read, codes may have been used, or replaced by new ones.
            current = Authenticator.objects.select_for_update().filter(pk=step.pk).first()
            if current and current.data.get(key) == step.data[key]:
                current.data[key] = rotated
                current.save(update_fields=["data"])
                counts["rotated"] += 1
    return counts
