"""The website's page is fetched as a stranger's browser would, within limits on time, size and redirects."""

import socket
import threading

import pytest

from portal.embed.doctor import State, addresses, fetching
from tests.embed.doctor.servers import HTML, text_of
from tests.support.certificates import self_signed
from tests.support.clock import HeldClock
from tests.support.patience import a_minute_at_most
from tests.support.wire import Wire, drip, hang, hang_up, raw, reply

pytestmark = pytest.mark.slow

SECRET = "a body that is never quoted"


@pytest.fixture
def short_deadline(servers, monkeypatch):
    """Half a second, once the website was asked: if that came too late, it could not be connected to."""
    monkeypatch.setattr(fetching, "_DEADLINE", 0.5)
    monkeypatch.setattr(fetching, "time", HeldClock(lambda: servers.website.requests))


def page(servers):
    return servers.finding("Page")


def test_a_page_that_answers_200_is_checked(servers):
    assert page(servers).state == State.OK and servers.finding("Script").state == State.OK


def test_the_request_carries_no_cookies_no_credentials_and_ignores_proxies(servers, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    servers.diagnose()
    asked = servers.website.request
    assert (asked.method, asked.target) == ("GET", "/messages/")
    assert asked.headers["Host"] == servers.origin.removeprefix("http://")
    assert not {"Cookie", "Authorization", "Referer"} & set(asked.headers)


@pytest.mark.parametrize("status", [400, 404, 410, 500])
def test_an_error_status_is_reported_as_a_change(servers, status):
    servers.website_answers(SECRET, status=status)
    assert page(servers).state == State.FAILURE and str(status) in page(servers).message


@pytest.mark.parametrize("status", [401, 403, 429, 503])
def test_a_status_that_may_be_for_programs_only_is_unknown(servers, status):
    servers.website_answers(SECRET, status=status)
    assert page(servers).state == State.UNKNOWN and not servers.findings("Script")


@pytest.mark.parametrize(
    "headers",
    [
        ["Content-Type: application/pdf"],
        ["Content-Type: text/plain"],
        [],
        [HTML, "Content-Encoding: gzip"],
    ],
)
def test_a_response_that_is_not_html_is_not_parsed(servers, headers):
    servers.website.script(reply(servers.page.encode(), headers=headers, keep=False))
    assert (
        page(servers).state == State.FAILURE
        and "no HTML" in page(servers).message
        and not servers.findings("Script")
    )


@pytest.mark.parametrize(
    "act",
    [
        hang,
        drip(b"", b"H"),
        drip(b"HTTP/1.1 200 OK\r\n", b"X-Y: z\r\n"),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"<"),
    ],
)
def test_a_slow_page_is_given_up_at_the_deadline(servers, short_deadline, act):
    servers.website.script(act)
    with a_minute_at_most():
        assert "within the time" in page(servers).message


def test_a_slow_name_lookup_is_given_up_at_the_deadline(servers, short_deadline, monkeypatch):
    test_is_over = threading.Event()
    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", lambda *_args, **_more: test_is_over.wait(60) and [])
        assert "within the time" in page(servers).message
        test_is_over.set()


@pytest.mark.parametrize("act", [hang_up, raw(b"SSH-2.0-OpenSSH_9.2\r\n"), raw(b"HTTP/1.1 OK\r\n\r\n")])
def test_a_server_that_does_not_speak_http_is_reported_without_quoting_it(servers, act):
    servers.website.script(act)
    report = servers.diagnose()
    assert "no web server" in text_of(report) and "SSH" not in text_of(report)


def test_a_refused_connection_is_reported(servers):
    with Wire() as gone:
        port = gone.port
    servers.origin = f"http://127.0.0.1:{port}"
    assert "nothing takes a connection" in page(servers).message


def test_only_the_first_megabyte_of_a_page_is_checked(servers):
    servers.website.script(drip(f"HTTP/1.1 200 OK\r\n{HTML}\r\n\r\n".encode(), b" " * 300_000))
    assert page(servers).state == State.OK
    assert (
        servers.finding("Script").state == State.UNKNOWN
        and "first megabyte" in servers.finding("Script").message
    )


def test_redirects_within_the_website_are_followed(servers):
    away = [reply(SECRET.encode(), 302, [f"Location: /{step}/"], keep=False) for step in "abc"]
    servers.website.script(*away, reply(servers.page.encode(), 200, [HTML], keep=False))
    assert page(servers).state == State.OK
    assert [asked.target for asked in servers.website.requests] == ["/messages/", "/a/", "/b/", "/c/"]


def test_a_redirect_loop_is_given_up(servers):
    servers.website.script(reply(b"", 302, ["Location: /again/"], keep=False))
    assert "more than 3 times" in page(servers).message and len(servers.website.requests) == 4


def test_after_a_redirect_the_last_origin_has_to_be_listed(servers, listed):
    with Wire() as other:
        other.script(reply(servers.page.encode(), 200, [HTML], keep=False))
        there = f"http://localhost:{other.port}"
        servers.website.script(reply(b"", 301, [f"Location: {there}/"], keep=False))
        report = servers.diagnose()
    assert f"It leads on to {there}" in text_of(report) and f"{there} is not listed" in text_of(report)


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "http://www.company.example/",
        "//user@127.0.0.1/",
        "http://[::1",
        "gopher://127.0.0.1/",
    ],
)
def test_a_redirect_to_a_forbidden_address_is_not_followed(servers, location):
    servers.website.script(reply(b"", 302, [f"Location: {location}"], keep=False))
    assert page(servers).state == State.FAILURE and "is not asked" in page(servers).message


@pytest.mark.parametrize(
    ("name", "trusted"), [("127.0.0.1", True), ("127.0.0.1", False), ("elsewhere.example", True)]
)
def test_the_certificate_is_verified(servers, tmp_path, monkeypatch, name, trusted):
    certificate = self_signed(tmp_path, name)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", certificate.chain)
    with Wire(certificate.context()) as secure:
        secure.script(reply(servers.page.encode(), 200, [HTML], keep=False))
        servers.origin = f"https://127.0.0.1:{secure.port}"
        good = trusted and name == "127.0.0.1"
        assert ("The page is there" if good else "certificate") in page(servers).message


def test_no_part_of_the_page_is_quoted_in_the_report(servers, listed):
    servers.website_answers(
        f"<p>{SECRET}</p><script src='//{SECRET}/embed/v1.js'></script><secure-inbox securebox='{SECRET}'>"
    )
    assert SECRET not in text_of(servers.diagnose())


def test_a_redirect_by_the_portal_itself_is_not_followed(servers, listed):
    with Wire() as inside:
        servers.portal.script(reply(b"", 302, [f"Location: http://127.0.0.1:{inside.port}/"], keep=False))
        assert "answers 302" in text_of(servers.diagnose()) and not inside.requests


def test_an_address_is_parsed_into_the_request_that_is_sent():
    address = addresses.parse(" https://www.company.example:8443/a b/ü?q=1 2#part ")
    assert address.target == "/a%20b/%C3%BC?q=1%202"
    assert (address.origin, address.host, address.port) == (
        "https://www.company.example:8443",
        "www.company.example",
        8443,
    )
