"""Nginx understands the site, and keeps to what docs/operations.md says about it."""

import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPResponse, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.support.patience import await_true
from tests.support.proxy import Proxy, free_port

pytestmark = pytest.mark.slow


class Server(ThreadingHTTPServer):
    # Of connections that come while a busy machine has no time for this process. The five of the base class fill up,
    # and nginx gives up an instance that takes no connection within two seconds.
    request_queue_size = 128


class Instance(BaseHTTPRequestHandler):
    """Answers with the headers that it was sent, one in a line."""

    def do_GET(self) -> None:
        body = str(self.headers).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts += 1  # type: ignore[attr-defined]
        self.close_connection = True  # And no answer, as of a process that was killed.

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def instance() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Instance) as server:
        server.posts = 0  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def servers() -> Iterator[list[Server]]:
    with instance() as one, instance() as other:
        yield [one, other]


@pytest.fixture(scope="module")
def proxy(servers, tmp_path_factory) -> Iterator[Proxy]:
    """One of its three instances is not there."""
    ports = [server.server_port for server in servers]
    folder = tmp_path_factory.mktemp("proxy")
    with Proxy(folder, [*ports, free_port()], requests_per_second=10_000) as proxy:
        yield proxy


def ask(proxy: Proxy, path: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, str]:
    context = proxy.certificate.client_context()
    with closing(HTTPSConnection("localhost", proxy.https, timeout=60, context=context)) as connection:
        connection.request(method, path, "text=hello" if method == "POST" else None, headers)
        answer = connection.getresponse()
        return answer, answer.read().decode()


def test_it_is_understood_without_a_warning(proxy):
    run = subprocess.run([*proxy.command, "-t"], capture_output=True, text=True, check=True)  # noqa: S603  Ours.
    assert [line for line in run.stderr.splitlines() if "[warn]" in line or "[emerg]" in line] == []


def test_what_a_client_claims_about_itself_does_not_get_through(proxy):
    claims = {"X-Forwarded-For": "8.8.8.8", "X-Forwarded-Proto": "gopher", "X-Request-Id": "mine"}
    _answer, seen = ask(proxy, "/", **claims)
    assert "X-Forwarded-For: 127.0.0.1\n" in seen and "X-Forwarded-Proto: https\n" in seen
    assert f"Host: localhost:{proxy.https}\n" in seen
    assert "8.8.8.8" not in seen and "gopher" not in seen and "mine" not in seen


def test_an_instance_that_is_not_there_is_not_noticed(proxy):
    assert {ask(proxy, "/")[0].status for _ in range(12)} == {200}


def test_a_form_that_was_passed_on_is_not_repeated(proxy, servers):
    before = sum(server.posts for server in servers)
    answer, page = ask(proxy, "/inbox/claims/compose/", "POST")
    assert answer.status == 502 and sum(server.posts for server in servers) == before + 1
    assert "check <em>Drafts and outbox</em> first" in page
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_what_the_monitoring_asks_for_is_not_for_others(proxy, path):
    assert ask(proxy, path)[0].status == 404


def test_a_flood_is_answered_by_nginx(servers, tmp_path):
    slow = Proxy(tmp_path, [servers[0].server_port], requests_per_second=1)
    with slow as proxy, ThreadPoolExecutor(16) as clients:
        statuses = list(clients.map(lambda _: ask(proxy, "/flood")[0].status, range(120)))
    assert set(statuses) == {200, 429} and statuses.count(200) > 100, "A hundred at once, then one a second."


def test_the_log_holds_no_query_and_no_token(proxy):
    ask(proxy, "/accounts/invitation/a-token/?secret=1", Referer="https://www.example.com/?secret=2")
    ask(proxy, "/embed/continue/another-token/")
    assert await_true(lambda: "/embed/continue/" in proxy.access_log.read_text())  # Written after the answer.
    log = proxy.access_log.read_text()
    assert '"path":"/accounts/invitation/..."' in log and '"path":"/embed/continue/..."' in log
    assert "secret" not in log and "token" not in log
