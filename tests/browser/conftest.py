"""A real Chromium, before a running portal and a running sandbox."""

import os
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page, expect, sync_playwright

from inbox import unread
from portal.accounts.models import Consumer
from tests.browser import chromium, waiting
from tests.support.sandbox import Sandbox

PASSWORD = "a-lamp-by-the-window"
PATIENCE = 60_000  # Milliseconds to wait for what must happen: the machine may be busy.

# Playwright keeps an event loop in this thread, in which Django would refuse the tests' own look at the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        # The headless shell would show frames of another site in the page's own process, as desktop browsers do not.
        arguments = ["--site-per-process"] + ["--no-sandbox"] * (os.geteuid() == 0)
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=arguments)
        waiting.end_calls_that_hang(browser)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a portal for all tests: stopping one takes longer than many a test."""
    # Static files come from WhiteNoise, as in production, and not from Django's stand-in for it.
    server = LiveServerThread("localhost", static_handler=lambda application: application)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    assert server.error is None
    yield f"http://localhost:{server.port}"
    server.terminate()


@pytest.fixture
def portal(transactional_db, sandbox: Sandbox, server: str, monkeypatch) -> str:
    """The portal's address. Counts are old at once, as a test cannot wait thirty seconds for that."""
    monkeypatch.setattr(unread, "FRESH", 0)
    return server


@pytest.fixture
def open_page(browser: Browser, portal: str) -> Iterator[Callable[..., Page]]:
    """Opens pages in contexts of their own; any error in a page's console fails the test."""
    contexts, errors, statics = [], [], []

    def open_page(**options) -> Page:
        context = browser.new_context(base_url=portal, **options)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and errors.append(message.text))
        page.on("response", lambda response: "/static/" in response.url and statics.append(response.status))
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert set(statics) <= {200}
    # A browser calls each answer of 400 and more an error; those the tests look at by themselves. And Chromium gives up
    # the transition to a page whose style sheets are not in its cache, as none are where a test intercepts requests: it
    # looks for the opt-in before the sheet with it has come; and it does so on a machine that is too busy to begin one
    # before the page is shown. No script runs early enough to take the error.
    expected = ("Failed to load resource", "Transition was aborted because of invalid state")
    assert [error for error in errors if not any(words in error for words in expected)] == []


@pytest.fixture
def alice(alice: Consumer) -> Consumer:
    alice.set_password(PASSWORD)
    alice.save()
    return alice


def sign_in(page: Page, email: str = "alice@example.com") -> None:
    """As if they had just signed in. How that is done has tests of its own."""
    client = Client()
    client.force_login(Consumer.objects.get(email=email))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies(
        [{"name": cookie.key, "value": cookie.value, "domain": "localhost", "path": "/"}]
    )
    page.goto("/")
    page.get_by_role("heading", name="Your inbox").wait_for()
