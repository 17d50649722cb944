"""Lets time pass for a session without waiting for it: on the page's clock, and for the server in the session's row."""

from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import Page

from portal.accounts.sessions.store import SessionStore


def let_pass(page: Page, seconds: int) -> None:
    """As if the session had begun and was used last so much earlier. The page needs `page.clock.install()` before."""
    for cookie in page.context.cookies():
        # Within a frame, a suffix follows.
        if cookie["name"].startswith(settings.SESSION_COOKIE_NAME):
            age_session(cookie["value"], seconds)
    page.clock.fast_forward(seconds * 1000)


def age_session(key: str, seconds: int) -> None:
    ends = Session.objects.get(session_key=key).expire_date - timedelta(seconds=seconds)
    session = SessionStore(key)
    session["started"] -= seconds
    session["seen"] -= seconds
    session.save()
    Session.objects.filter(session_key=key).update(expire_date=ends)  # Saving moved it.
