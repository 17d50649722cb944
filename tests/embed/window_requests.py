"""The requests with which a frame's script opens a window of its own, and with which that window signs in."""

import time

from django.test import RequestFactory

from portal.accounts.allauth_compat import get_authentication_records
from portal.accounts.federation.handoff import window_code
from portal.accounts.models import Consumer
from portal.embed.models import Website
from tests.conftest import sign_in
from tests.embed.framing import PREFIX, SAME_SITE_ORIGIN, SAME_SITE_PREFIX

WINDOW_URL = f"{PREFIX}/embed/window/"
PORTAL_ORIGIN = "http://testserver"


def sign_in_within_frame(consumer):
    """A browser, signed in as this consumer in a frame on a website that is one site with the portal."""
    Website.objects.get_or_create(name="Near", origin=SAME_SITE_ORIGIN)
    browser = sign_in(consumer)
    browser.defaults["HTTP_HOST"] = "localhost"
    return browser


def request_window(browser, url=f"{SAME_SITE_PREFIX}/embed/window/", headers=None, **body):
    headers = {"X-Requested-With": "SecureInbox", **(headers or {})}
    return browser.post(url, body, "application/json", headers=headers)


def request_window_with_token(browser, text, headers=None, **body):
    return request_window(
        browser, WINDOW_URL, {"Origin": PORTAL_ORIGIN, **(headers or {})}, token=text, **body
    )


def window_path(answer):
    assert answer.status_code == 200
    return answer.json()["url"].removeprefix("http://localhost:8000")


def window_path_for(consumer, *proofs, to="/inbox/claims/"):
    return f"/embed/continue/{window_code.issue(consumer, list(proofs), to)}/"


def authentication_record(method, ago=0.0, **more):
    return {"method": method, "at": time.time() - ago, **more}


def authentication_records(browser):
    request = RequestFactory().get("/")
    request.session = browser.session
    return get_authentication_records(request, Consumer.objects.get(pk=browser.session["_auth_user_id"]))


def is_signed_in(browser):
    return "_auth_user_id" in browser.session


def is_expired(page):
    return page.status_code == 410 and "no longer valid" in page.content.decode()
