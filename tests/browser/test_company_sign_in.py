"""Company single sign-on: signing in and out."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.accounts.federation.oidc.provider import Provider


@pytest.fixture
def provider(portal, settings) -> Iterator[Provider]:
    with Provider() as provider:
        provider.add_person(
            "alice-1",
            email="alice@example.com",
            email_verified=True,
            given_name="Alice",
            family_name="Example",
        )
        settings.PORTAL_URL, settings.PORTAL_OIDC_ISSUER = portal, provider.issuer
        settings.PORTAL_OIDC_CLIENT_ID, settings.PORTAL_OIDC_CLIENT_SECRET = provider.register(portal)
        directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        form_action = [*directives["form-action"], provider.issuer]
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**directives, "form-action": form_action}}
        yield provider


def continue_with_company_account(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Continue with your customer account").click()


def test_works_and_signing_out_ends_both_sessions(claims, billing, provider, open_page):
    for box in (claims, billing):
        box.open_to_all = True
        box.save()
    page = open_page()
    page.route(
        "https://**", lambda route: route.abort()
    )  # The provider's page loads a style sheet from the internet.
    continue_with_company_account(page)
    page.get_by_placeholder("sub").fill("alice-1")
    page.get_by_role("button", name="Authorize").click()
    expect(page.get_by_role("heading", name="Your inbox")).to_be_visible()

    page.goto("about:blank")
    page.context.clear_cookies(name="sessionid")
    continue_with_company_account(page)  # The provider's session continues, so it asks for nothing.
    expect(page.get_by_role("heading", name="Your inbox")).to_be_visible()

    page.locator("summary", has_text="Alice").click()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="End session").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    continue_with_company_account(page)
    expect(page.get_by_placeholder("sub")).to_be_visible()
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("heading", name="You’re not signed in")).to_be_visible()
