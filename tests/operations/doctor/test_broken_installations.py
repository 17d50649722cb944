"""Installations that are broken in one way each, and the one thing that the doctor says to do about it."""

import shutil
from datetime import timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from inbox.models import OutgoingMessage
from portal import checks, proxy
from portal.findings import State, lines
from portal.models import Heartbeat
from portal.operations.doctor import examine
from tests.conftest import make_consumer
from tests.operations.doctor.conftest import Usage
from tests.operations.doctor.smtp import MailServer
from tests.portal.test_health import nothing_listens, read_only
from tests.support.certificates import self_signed
from tests.support.wire import envelope, reply

pytestmark = pytest.mark.postgresql("portal.operations.doctor.database")


@pytest.fixture
def broken(well, api, settings, monkeypatch, mail_to, tmp_path, claims):
    """All that an installation may be broken with."""
    return SimpleNamespace(
        api=api, settings=settings, monkeypatch=monkeypatch, mail_to=mail_to, folder=tmp_path, claims=claims
    )


def test_nothing_is_wrong_where_nothing_is_broken(well):
    report = examine()
    assert [finding for finding in report.findings if finding.state != State.OK] == []
    assert report.verdict == "All is well" and report.is_well


# --- One function for each; each leaves the installation broken until the generator goes on -----------------


def a_dangerous_setting(it):
    it.settings.PORTAL_PAGE_SIZE = 101
    yield


def no_database(it):
    with nothing_listens():
        yield


def a_migration_that_is_not_applied(it):
    row = MigrationRecorder.Migration.objects.filter(app="inbox").latest("pk")
    MigrationRecorder.Migration.objects.filter(pk=row.pk).delete()
    yield
    row.save(force_insert=True)


def a_database_that_is_read_only(it):
    with read_only():
        yield


def no_redis(it):
    backend = "django.core.cache.backends.redis.RedisCache"
    it.settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "redis://:canary@127.0.0.1:9/0"}}
    yield


def no_mail_server(it):
    it.mail_to(9)
    yield


def a_wrong_password_for_mail(it):
    with MailServer({"AUTH": "535 no"}) as server:
        it.mail_to(server.port)
        yield


def a_key_that_the_api_refuses(it):
    it.api.acts["count"] = reply(envelope("FAILURE"), 401)
    yield


def no_api(it):
    it.settings.SECUREMAIL_API_URL = "http://127.0.0.1:9/nexus/v3"
    yield


def a_clock_five_minutes_ahead(it):
    it.api.headers.append(f"Date: {format_datetime(timezone.now() + timedelta(minutes=5), usegmt=True)}")
    yield


def no_static_files(it):
    it.monkeypatch.setattr(checks, "static_files", lambda: ["not collected"])
    yield


def static_files_of_another_release(it):
    collected = it.folder / "static"
    shutil.copytree(it.settings.STATIC_ROOT, collected)
    (collected / "css/letter.css").write_text("/* of before */")
    it.settings.STATIC_ROOT = str(collected)
    yield


def a_key_that_was_removed_too_early(it):
    it.settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    draft = OutgoingMessage(nonce=uuid4(), consumer=make_consumer("Alice"), securebox=it.claims)
    draft.encrypted_content = Fernet(Fernet.generate_key()).encrypt(b"canary").decode()
    draft.save()
    yield


def a_proxy_that_is_not_declared(it):
    proxy._mark(proxy.Problem.UNDECLARED)
    yield


def deliver_stopped(it):
    Heartbeat.objects.filter(program="deliver").update(at=timezone.now() - timedelta(minutes=8, seconds=1))
    yield


def deliver_was_never_started(it):
    Heartbeat.objects.filter(program="deliver").delete()
    yield


def tidy_is_in_no_crontab(it):
    Heartbeat.objects.filter(program="tidy").update(at=timezone.now() - timedelta(days=3, minutes=1))
    yield


def a_full_disk(it):
    it.monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(10**10, 10**10, 5 * 1024 * 1024))
    yield


