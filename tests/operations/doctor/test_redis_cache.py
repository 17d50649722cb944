"""What the doctor says of Redis: a real one."""

from datetime import timedelta

import pytest
import redis
import time_machine
from django.utils import timezone

from portal.findings import State
from portal.operations.doctor import redis_cache
from tests.support.redis import RedisServer

pytestmark = pytest.mark.slow

WELL = [
    "Redis at 127.0.0.1:{} answers, and can be written.",
    "The clock of Redis agrees with this machine's.",
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with RedisServer(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def look(settings):
    def findings(url, **options):
        settings.CACHES = {
            "default": {"BACKEND": "portal.cache.redis_cache.RedisCache", "LOCATION": url, "OPTIONS": options}
        }
        return list(redis_cache.look())

    return findings


def test_a_server_that_works(look, server):
    found = look(server.url)
    assert [finding.message for finding in found] == [text.format(server.port) for text in WELL]
    assert {finding.state for finding in found} == {State.OK}


def test_a_clock_five_minutes_ahead_is_a_warning(look, server):
    with time_machine.travel(timezone.now() - timedelta(minutes=5)):
        clock = look(server.url)[1]
    assert clock.state == State.WARNING and "5 minutes ahead of this machine's" in clock.message


@pytest.mark.parametrize("password", ["", ":canary@"], ids=["none", "wrong"])
def test_a_wrong_password_is_refused(look, tmp_path, password):
    with RedisServer(tmp_path) as server, redis.Redis(port=server.port) as client:
        client.config_set("requirepass", "the right one")
        (finding,) = look(f"redis://{password}127.0.0.1:{server.port}/0")
    assert "refuses the user or the password" in finding.message
    assert finding.fix == "Correct them in CACHE_URL." and "canary" not in str(finding)


def test_the_options_of_the_url_are_used(look, tmp_path):
    with RedisServer(tmp_path) as server, redis.Redis(port=server.port) as client:
        client.config_set("requirepass", "the right one")
        found = look(server.url, password="the right one")
    assert {finding.state for finding in found} == {State.OK}


def test_one_that_is_frozen_or_stopped_is_a_failure(look, server, monkeypatch):
    monkeypatch.setattr(redis_cache, "_SECONDS", 0.1)
    server.freeze()
    (finding,) = look(server.url)
    assert finding.state == State.FAILURE and "does not answer within" in finding.message
    server.thaw()


def test_one_without_memory_is_a_failure(look, tmp_path):
    with RedisServer(tmp_path, "--maxmemory", "1", "--maxmemory-policy", "noeviction") as full:
        (finding,) = look(full.url)
    assert "has no memory left" in finding.message and "maxmemory" in finding.fix


def test_a_replica_cannot_be_written(look, server, tmp_path):
    with RedisServer(tmp_path, "--replicaof", "127.0.0.1", "9") as replica:
        (finding,) = look(replica.url)
    assert "is a read-only replica" in finding.message and finding.fix == "Name the primary in CACHE_URL."
