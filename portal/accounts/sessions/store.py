"""Sessions in the database, with a second end that no use puts off."""

import time

from django.conf import settings
from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """Its row, and with it the session, ends at the idle limit or at the absolute one, whichever is first."""

    def get_session_cookie_age(self) -> int:
        """Seconds that are left from now, if nothing is asked for. Django takes every end of a session from here."""
        idle: int = settings.SESSION_COOKIE_AGE
        started: int | None = self.get("started")
        if started is None:
            return idle
        return int(min(idle, started + settings.SESSION_ABSOLUTE_SECONDS - time.time()))