def a_certificate_that_has_expired(it):
    old = self_signed(it.folder, "portal", days=-1)
    it.settings.SECUREMAIL_CLIENT_CERTIFICATE, it.settings.SECUREMAIL_CLIENT_KEY = old.chain, old.key
    yield


BROKEN = {
    a_dangerous_setting: (
        "FAILURE",
        "Settings: PORTAL_PAGE_SIZE must lie between 1 and 100. (portal.E011)",
        "",
    ),
    no_database: (
        ("FAILURE", "Database: It is not there: nothing listens at 127.0.0.1:9.", "or start the database.")
        if connection.vendor == "postgresql"
        else ("FAILURE", "Database: It cannot be opened.", "See that its folder exists")
    ),
    a_migration_that_is_not_applied: (
        "FAILURE",
        "Database: Migrations of this release are not applied: 1, such as inbox.",
        "Run: python manage.py migrate",
    ),
    a_database_that_is_read_only: (
        "FAILURE",
        "Database: It can be read, and not written",
        "See whether it is a replica, or read-only, or full",
    ),
    no_redis: (
        "FAILURE",
        "Cache: Redis at 127.0.0.1:9 cannot be reached.",
        "Start it, or correct CACHE_URL.",
    ),
    no_mail_server: ("FAILURE", "Mail: Nothing listens at 127.0.0.1:9.", "Start the mail server"),
    a_wrong_password_for_mail: ("FAILURE", "Mail: 127.0.0.1:", "Correct them in EMAIL_URL."),
    a_key_that_the_api_refuses: (
        "FAILURE",
        "API: count random: the API refuses the key",
        "Check SECUREMAIL_API_KEY",
    ),
    no_api: ("FAILURE", "API: count random: nothing listens at 127.0.0.1:9.", "SECUREMAIL_API_URL"),
    a_clock_five_minutes_ahead: (
        "warning",
        "API, clock: The clock of what answers is 5 min ahead of",
        "by NTP",
    ),
    no_static_files: (
        "FAILURE",
        "Static files: They are not collected in",
        "Run: python manage.py collectstatic",
    ),
    static_files_of_another_release: (
        "FAILURE",
        "Static files: 1 of those in",
        "Run: python manage.py collectstatic",
    ),
    a_key_that_was_removed_too_early: (
        "FAILURE",
        "Keys: 1 of 1 sampled texts and second steps cannot be decrypted",
        "Put that key back at the end of the list",
    ),
    a_proxy_that_is_not_declared: (
        "warning",
        "Proxy: In the last 15 minutes requests carry",
        "Set TRUSTED_PROXY_COUNT",
    ),
    deliver_stopped: (
        "FAILURE",
        "Programs: No round of deliver for 8 minutes; the last one was on host-1.",
        "manage.py deliver --forever",
    ),
    deliver_was_never_started: ("FAILURE", "Programs: deliver has never run", "manage.py deliver --forever"),
    tidy_is_in_no_crontab: ("warning", "Programs: tidy last ran 3 days ago", "manage.py tidy"),
    a_full_disk: ("FAILURE", "Disk: 5 MB are free for static files", "Make room there"),
    a_certificate_that_has_expired: (
        "FAILURE",
        "Certificates: The portal's own certificate for the API has expired.",
        "SECUREMAIL_CLIENT_CERTIFICATE",
    ),
}


@pytest.mark.parametrize("breakage", BROKEN, ids=lambda breakage: breakage.__name__)
def test_the_doctor_finds_what_is_broken_and_says_what_to_do(broken, breakage):
    state, message, fix = BROKEN[breakage]
    breaking = breakage(broken)
    next(breaking)
    try:
        report = examine()
    finally:
        next(breaking, None)
    text = [" ".join(" ".join(lines(finding)).split()) for finding in report.findings]
    first, *others = [line for line in text if not line.startswith("ok ")]
    assert first.startswith(f"{state} {message}") and fix in first
    # The rest depends on it, and cannot be told without.
    assert [line for line in others if not line.startswith("unknown ")] == []
    assert "canary" not in str(text) and "All is well" not in report.verdict
