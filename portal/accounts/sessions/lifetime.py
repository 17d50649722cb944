"""How long a session lives, and where it is used.

It ends SESSION_IDLE_SECONDS after the last page that a person asked for, and SESSION_ABSOLUTE_SECONDS after they
signed in at the latest: `portal.accounts.sessions.store` puts either end into the session's row.
"""

import time
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portal.accounts.audit import activity
from portal.accounts.models import Activity, Consumer, WindowCode
from portal.accounts.sessions import client_info

# Seconds: a session is written once in this time, not on every page.
_REFRESH_AFTER = 60


@dataclass(frozen=True)
class Left:
    """Seconds until a session ends: if nothing is asked for, and in any case."""

    idle: int
    absolute: int


def start(request: HttpRequest | None, user: Consumer, **_: object) -> None:
    """Begin to count, at sign-in. Sessions that nobody signed in to are left to their own end."""
    if request is None:
        return
    request.session["started"] = request.session["seen"] = int(time.time())
    # Written down now: by the next page, this sign-in is the last one.
    earlier = Activity.objects.filter(consumer=user, event=Activity.Event.SIGNED_IN).first()
    if earlier:
        request.session["last_sign_in"] = [earlier.at.isoformat(), earlier.device]
    # Saved now: another sign-in takes a session that nobody is signed in to for one that is over, and drops its row
    # from the devices, so that nobody could end it there.
    request.session.save()


def extend(request: HttpRequest, *, at_once: bool = False) -> None:
    """Move the end of a signed-in session to one idle limit from now; writing it also renews its row."""
    now = int(time.time())
    seen = request.session.get("seen")
    if seen is None or (now - seen <= _REFRESH_AFTER and not at_once):
        return
    request.session["seen"] = now
    _renew_device(request)


def _renew_device(request: HttpRequest) -> None:
    """Keep where the session is used now. A phone goes from network to network; another browser is worth a line."""
    rows = UserSession.objects.filter(session_key=request.session.session_key)
    row = rows.select_related("user").first()
    if row is None:
        return
    before, device = client_info.words(row.user_agent), client_info.device(request)
    longest = UserSession._meta.get_field("user_agent").max_length
    rows.update(
        last_seen_at=timezone.now(),
        ip=client_info.network(request) or row.ip,
        user_agent=request.headers.get("User-Agent", "")[:longest],
    )
    if before != device:
        activity.record(activity.Event.SESSION_MOVED, row.user, request, detail=before)


def mark(session: SessionBase) -> str:
    """Tells pages whether two answers are of the same session, and nothing else about it."""
    return salted_hmac(f"{__name__}.mark", session.session_key or "", algorithm="sha256").hexdigest()[:16]


def left(session: SessionBase) -> Left | None:
    """None where nobody is signed in to it."""
    if "seen" not in session:
        return None
    now = int(time.time())
    absolute = session["started"] + settings.SESSION_ABSOLUTE_SECONDS - now
    return Left(min(session["seen"] + settings.SESSION_COOKIE_AGE - now, absolute), absolute)


def end(consumer: Consumer, *, but: str | None = None) -> int:
    """End this consumer's sessions, all of them or all but the one with that key. How many there were.

    Codes that would open another one are void from now on, wherever they come from.
    """
    ended = 0
    for session in UserSession.objects.filter(user=consumer).exclude(session_key=but):
        session.end()
        ended += 1
    WindowCode.objects.filter(consumer=consumer).delete()
    return ended


def renew_key(request: HttpRequest) -> None:
    """A new key for the same session, where what it stands for has grown."""
    old = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)
