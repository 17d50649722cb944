"""What `manage.py tidy` removes once a day: what is over, or was kept for long enough."""

from collections.abc import Callable
from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db.models import Exists, OuterRef
from django.utils import timezone

from portal.accounts.models import Activity, SpentToken, WindowCode
from portal.accounts.sessions.store import SessionStore
from portal.accounts.signup import self_service

_BATCH = 1_000  # Rows that are deleted at once: nobody waits for the lock on more.


def expired_sessions() -> int:
    sessions = SessionStore.get_model_class().objects
    return int(sessions.filter(expire_date__lt=timezone.now()).delete()[0])


def devices_without_a_session() -> int:
    """Of those, the ones that were not seen for an idle limit: while a session renews its key, its row is not found."""
    idle = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    sessions = SessionStore.get_model_class().objects.filter(session_key=OuterRef("session_key"))
    gone = UserSession.objects.filter(~Exists(sessions), last_seen_at__lt=idle)
    return int(gone.delete()[0])


def forget_old() -> int:
    """Lines of the activity log that were kept for PORTAL_ACTIVITY_DAYS. Nothing else ever deletes one."""
    # The default manager refuses.
    lines, forgotten = Activity._base_manager, 0
    old = lines.filter(at__lt=_log_begins()).order_by("at").values_list("pk", flat=True)
    while batch := list(old[:_BATCH]):
        forgotten += lines.filter(pk__in=batch).delete()[0]
    return forgotten


def forget_old_history() -> int:
    """Django's history of what operators changed, which names addresses. Nothing is added to it any more."""
    return int(LogEntry.objects.filter(action_time__lt=_log_begins()).delete()[0])


def spent_tokens() -> int:
    """Marks of hand-off tokens that are refused for their age by now, by whatever clock."""
    return int(SpentToken.objects.filter(expires_at__lt=timezone.now() - timedelta(hours=1)).delete()[0])


def window_codes() -> int:
    """Those that nobody used."""
    return int(WindowCode.objects.filter(expires_at__lt=timezone.now()).delete()[0])


def _log_begins() -> datetime:
    return timezone.now() - timedelta(days=settings.PORTAL_ACTIVITY_DAYS)


# What is removed, in words, and by whom. The order counts: devices go after their sessions.
TASKS: dict[str, Callable[[], int]] = {
    "expired sessions": expired_sessions,
    "devices without a session": devices_without_a_session,
    "accounts that nobody proved to be theirs": self_service.forget_unproved,
    "marks of used hand-off tokens": spent_tokens,
    "codes for a window that nobody used": window_codes,
    "old lines of the activity log": forget_old,
    "old lines of the admin's own history": forget_old_history,
}
