"""`manage.py tidy` deletes expired rows, and no others."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from portal.accounts import cleanup
from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.models import Activity
from tests.conftest import make_consumer, sign_in

pytestmark = pytest.mark.postgresql("portal.accounts.cleanup")

PASSWORD = "a-lamp-by-the-window"


def tidy():
    said = StringIO()
    call_command("tidy", stdout=said)
    return said.getvalue().splitlines()


@pytest.fixture
def browser(client, db):
    """Anna's browser, signed in through the pages, so that its device is known."""
    call_command("consumer", "anna@example.com", password=PASSWORD, verbosity=0)
    client.post("/accounts/login/", {"login": "anna@example.com", "password": PASSWORD})
    assert UserSession.objects.count() == Session.objects.count() == 1
    return client


def test_expired_session_is_deleted_with_its_device(browser, settings):
    with time_machine.travel(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE + 60)):
        said = tidy()
    assert "expired sessions: 1 removed" in said and "devices without a session: 1 removed" in said
    assert not Session.objects.exists() and not UserSession.objects.exists()


def test_current_session_stays_with_its_device(browser):
    assert "expired sessions: 0 removed" in tidy()
    assert browser.get("/accounts/activity/").status_code == 200 and UserSession.objects.exists()


def test_device_stays_while_its_session_changes_key(browser):
    Session.objects.all().delete()
    assert "devices without a session: 0 removed" in tidy() and UserSession.objects.exists()


def test_activity_log_is_kept_for_the_configured_days(db, settings):
    settings.PORTAL_ACTIVITY_DAYS = 90
    now = timezone.now()
    for days in (89, 91, 400):
        Activity.objects.create(event=Event.SIGNED_OUT, at=now - timedelta(days=days))
    assert "old lines of the activity log: 2 removed" in tidy()
    assert Activity.objects.get().at == now - timedelta(days=89)


def test_activity_log_is_deleted_in_batches(db, monkeypatch):
    monkeypatch.setattr(cleanup, "_BATCH", 2)
    Activity.objects.bulk_create(Activity(event=Event.SIGNED_OUT, at="2020-01-01T00:00Z") for _ in range(5))
    assert cleanup.delete_old_activity() == 5 and not Activity.objects.exists()


def test_second_run_deletes_nothing(db):
    tidy()
    assert all(line.endswith(": 0 removed") for line in tidy())


def test_session_knows_the_previous_sign_in(db):
    anna = make_consumer("Anna")
    activity.record(Event.SIGNED_IN, anna, detail="password")
    at = Activity.objects.get().at
    assert sign_in(anna).session["last_sign_in"] == [at.isoformat(), ""]


def test_admin_history_of_earlier_releases_is_deleted_too(db, settings):
    settings.PORTAL_ACTIVITY_DAYS = 90
    for days in (89, 91):
        LogEntry.objects.create(
            user=make_consumer(f"Olga{days}"),
            object_repr="anna@example.com",
            action_flag=CHANGE,
            action_time=timezone.now() - timedelta(days=days),
        )
    assert "old lines of the admin's own history: 1 removed" in tidy()
    assert LogEntry.objects.get().user.first_name == "Olga89"
