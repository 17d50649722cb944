"""A provider that is down, slow, or gives faulty answers: the portal shows an error page in time."""

import time
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from portal.accounts.models import Activity
from tests.accounts.federation.oidc.provider import DISCOVERY, begin_sign_in, complete_sign_in, main_text
from tests.support.certificates import Certificate, self_signed
from tests.support.lost_cache import redis_at, unused_port
from tests.support.patience import a_minute_at_most
from tests.support.wire import Wire, reply

pytestmark = pytest.mark.slow


def assert_error_page(page, status):
    assert page.status_code == status
    assert "Go to sign-in" in main_text(page) and "quote" in main_text(page)
    assert Activity.objects.get().detail == "company"


@pytest.mark.parametrize(
    ("fault", "status"),
    [("html", 502), ("error", 503), ("redirect", 502), ("huge", 502), ("list", 502), ("deep", 502)],
)
@pytest.mark.parametrize("path", [DISCOVERY, "/oauth2/token", "/jwks"])
def test_faulty_answer_becomes_an_error_page(client, db, provider, path, fault, status):
    if path == DISCOVERY:
        provider.tamper(answers={path: fault})
        return assert_error_page(begin_sign_in(client), status)
    provider.tamper(answers={path: fault})
    return assert_error_page(complete_sign_in(client, provider), status)


@pytest.mark.parametrize("fault", ["slow", "drip"])
def test_slow_provider_becomes_an_error_page_within_the_deadline(client, db, provider, fault):
    provider.tamper(answers={DISCOVERY: fault})
    with a_minute_at_most():
        assert_error_page(begin_sign_in(client), 503)


def test_unreachable_provider_becomes_an_error_page(client, db, provider, settings):
    settings.PORTAL_OIDC_ISSUER = "http://localhost:9"
    page = begin_sign_in(client)
    assert_error_page(page, 503)
    assert "can’t reach your customer account right now" in main_text(page)


def test_failed_provider_is_called_again_after_a_pause_only(client, db, provider):
    provider.tamper(answers={DISCOVERY: "error"})
    before = len(provider.requested_paths())
    assert [begin_sign_in(client).status_code for _ in range(3)] == [503] * 3
    assert provider.requested_paths()[before:] == [DISCOVERY]
    provider.tamper()
    with time_machine.travel(time.time() + 16):
        assert begin_sign_in(client).status_code == 302


def test_refused_client_secret_becomes_a_502(client, db, provider):
    provider.tamper(answers={"/oauth2/token": "refused"})
    assert_error_page(complete_sign_in(client, provider), 502)


def test_oversized_answer_is_refused(client, db, provider):
    provider.tamper(discovery={"padding": "x" * 300_000})
    assert_error_page(begin_sign_in(client), 502)


def test_refused_metadata_is_not_cached(client, db, provider):
    provider.tamper(discovery={"issuer": "https://login.example.com"})
    assert begin_sign_in(client).status_code == 502
    provider.tamper()
    assert begin_sign_in(client).status_code == 302


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://login.evil.example"},
        {"issuer": None},
        {"token_endpoint": None},
        {"token_endpoint": "http://login.example.com/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": ["https://login.example.com"]},
        {"jwks_uri": "https://[::1/"},
    ],
    ids=str,
)
def test_metadata_with_a_wrong_issuer_or_unsafe_url_is_refused(client, db, provider, discovery):
    provider.tamper(discovery=discovery)
    assert_error_page(begin_sign_in(client), 502)


def test_proxies_in_the_environment_are_ignored(client, db, provider, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://localhost:9")
    monkeypatch.setenv("no_proxy", "")
    assert begin_sign_in(client).status_code == 302


@pytest.mark.parametrize("wanted", ["client_secret_post", "client_secret_basic"])
def test_client_secret_is_sent_by_the_providers_method(client, db, provider, settings, wanted):
    client_id, secret = provider.register("http://localhost:8000", token_endpoint_auth_method=wanted)
    settings.PORTAL_OIDC_CLIENT_ID, settings.PORTAL_OIDC_CLIENT_SECRET = client_id, secret
    provider.tamper(discovery={"token_endpoint_auth_methods_supported": [wanted]})
    assert complete_sign_in(client, provider).url == "/"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Certificate:
    return self_signed(tmp_path_factory.mktemp("provider"), "127.0.0.1")


@pytest.fixture
def secure(certificate, settings) -> Iterator[str]:
    """The issuer of a provider over TLS, with a certificate that no public authority has signed."""
    with Wire(certificate.context()) as wire:
        issuer = f"https://127.0.0.1:{wire.port}"
        names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        wire.script(reply({"issuer": issuer, **dict.fromkeys(names, f"{issuer}/")}))
        settings.PORTAL_OIDC_ISSUER = issuer
        yield issuer


def test_certificate_of_the_configured_ca_file_is_trusted(client, db, secure, certificate, settings):
    settings.PORTAL_OIDC_CA_FILE = certificate.chain
    assert begin_sign_in(client).url.startswith(secure)


def test_unknown_certificate_is_refused(client, db, secure, certificate, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certificate.chain)
    assert_error_page(begin_sign_in(client), 503)


def test_single_sign_on_needs_no_shared_cache(client, db, provider, settings):
    settings.CACHES = redis_at(unused_port())
    assert complete_sign_in(client, provider).url == "/"
    assert client.get("/accounts/").status_code == 200
    provider.tamper(answers={"/jwks": "error"})
    assert complete_sign_in(Client(), provider).url == "/", "The keys were not cached."
