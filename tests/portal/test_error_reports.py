import sys

import pytest
from django.test import RequestFactory
from django.views.debug import ExceptionReporter


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECUREMAIL_PROXY", "http://user:canary@proxy.example.com"),
        ("SECUREMAIL_HEADERS", {"Authorization": "canary"}),
        ("SECUREMAIL_CONNECTIONS", {"life": {"url": "canary", "proxy": "canary"}}),
        ("SECUREMAIL_API_KEYS", ["canary"]),
        ("SECUREMAIL_CLIENT_KEY_PASSWORD", "canary"),
        ("CACHES", {"default": {"BACKEND": "redis", "LOCATION": "redis://:canary@redis"}}),
    ],
)
def test_an_error_page_of_a_developer_shows_no_secret_of_the_settings(settings, name, value):
    setattr(settings, name, value)
    try:
        raise LookupError
    except LookupError:
        page = ExceptionReporter(RequestFactory().get("/"), *sys.exc_info()).get_traceback_html()
    assert name in page and "canary" not in page.partition('id="settings-info"')[2]
