from collections.abc import Iterator

import pytest

from tests.accounts.federation.oidc.provider import Provider


@pytest.fixture(scope="session")
def running_provider() -> Iterator[tuple[Provider, tuple[str, str]]]:
    with Provider() as provider:
        yield provider, provider.register("http://localhost:8000")


@pytest.fixture
def provider(running_provider, settings) -> Provider:
    """The company's provider, with correct answers, known to the portal, and with an account for Anna."""
    provider, (client_id, secret) = running_provider
    provider.tamper()
    provider.add_person(
        "anna-1",
        email="anna@example.com",
        email_verified=True,
        given_name="Anna",
        family_name="Example",
    )
    settings.PORTAL_OIDC_ISSUER = provider.issuer
    settings.PORTAL_OIDC_CLIENT_ID, settings.PORTAL_OIDC_CLIENT_SECRET = client_id, secret
    return provider
