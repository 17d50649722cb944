"""A company's page in a browser, with a fake portal (`fake_portal`) or with the real one (`embedding_site`)."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PATIENCE
from tests.browser.embed.embedding_site import ANOTHER_SITE, SAME_SITE, EmbeddingSite
from tests.browser.embed.fake_portal import CompanyPage, CompanySite, FakePortal


@pytest.fixture
def fake_portal() -> Iterator[FakePortal]:
    with FakePortal() as server:
        yield server


@pytest.fixture
def company_site(fake_portal: FakePortal) -> Iterator[CompanySite]:
    with CompanySite(fake_portal.url) as server:
        yield server


@pytest.fixture
def visit(browser: Browser, company_site: CompanySite) -> Iterator[Callable[..., CompanyPage]]:
    """A function that opens a page with this body. Any error on the page's console fails the test."""
    contexts, errors = [], []

    def visit(body: str = "", before: str = "", **options) -> CompanyPage:
        context = browser.new_context(**{"reduced_motion": "reduce"} | options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console", lambda message: message.type in ("error", "warning") and errors.append(message.text)
        )
        page.on("pageerror", lambda error: errors.append(str(error)))
        # The page's clock stands still until a test moves it, so that no timeout of the script depends on the machine.
        page.clock.install(time=0)
        page.clock.pause_at(1000)
        page.goto(company_site.write(body, before))
        return CompanyPage(page)

    yield visit
    for context in contexts:
        context.close()
    # Chromium logs this for every server that does not answer, which some tests arrange.
    assert [error for error in errors if "Failed to load resource" not in error] == []


@pytest.fixture(params=[ANOTHER_SITE, pytest.param(SAME_SITE, marks=pytest.mark.proof)])
def site(request, portal, settings, alice, bob) -> Iterator[EmbeddingSite]:
    """On another site; in `make proof` also on the portal's own."""
    settings.PORTAL_URL = portal
    with EmbeddingSite(portal, same_site=request.param == SAME_SITE) as site:
        yield site


@pytest.fixture
def cross_site(portal, settings, alice, bob) -> Iterator[EmbeddingSite]:
    settings.PORTAL_URL = portal
    with EmbeddingSite(portal) as site:
        yield site


@pytest.fixture
def plain_page(browser: Browser, portal: str) -> Iterator[Page]:
    """A page with an unchecked console: Chromium logs an error whenever it ignores a frame's `autofocus`."""
    with browser.new_context(base_url=portal) as context:
        context.set_default_timeout(PATIENCE)
        yield context.new_page()
