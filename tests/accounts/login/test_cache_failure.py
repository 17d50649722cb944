"""The counts are in the cache. While it fails, nothing can be counted: what needs a count is refused (fail closed)."""

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.test import Client

from portal.accounts.models import Activity
from portal.embed.models import Website
from tests.accounts.federation.handoff.company import make_company, token
from tests.accounts.signing_in import sign_in
from tests.embed.framing import ORIGIN
from tests.embed.hand_off_requests import hand_off


@pytest.fixture
def broken_cache(monkeypatch):
    def fail(*_args, **_options):
        raise ConnectionError("the cache is down")

    def breaks():
        for method in ("add", "get", "set", "delete", "incr", "touch"):
            monkeypatch.setattr(LocMemCache, method, fail)

    return breaks


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/accounts/login/", {"login": "anna@example.com", "password": "a-lamp-by-the-window"}),
        ("/accounts/login/code/", {"email": "anna@example.com"}),
        ("/accounts/password/reset/", {"email": "anna@example.com"}),
    ],
)
def test_nobody_signs_in_and_no_password_is_compared(anna, broken_cache, path, form, mailoutbox):
    broken_cache()
    browser = Client(raise_request_exception=False)
    assert browser.post(path, form).status_code == 500
    assert not Activity.objects.filter(event="sign_in_failed").exists() and not mailoutbox
    assert browser.get("/accounts/").status_code == 302


def test_sessions_go_on_and_valid_hand_offs_sign_in(anna, client, broken_cache):
    Website.objects.create(name="The Company", origin=ORIGIN, company=make_company("first"))
    sign_in(client)
    broken_cache()
    assert client.get("/accounts/").status_code == 200
    assert hand_off(Client(), token(sub="7", email="carla@example.com")).json()["signed_in"]
    assert hand_off(Client(raise_request_exception=False), "x").status_code == 500
