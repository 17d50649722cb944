"""How long a session lives: it ends SESSION_IDLE_SECONDS after the last page that a person asked for."""

import time

from django.http import HttpRequest

# Seconds: a session is written once in this time, not on every page.
_REFRESH_AFTER = 60


def start_idle_limit(request: HttpRequest | None, **_: object) -> None:
    """Begin to count, at sign-in. Sessions that nobody signed in to are left to their own end."""
    if request is not None:
        request.session["seen"] = int(time.time())


def extend_idle_limit(request: HttpRequest) -> None:
    """Move the end of a signed-in session to one idle limit from now; writing it also renews its row."""
    now = int(time.time())
    seen = request.session.get("seen")
    if seen is not None and now - seen > _REFRESH_AFTER:
        request.session["seen"] = now
