"""What the cache does while its server refuses, hangs or answers with an error. No server is needed for that."""

import runpy
import socket
import socketserver
import threading
from contextlib import contextmanager

import pytest
from django.core.cache import cache

import portal.settings
from portal.cache import redis_cache
from portal.cache.unavailable import CacheUnavailable
from tests.support.clock import Clock
from tests.support.lost_cache import redis_at, unused_port
from tests.support.patience import await_true

# Every operation of a cache that Django or django-allauth may call, each with arguments.
OPERATIONS = {
    "add": ("key", 1),
    "get": ("key",),
    "set": ("key", 1),
    "touch": ("key",),
    "delete": ("key",),
    "has_key": ("key",),
    "incr": ("key",),
    "decr": ("key",),
    "get_many": (["key"],),
    "set_many": ({"key": 1},),
    "delete_many": (["key"],),
    "get_or_set": ("key", 1),
    "clear": (),
}


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(redis_cache, "monotonic", clock)
    return clock


@contextmanager
def server(answer):
    """A server that counts connections, and answers everything with these bytes; with none, it never answers."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            running.connections += 1
            while self.request.recv(4096):
                if answer:
                    self.request.sendall(answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads, running.connections = True, 0
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield running
        finally:  # Otherwise the thread of a test that fails would keep the process from ending.
            running.shutdown()
            thread.join()


def is_lost():
    try:
        cache.get("key")
    except CacheUnavailable:
        return True
    return False


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_operation_says_that_it_could_not_be_done(settings, operation):
    settings.CACHES = redis_at(unused_port())
    for _ in range(2):
        with pytest.raises(CacheUnavailable):
            getattr(cache, operation)(*OPERATIONS[operation])


def test_a_server_that_hangs_is_waited_for_once_in_a_pause(settings, clock):
    with server(b"") as hangs:
        settings.CACHES = redis_at(hangs.server_address[1], socket_timeout=0.05)
        assert [is_lost() for _ in range(50)] == [True] * 50
        assert await_true(lambda: hangs.connections == 1)
        clock.now += redis_cache.PAUSE
        assert [is_lost() for _ in range(50)] == [True] * 50
        assert await_true(lambda: hangs.connections == 2)


def test_the_threads_of_a_process_know_together_that_it_is_lost(settings, clock):
    with server(b"") as hangs:
        settings.CACHES = redis_at(hangs.server_address[1], socket_timeout=0.05)
        assert is_lost()
        others = [threading.Thread(target=is_lost) for _ in range(5)]
        for other in others:
            other.start()
        for other in others:
            other.join()
        assert await_true(lambda: hangs.connections == 1)


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (b"LOADING Redis is loading the dataset in memory", "BusyLoadingError"),
        (b"READONLY You can't write against a read only replica.", "ReadOnlyError"),
        (b"OOM command not allowed when used memory > 'maxmemory'.", "OutOfMemoryError"),
        (b"MISCONF Redis is configured to save RDB snapshots", "ResponseError MISCONF"),
        (b"NOAUTH Authentication required.", "AuthenticationError"),
        (b"WRONGPASS invalid username-password pair or user is disabled.", "AuthenticationError"),
        (b"ERR max number of clients reached", "ConnectionError"),
        (b"NOPERM this user has no permissions", "NoPermissionError"),
    ],
    ids=lambda value: value.split()[0].decode() if isinstance(value, bytes) else "",
)
def test_an_error_of_the_server_is_a_loss_and_the_log_names_it_once(settings, clock, caplog, answer, name):
    with server(b"-" + answer + b"\r\n") as refuses:
        settings.CACHES = redis_at(refuses.server_address[1])
        assert [is_lost() for _ in range(5)] == [True] * 5
        clock.now += redis_cache.PAUSE
        assert is_lost()
    (line,) = [record for record in caplog.records if record.name == "portal.cache.redis_cache"]
    assert line.levelname == "ERROR" and "127.0.0.1" not in line.getMessage()
    assert f"Redis is lost: {name}" in line.getMessage()


def test_what_answers_no_redis_at_all_is_a_loss(settings):
    with server(b"HTTP/1.1 400 Bad Request\r\n\r\n") as other:
        settings.CACHES = redis_at(other.server_address[1])
        assert is_lost()


def test_one_client_serves_all_operations(settings):
    settings.CACHES = redis_at(unused_port())
    assert cache._cache.get_client("key") is cache._cache.get_client("other", write=True)


def test_an_unknown_host_is_a_loss(settings):
    caches = redis_at(1)
    caches["default"]["LOCATION"] = "redis://cache.invalid:6379/0"
    settings.CACHES = caches
    assert is_lost()


def test_a_socket_in_the_file_system_works_without_options_of_tcp(settings, tmp_path):
    caches = redis_at(1)
    caches["default"]["LOCATION"] = f"unix://{tmp_path}/redis.sock"
    settings.CACHES = caches
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{tmp_path}/redis.sock")
    assert is_lost()


@pytest.mark.parametrize(
    ("url", "location", "option"),
    [
        ("redis://:p%40ss@cache:6380/2", "redis://:p%40ss@cache:6380/2", ("socket_timeout", 0.5)),
        ("redis://cache/0?socket_timeout=2", "redis://cache/0", ("socket_timeout", 2)),
        ("rediss://cache/0?ssl_ca_certs=/ca.pem", "rediss://cache/0", ("ssl_ca_certs", "/ca.pem")),
    ],
)
def test_the_url_keeps_its_options_and_gets_our_timeouts(monkeypatch, url, location, option):
    monkeypatch.setenv("CACHE_URL", url)
    configured = runpy.run_path(portal.settings.__file__)["CACHES"]["default"]
    assert (
        configured["BACKEND"] == "portal.cache.redis_cache.RedisCache" and configured["LOCATION"] == location
    )
    name, value = option
    assert configured["OPTIONS"][name] == value and configured["OPTIONS"]["socket_connect_timeout"] == 0.5
