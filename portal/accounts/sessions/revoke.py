from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils import timezone

from portal.accounts.models import Consumer, WindowCode
from portal.accounts.sessions.store import SessionStore


def revoke_all(consumer: Consumer, *, except_key: str | None = None) -> int:
    """End this consumer's sessions, except the one with the session key `except_key`. Returns how many ended.

    Window codes are deleted too, whichever session they were issued in: each would open a new session.
    """
    devices = list(UserSession.objects.filter(user=consumer).exclude(session_key=except_key))
    keys = [device.session_key for device in devices]
    # Some may have expired: their rows are there until `manage.py tidy` deletes them.
    stored = SessionStore.get_model_class().objects.filter(session_key__in=keys)
    ended = stored.filter(expire_date__gt=timezone.now()).count()
    for device in devices:
        device.end()
    WindowCode.objects.filter(consumer=consumer).delete()
    return int(ended)


@transaction.atomic
def end_every_session() -> int:
    """Sign everyone out, and forget what they have begun without signing in. Returns how many sessions ended."""
    WindowCode.objects.all().delete()
    UserSession.objects.all().delete()
    return int(SessionStore.get_model_class().objects.all().delete()[0])
