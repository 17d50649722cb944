"""The page of the company's website is fetched as a stranger would, and never without bounds."""

import socket
import threading
import time

import pytest

from portal.embed.doctor import State, addresses, fetching
from tests.embed.doctor.servers import HTML, text_of
from tests.securemail.test_tls import self_signed
from tests.support.wire import Wire, drip, hang, hang_up, raw, reply

SECRET = "a body that stays where it is"


@pytest.fixture
def short_deadline(monkeypatch):
    """All that takes ten seconds takes less than one."""
    monkeypatch.setattr(fetching, "_DEADLINE", 0.5)


def page(servers):
    return servers.finding("Page")


def test_a_page_that_is_there_is_looked_at(servers):
    assert page(servers).state == State.OK and servers.finding("Script").state == State.OK


def test_it_is_asked_for_as_by_a_stranger(servers, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    servers.diagnose()
    asked = servers.website.request
    assert (asked.method, asked.target) == ("GET", "/messages/")
    assert asked.headers["Host"] == servers.origin.removeprefix("http://")
    assert not {"Cookie", "Authorization", "Referer"} & set(asked.headers)


@pytest.mark.parametrize("status", [400, 404, 410, 500])
def test_a_page_that_is_not_there_is_to_be_changed(servers, status):
    servers.website_answers(SECRET, status=status)
    assert page(servers).state == State.CHANGE and str(status) in page(servers).message


@pytest.mark.parametrize("status", [401, 403, 429, 503])
def test_what_programs_may_not_see_is_not_known(servers, status):
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
def test_what_is_no_page_of_html_is_not_read(servers, headers):
    servers.website.script(reply(servers.page.encode(), headers=headers, keep=False))
    assert (
        page(servers).state == State.CHANGE
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
def test_a_page_that_takes_too_long_is_given_up_in_time(servers, short_deadline, act):
    servers.website.script(act)
    started = time.monotonic()
    assert "within the time" in page(servers).message
    assert time.monotonic() - started < 1.5


def test_a_name_that_takes_too_long_to_look_up_is_given_up_in_time(servers, short_deadline, monkeypatch):
    over = threading.Event()
    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", lambda *_args, **_more: over.wait(20) and [])
        assert "within the time" in page(servers).message
        over.set()


@pytest.mark.parametrize("act", [hang_up, raw(b"SSH-2.0-OpenSSH_9.2\r\n"), raw(b"HTTP/1.1 OK\r\n\r\n")])
def test_what_is_no_web_server_is_said_without_its_words(servers, act):
    servers.website.script(act)
    report = servers.diagnose()
    assert "no web server" in text_of(report) and "SSH" not in text_of(report)


def test_nobody_there_is_said(servers):
    with Wire() as gone:
        port = gone.port
    servers.origin = f"http://127.0.0.1:{port}"
    assert "nothing takes a connection" in page(servers).message


def test_of_a_huge_page_the_first_megabyte_is_looked_at(servers):
    servers.website.script(drip(f"HTTP/1.1 200 OK\r\n{HTML}\r\n\r\n".encode(), b" " * 300_000))
    assert page(servers).state == State.OK
    assert (
        servers.finding("Script").state == State.UNKNOWN
        and "first megabyte" in servers.finding("Script").message
    )


def test_redirects_are_followed_within_the_website(servers):
    away = [reply(SECRET.encode(), 302, [f"Location: /{step}/"], keep=False) for step in "abc"]
    servers.website.script(*away, reply(servers.page.encode(), 200, [HTML], keep=False))
    assert page(servers).state == State.OK
    assert [asked.target for asked in servers.website.requests] == ["/messages/", "/a/", "/b/", "/c/"]


def test_redirects_without_end_are_not(servers):
    servers.website.script(reply(b"", 302, ["Location: /again/"], keep=False))
    assert "more than 3 times" in page(servers).message and len(servers.website.requests) == 4


def test_a_redirect_to_another_origin_asks_whether_that_one_is_listed(servers, listed):
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
def test_a_redirect_to_where_nobody_may_ask_is_not_followed(servers, location):
    servers.website.script(reply(b"", 302, [f"Location: {location}"], keep=False))
    assert page(servers).state == State.CHANGE and "is not asked" in page(servers).message


@pytest.mark.parametrize(
    ("name", "trusted"), [("127.0.0.1", True), ("127.0.0.1", False), ("elsewhere.example", True)]
)
def test_a_certificate_must_be_right_for_its_name(servers, tmp_path, monkeypatch, name, trusted):
    certificate = self_signed(tmp_path, name)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", certificate.chain)
    with Wire(certificate.context()) as secure:
        secure.script(reply(servers.page.encode(), 200, [HTML], keep=False))
        servers.origin = f"https://127.0.0.1:{secure.port}"
        good = trusted and name == "127.0.0.1"
        assert ("The page is there" if good else "certificate") in page(servers).message


def test_no_part_of_a_body_is_ever_shown(servers, listed):
    servers.website_answers(
        f"<p>{SECRET}</p><script src='//{SECRET}/embed/v1.js'></script><secure-inbox securebox='{SECRET}'>"
    )
    assert SECRET not in text_of(servers.diagnose())


def test_an_address_that_nobody_may_ask_is_asked_by_no_redirect_of_our_own(servers, listed):
    with Wire() as inside:
        servers.portal.script(reply(b"", 302, [f"Location: http://127.0.0.1:{inside.port}/"], keep=False))
        assert "answers 302" in text_of(servers.diagnose()) and not inside.requests


def test_what_is_read_of_an_address_is_what_is_asked_for():
    address = addresses.parse(" https://www.company.example:8443/a b/ü?q=1 2#part ")
    assert address.target == "/a%20b/%C3%BC?q=1%202"
    assert (address.origin, address.host, address.port) == (
        "https://www.company.example:8443",
        "www.company.example",
        8443,
    )
