"""A proxy that the settings do not declare is noticed: by a check, in the log, and by the doctor."""

import pytest
from django.core.cache import caches
from django.test import Client, RequestFactory

from portal import proxy
from portal.proxy import Problem
from tests.accounts.signing_in import PASSWORD

FOR = {"x-forwarded-for": "203.0.113.7"}
PROTO = {"x-forwarded-proto": "https"}


def problems(remote="10.0.0.4", **headers):
    return proxy.problems(RequestFactory().get("/", REMOTE_ADDR=remote, headers=headers))


@pytest.fixture
def one_proxy(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip"])
@pytest.mark.parametrize("remote", ["127.0.0.1", "10.0.0.4", "fd00::4", ""])
def test_addresses_that_are_ignored_are_a_problem(header, remote):
    assert problems(remote, **{header: "203.0.113.7"}) == [Problem.UNDECLARED]


def test_a_browser_may_send_what_it_likes_where_there_is_no_proxy():
    assert problems("8.8.8.8", **FOR, **PROTO) == []


def test_a_scheme_that_is_ignored_is_a_problem():
    assert problems(**PROTO) == [Problem.SCHEME]


def test_what_is_declared_is_no_problem(one_proxy):
    assert problems(**FOR, **PROTO) == []
    assert problems(**{"x-forwarded-for": "198.51.100.1, 203.0.113.7", "x-real-ip": "203.0.113.7"}) == []


@pytest.mark.parametrize(
    "headers", [{}, {"x-forwarded-for": ""}, {"x-forwarded-for": " , "}, {"x-real-ip": "203.0.113.7"}]
)
def test_fewer_proxies_than_declared_are_a_problem(one_proxy, headers):
    assert problems(**headers) == [Problem.TOO_FEW]


@pytest.mark.parametrize(
    ("forwarded", "found"),
    [
        ("8.8.8.8, 10.0.0.5", [Problem.TOO_MANY]),
        ("1.1.1.1, 8.8.8.8", []),  # The first is what the browser claims.
        ("10.0.0.9, 10.0.0.5", []),
        ("nonsense, 10.0.0.5", []),
    ],
)
def test_a_proxy_that_is_taken_for_a_browser_is_a_problem(one_proxy, forwarded, found):
    assert problems(**{"x-forwarded-for": forwarded}) == found


def test_a_header_that_does_not_come_is_a_problem(settings):
    settings.ALLAUTH_TRUSTED_CLIENT_IP_HEADER = "CF-Connecting-IP"
    assert problems(**FOR) == [Problem.NO_HEADER]
    assert problems(**{"cf-connecting-ip": "203.0.113.7"}) == []


def test_the_log_says_so_once_an_hour_without_an_address(client, db, caplog, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(proxy.time, "monotonic", lambda: clock[0])
    lines = []
    for seconds in (0, 1, 3598, 1):
        clock[0] += seconds
        client.get("/accounts/login/", headers=FOR)
        lines.append(caplog.text.count("limits on sign-ins count everybody together"))
    assert lines == [1, 1, 1, 2]
    assert "203.0.113.7" not in caplog.text


def test_the_doctor_learns_of_it(client, db):
    assert proxy.seen() == []
    client.get("/accounts/login/", headers=FOR)
    assert proxy.seen() == [Problem.UNDECLARED]


def test_health_checks_do_not_come_through_the_proxy(client, db, one_proxy):
    client.get("/healthz")
    assert proxy.seen() == []


def test_a_cache_that_fails_costs_no_page(client, db, monkeypatch):
    def refuse(*_):
        raise ConnectionError

    middleware = proxy.compare_headers(lambda _request: "the page")
    with monkeypatch.context() as patch:
        patch.setattr(type(caches["default"]), "set", refuse)
        assert middleware(RequestFactory().get("/", headers=FOR)) == "the page"


def test_fewer_proxies_than_declared_refuse_a_sign_in_and_break_no_page(settings, anna):
    """django-allauth calls it a mistake in the settings, which was a bare 500."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    form = {"login": "anna@example.com", "password": PASSWORD}
    answer = Client(raise_request_exception=False).post("/accounts/login/", form, headers=FOR)
    assert answer.status_code == 403
