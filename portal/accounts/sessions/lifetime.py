"""How long a session lasts, and which device it is used on.

A session ends SESSION_IDLE_SECONDS after the last page that the user requested, and SESSION_ABSOLUTE_SECONDS after
they signed in at the latest. `portal.accounts.sessions.store` writes the earlier of the two into the session's row.
"""

import time
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from portal.accounts.audit import activity
from portal.accounts.models import Activity, Consumer
from portal.accounts.sessions import client_info
from portal.accounts.sessions.store import SessionStore

_MIN_SECONDS_BETWEEN_WRITES = 60  # So that a session is not written on every page.


@dataclass(frozen=True)
class Remaining:
    """Seconds until a session ends: if it is not used (`idle`), and in any case (`absolute`)."""

    idle: int
    absolute: int


def start(request: HttpRequest | None, user: Consumer, **_: object) -> None:
    """A receiver of `user_logged_in`: start counting. Sessions without a sign-in have no absolute limit."""
    if request is None:
        return
    request.session["started"] = request.session["seen"] = int(time.time())
    # Store the previous sign-in now: on the next page, the last one in the log is this one.
    earlier = Activity.objects.filter(consumer=user, event=Activity.Event.SIGNED_IN).first()
    if earlier:
        request.session["last_sign_in"] = [earlier.at.isoformat(), earlier.device]
    # Save now, before this device's row is added. The list of devices, opened elsewhere, purges rows whose stored
    # session has no user yet, and a session without a row could not be revoked.
    request.session.save()


def extend(request: HttpRequest, *, at_once: bool = False) -> None:
    """Move the idle end of a signed-in session to SESSION_IDLE_SECONDS from now.

    At most once in a minute unless `at_once`, since it writes the session. Never if its account was switched off.
    """
    now = int(time.time())
    seen = request.session.get("seen")
    if seen is None or (now - seen <= _MIN_SECONDS_BETWEEN_WRITES and not at_once):
        return
    if not request.user.is_authenticated:
        return
    request.session["seen"] = now
    _update_device(request)


def _update_device(request: HttpRequest) -> None:
    """Store where the session is used now. Phones change networks all the time; another browser is worth a log line."""
    rows = UserSession.objects.filter(session_key=request.session.session_key)
    row = rows.select_related("user").first()
    if row is None:
        return
    before, now = client_info.device_name(row.user_agent), client_info.device(request)
    max_length = UserSession._meta.get_field("user_agent").max_length
    rows.update(
        last_seen_at=timezone.now(),
        ip=client_info.client_ip(request) or row.ip,
        user_agent=request.headers.get("User-Agent", "")[:max_length],
    )
    if before != now:
        activity.record(activity.Event.SESSION_MOVED, row.user, request, detail=before)


def remaining(session: SessionBase) -> Remaining | None:
    """None if no user is signed in to the session."""
    if "seen" not in session:
        return None
    now = int(time.time())
    absolute = session["started"] + settings.SESSION_ABSOLUTE_SECONDS - now
    return Remaining(min(session["seen"] + settings.SESSION_COOKIE_AGE - now, absolute), absolute)


def is_over(session: SessionBase) -> bool:
    """Whether the session has ended since the request began: for what takes longer than a page."""
    rows = SessionStore.get_model_class().objects
    return not rows.filter(session_key=session.session_key, expire_date__gt=timezone.now()).exists()


def cycle_key(request: HttpRequest) -> None:
    """Give the session a new key, as after a change of its privileges.

    django-allauth's row has to follow: a session without a row is in no list of devices, and cannot be revoked.
    """
    old = request.session.session_key
    # At once: the list of devices, opened elsewhere, deletes a row that it finds without a session.
    with transaction.atomic():
        request.session.cycle_key()
        UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)
