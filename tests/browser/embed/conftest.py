"""A company's page in a browser: with a stand-in for the portal, see `host`, or with the portal, see `website`."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.embed.embedding_site import SiteWithPortal
from tests.browser.embed.fake_portal import Company, StandIn, Visit


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    with StandIn() as server:
        yield server


@pytest.fixture
def company(stand_in: StandIn) -> Iterator[Company]:
    with Company(stand_in.url) as server:
        yield server


@pytest.fixture
def visit(browser: Browser, company: Company) -> Iterator[Callable[..., Visit]]:
    """Visits a page with this body; whatever reaches the page's console as an error fails the test."""
    contexts, errors = [], []

    def visit(body: str = "", before: str = "", **options) -> Visit:
        context = browser.new_context(**{"reduced_motion": "reduce"} | options)
        context.set_default_timeout(8000)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console", lambda message: message.type in ("error", "warning") and errors.append(message.text)
        )
        page.on("pageerror", lambda error: errors.append(str(error)))
        # Time stands still until a test makes it jump: no test can be too slow for what the script waits for.
        page.clock.install(time=0)
        page.clock.pause_at(1000)
        page.goto(company.write(body, before))
        return Visit(page)

    yield visit
    for context in contexts:
        context.close()
    # The browser's own words for a server that does not answer.
    assert [error for error in errors if "Failed to load resource" not in error] == []


@pytest.fixture(params=["another site", "the same site"])
def site(request, portal, settings, alice, bob) -> Iterator[SiteWithPortal]:
    settings.PORTAL_URL = portal
    with SiteWithPortal(portal, near=request.param == "the same site") as site:
        yield site


@pytest.fixture
def far_site(portal, settings, alice, bob) -> Iterator[SiteWithPortal]:
    settings.PORTAL_URL = portal
    with SiteWithPortal(portal) as site:
        yield site


@pytest.fixture
def plain_page(browser: Browser, portal: str) -> Iterator[Page]:
    """Its console is not looked at: Chromium writes there whenever it ignores a frame's `autofocus`."""
    with browser.new_context(base_url=portal) as context:
        context.set_default_timeout(20_000)
        yield context.new_page()
