"""Signing out ends the session at the provider too, if the customer signed in there."""

import pytest
from django.contrib.sessions.models import Session

from portal.accounts.federation.oidc import discovery
from tests.accounts.federation.oidc.provider import complete_sign_in, query
from tests.accounts.signing_in import sign_in as sign_in_with_password


def test_logout_redirects_to_the_provider_and_back_to_the_sign_in_page(client, db, provider, settings):
    complete_sign_in(client, provider)
    leads_to = client.post("/accounts/logout/").url
    assert leads_to.startswith(f"{provider.issuer}/oauth2/end_session?")
    asked = query(leads_to)
    assert asked["post_logout_redirect_uri"] == "http://localhost:8000/accounts/login/"
    assert asked["client_id"] == settings.PORTAL_OIDC_CLIENT_ID and asked["id_token_hint"].count(".") == 2
    assert client.get("/").status_code == 302


def test_logout_after_a_password_sign_in_does_not_involve_the_provider(client, anna, provider):
    complete_sign_in(client, provider)
    client.post("/accounts/logout/")
    sign_in_with_password(client)
    assert client.post("/accounts/logout/").url == "/accounts/login/"


@pytest.mark.parametrize("end_session", [None, "javascript:alert(1)", "http://login.example.com/"])
def test_logout_works_without_the_providers_logout_page(client, db, provider, end_session):
    provider.tamper(discovery={"end_session_endpoint": end_session})
    complete_sign_in(client, provider)
    assert client.post("/accounts/logout/").url == "/accounts/login/"
    assert client.get("/").status_code == 302


def test_logout_works_while_the_provider_is_down(client, db, provider, settings):
    complete_sign_in(client, provider)
    settings.PORTAL_OIDC_ISSUER = "http://localhost:9"
    assert client.post("/accounts/logout/").url == "/accounts/login/"


def test_session_ends_before_the_provider_is_called(client, db, provider, monkeypatch):
    complete_sign_in(client, provider)
    get_endpoints, open_meanwhile = discovery.get_endpoints, []
    monkeypatch.setattr(
        discovery, "get_endpoints", lambda: open_meanwhile.append(Session.objects.exists()) or get_endpoints()
    )
    assert client.post("/accounts/logout/").url.startswith(provider.issuer)
    assert open_meanwhile == [False]
