"""What the script of a frame asks for to open a window of its own, and what that window does."""

import time

from allauth.usersessions.models import UserSession
from django.test import RequestFactory

from portal.accounts.allauth_compat import get_authentication_records
from portal.accounts.federation.handoff import window_code
from portal.accounts.models import Consumer
from portal.embed.models import Website
from tests.conftest import sign_in
from tests.embed.framing import PREFIX

WINDOW = f"{PREFIX}/embed/window/"
NEAR = "/embed/in/http:localhost:8002"
OURS = "http://testserver"


def in_frame(consumer):
    """Their browser, signed in in a frame on a website that is one site with the portal."""
    Website.objects.get_or_create(name="Near", origin="http://localhost:8002")
    browser = sign_in(consumer)
    key = browser.session.session_key
    UserSession.objects.create(user=consumer, session_key=key, ip="127.0.0.1", user_agent="")
    browser.defaults["HTTP_HOST"] = "localhost"
    return browser


def ask(browser, url=f"{NEAR}/embed/window/", headers=None, **body):
    headers = {"X-Requested-With": "SecureInbox", **(headers or {})}
    return browser.post(url, body, "application/json", headers=headers)


def ask_with_token(browser, text, headers=None, **body):
    return ask(browser, WINDOW, {"Origin": OURS, **(headers or {})}, token=text, **body)


def page_of(answer):
    assert answer.status_code == 200
    return answer.json()["url"].removeprefix("http://localhost:8000")


def code_for(consumer, *proofs, to="/inbox/claims/"):
    return f"/embed/continue/{window_code.issue(consumer, list(proofs), to)}/"


def proof(method, ago=0.0, **more):
    return {"method": method, "at": time.time() - ago, **more}


def records(browser):
    request = RequestFactory().get("/")
    request.session = browser.session
    return get_authentication_records(request, Consumer.objects.get(pk=browser.session["_auth_user_id"]))


def is_in(browser):
    return "_auth_user_id" in browser.session


def is_over(page):
    return page.status_code == 410 and "not valid any more" in page.content.decode()
