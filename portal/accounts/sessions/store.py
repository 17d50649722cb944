"""SESSION_ENGINE: Django's sessions in the database, with an absolute limit that using them does not extend."""

import time

from django.conf import settings
from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """The row, and with it the session, expires at the idle limit or the absolute limit, whichever comes first."""

    def get_session_cookie_age(self) -> int:
        """Seconds until the session expires if it is not used. Django derives every expiry from this method."""
        idle: int = settings.SESSION_COOKIE_AGE
        started: int | None = self.get("started")
        if started is None:
            return idle
        return int(min(idle, started + settings.SESSION_ABSOLUTE_SECONDS - time.time()))
