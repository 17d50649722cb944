"""A browser of one of the people, as far as judges need one."""

from collections.abc import Iterator

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from portal.accounts.models import Consumer
from tests import conftest

State = tuple[str, HttpResponse]


def browser_of(consumer: Consumer | None = None) -> Client:
    """A browser, behind the proxy."""
    if consumer:
        consumer.refresh_from_db()  # A password that was changed since ends the sessions before.
    browser = conftest.sign_in(consumer) if consumer else Client()
    browser.raise_request_exception = False
    browser.defaults |= {
        "wsgi.url_scheme": "https",
        "HTTP_HOST": settings.PORTAL_URL.removeprefix("https://"),
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_FORWARDED_FOR": "192.0.2.1",
        "HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36",
    }
    return browser


def opened(browser: Client, **addresses: str) -> Iterator[State]:
    for name, address in addresses.items():
        yield name.replace("_", " "), browser.get(address, follow=True)
