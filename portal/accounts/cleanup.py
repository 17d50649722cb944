"""What `manage.py tidy` deletes once a day: expired rows, and those that were kept for long enough."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from portal import heartbeats, tallies
from portal.accounts.emails import delivery
from portal.accounts.models import Activity, SpentToken, WindowCode
from portal.accounts.sessions.store import SessionStore
from portal.accounts.signup import self_service

_BATCH = (
    1_000  # Rows that are deleted or looked at together, so that other writers wait for a short time only.
)


def delete_expired_sessions() -> int:
    sessions = SessionStore.get_model_class().objects
    return _delete(sessions.filter(expire_date__lt=timezone.now()).order_by("expire_date"))


def delete_devices_without_session() -> int:
    """Delete devices that were also not used for SESSION_COOKIE_AGE.

    While a session gets a new key, its device's row points to no session for a moment.
    """
    last_seen = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    sessions = SessionStore.get_model_class().objects.filter(session_key=OuterRef("session_key"))
    orphans = UserSession.objects.filter(~Exists(sessions), last_seen_at__lt=last_seen)
    deleted, devices, last = 0, UserSession.objects.order_by("pk").values_list("pk", flat=True), 0
    while batch := list(devices.filter(pk__gt=last)[:_BATCH]):
        deleted += int(orphans.filter(pk__in=batch).delete()[0])
        last = batch[-1]
    return deleted


def delete_old_activity() -> int:
    """Delete lines of the activity log after PORTAL_ACTIVITY_DAYS. Nothing else deletes one."""
    # The default manager refuses to delete.
    return _delete(Activity._base_manager.filter(at__lt=_oldest_kept()).order_by("at"))


def delete_old_admin_history() -> int:
    """Django's own history of operators' changes. It names addresses; the portal stopped writing it."""
    return _delete(LogEntry.objects.filter(action_time__lt=_oldest_kept()).order_by("pk"))


def delete_spent_tokens() -> int:
    """Delete them an hour after the token's expiry, in case the servers' clocks differ."""
    old = SpentToken.objects.filter(expires_at__lt=timezone.now() - timedelta(hours=1))
    return _delete(old.order_by("expires_at"))


def delete_window_codes() -> int:
    """Delete unused codes that have expired; a used one is deleted at once."""
    return _delete(WindowCode.objects.filter(expires_at__lt=timezone.now()).order_by("expires_at"))


def _delete(rows: QuerySet[Any]) -> int:
    """Delete them batch by batch, in an order that has an index. Returns how many."""
    deleted, keys = 0, rows.values_list("pk", flat=True)
    while batch := list(keys[:_BATCH]):
        deleted += int(rows.model._base_manager.filter(pk__in=batch).delete()[0])
    return deleted


def _oldest_kept() -> datetime:
    return timezone.now() - timedelta(days=settings.PORTAL_ACTIVITY_DAYS)


# The tasks in order, with their names as printed by `manage.py tidy`. Sessions have to come before devices.
TASKS: dict[str, Callable[[], int]] = {
    "expired sessions": delete_expired_sessions,
    "devices without a session": delete_devices_without_session,
    "accounts that nobody proved to be theirs": self_service.delete_abandoned,
    "marks of used hand-off tokens": delete_spent_tokens,
    "mails that could not be sent": delivery.delete_expired,
    "codes for a window that nobody used": delete_window_codes,
    "old lines of the activity log": delete_old_activity,
    "old lines of the admin's own history": delete_old_admin_history,
    "signs of life of hosts that are gone": heartbeats.delete_old,
    "counts for the operators' page": tallies.delete_old,
}
