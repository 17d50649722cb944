"""/healthz and /readyz: true, cheap, and quick whatever the database does."""

import resource
import threading
from contextlib import contextmanager

import pytest
from django.core.cache import caches
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from portal import health
from portal.models import Heartbeat
from tests.support.patience import a_minute_at_most, await_true

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgresql("portal.database.brief_connection"),
]


@pytest.fixture(autouse=True)
def readiness(monkeypatch):
    """A process that has just started, on a machine that may be busy."""
    monkeypatch.setattr(health, "ANSWER_SECONDS", 60.0)
    fresh = health.Readiness()
    monkeypatch.setattr(health, "_readiness", fresh)
    return fresh


@pytest.fixture
def a_second_later(monkeypatch):
    """The answer of before is not given again."""
    monkeypatch.setattr(health, "_KEPT_SECONDS", 0.0)


@pytest.fixture
def probes(monkeypatch):
    """The probes that were begun."""
    begun = []

    class Counted(health.Probe):
        def start(self):
            begun.append(self)
            super().start()

    monkeypatch.setattr(health, "Probe", Counted)
    return begun


def ready(client):
    answer = client.get("/readyz")
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_health_checks_accept_any_host(client, address):
    response = client.get(address, headers={"host": "10.0.0.5:8000"})
    assert (response.status_code, response.content) == (200, b"ok")


@contextmanager
def nothing_listens():
    before = connection.settings_dict.copy()
    connection.close()
    broken = (
        {"HOST": "127.0.0.1", "PORT": "9"} if connection.vendor == "postgresql" else {"NAME": "/nowhere/x"}
    )
    connection.settings_dict.update(broken)
    try:
        yield
    finally:
        connection.settings_dict.update(before)


def test_without_a_database_the_portal_is_alive_but_not_ready(client):
    with nothing_listens():
        assert client.get("/healthz").status_code == 200
        assert ready(client) == (503, "the database does not answer")


def test_an_empty_schema_is_not_ready(client, monkeypatch):
    monkeypatch.setattr(MigrationRecorder, "has_table", lambda _self: False)
    assert ready(client) == (503, "the database is not migrated")


def test_a_migration_of_this_release_that_is_not_applied_is_not_ready(client):
    row = MigrationRecorder.Migration.objects.filter(app="inbox").latest("pk")
    MigrationRecorder.Migration.objects.filter(pk=row.pk).delete()
    try:
        assert ready(client) == (503, "the database is not migrated")
    finally:
        row.save(force_insert=True)


def test_a_newer_schema_is_ready(client):
    """As during an upgrade: the tables come first, the processes one after another."""
    newer = MigrationRecorder.Migration.objects.create(app="inbox", name="9999_of_the_next_release")
    try:
        assert ready(client) == (200, "ok")
    finally:
        newer.delete()


@contextmanager
def read_only():
    if connection.vendor == "postgresql":
        name = connection.ops.quote_name(connection.settings_dict["NAME"])
        change = "ALTER DATABASE {} SET default_transaction_read_only = {}"
        with connection.cursor() as cursor:
            cursor.execute(change.format(name, "on"))
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SET default_transaction_read_only = off")
                cursor.execute(change.format(name, "off"))
    else:
        options = connection.settings_dict["OPTIONS"]
        before = options["init_command"]
        options["init_command"] = "PRAGMA query_only=on"
        try:
            yield
        finally:
            options["init_command"] = before


def test_a_database_that_cannot_be_written_is_not_ready(client):
    with read_only():
        assert ready(client) == (503, "the database cannot be written")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's disk is not this process's.")
def test_a_full_disk_is_not_ready(client):
    """Files that may not grow stand for it. SQLite then often cannot even open its write-ahead log."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        answer = ready(client)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert answer in [(503, health.NOT_WRITABLE), (503, health.NO_ANSWER)]


def test_it_is_ready_again_as_soon_as_the_trouble_is_over(client, a_second_later):
    with read_only():
        assert ready(client)[0] == 503
    assert ready(client) == (200, "ok")


def test_without_its_cache_the_portal_is_ready_and_says_so(client, monkeypatch):
    """All instances share the cache, so that taking one away is no remedy."""

    def refuse(*_):
        raise ConnectionError

    monkeypatch.setattr(type(caches["default"]), "get", refuse)
    assert ready(client) == (200, "ok, without the cache")


def test_a_crowd_of_requests_is_one_question_to_the_database(client, probes, monkeypatch):
    monkeypatch.setattr(health, "_KEPT_SECONDS", 60.0)
    assert {ready(client) for _ in range(50)} == {(200, "ok")}
    assert len(probes) == 1


def test_it_writes_once_in_ten_seconds(client, a_second_later, probes):
    for _ in range(3):
        ready(client)
    assert [probe.has_written for probe in probes] == [True, False, False]
    assert Heartbeat.objects.get().program == "portal"


def test_while_the_database_hangs_every_answer_is_quick_and_nothing_piles_up(client, probes, monkeypatch):
    go_on = threading.Event()
    monkeypatch.setattr(health, "_KEPT_SECONDS", 0.0)
    monkeypatch.setattr(health, "ANSWER_SECONDS", 0.01)
    monkeypatch.setattr(health, "missing_migrations", lambda _connection: go_on.wait(60) and [])
    with a_minute_at_most():
        answers = {ready(client) for _ in range(5)}
    assert answers == {(503, "the database does not answer")} and len(probes) == 1
    go_on.set()
    monkeypatch.setattr(health, "ANSWER_SECONDS", 60.0)
    assert await_true(lambda: ready(client) == (200, "ok"))


def test_whatever_goes_wrong_is_no_500(client, monkeypatch, caplog):
    def fail(_connection):
        raise RuntimeError("alice@example.com")

    monkeypatch.setattr(health, "missing_migrations", fail)
    assert ready(client) == (503, "the database does not answer")
    assert "readyz failed" in caplog.text and "alice" not in caplog.text


def test_the_log_says_when_it_stops_being_ready_and_when_it_is_again(client, a_second_later, caplog):
    caplog.set_level("INFO", "portal")
    with nothing_listens():
        ready(client)
        ready(client)
    ready(client)
    said = [record.getMessage() for record in caplog.records]
    assert said == ["readyz: the database does not answer", "readyz: ok"]
