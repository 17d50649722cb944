"""Sessions of visitors who have not signed in. Each is a row in the database that a stranger can cause."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from portal.embed.models import Website
from tests.accounts.signing_in import sign_in
from tests.embed.framing import ORIGIN, PREFIX
from tests.portal.test_public_pages import PUBLIC

SCRIPT = {"X-Requested-With": "XMLHttpRequest"}
ANYWHERE = "anna@example.com"
NAMES = {"<slug:slug>": "claims", "<uuid:nonce>": "0" * 8 + "-0000-4000-8000-" + "0" * 12}
# What begins one, since the next request has to know what this one did.
BEGIN = {
    ("POST", "accounts/login/code/"): {"email": ANYWHERE},
    ("POST", "accounts/password/reset/"): {"email": ANYWHERE},
    ("POST", "accounts/signup/"): {
        "email": ANYWHERE,
        "first_name": "Anna",
        "last_name": "Berg",
        "password1": "a-kettle-on-the-hob",
    },
    ("GET", "accounts/2fa/webauthn/login/"): None,
    ("POST", "accounts/2fa/webauthn/login/"): {},  # For its error, which the sign-in page shows.
}


@pytest.fixture(autouse=True)
def _open(settings, claims):
    settings.PORTAL_SIGNUP = "open"
    Website.objects.create(name="The Company", origin=ORIGIN)


def url(route):
    for pattern, name in NAMES.items():
        route = route.replace(pattern, name)
    return "/" + route.replace("<str:code>", "x").replace("<str:token>", "x")


def rows_begun_by(method, path, form=None):
    before = Session.objects.count()
    request = Client().get if method == "GET" else Client().post
    request(path, form or {}, headers=SCRIPT if method == "GET" else {})
    return Session.objects.count() - before


def test_only_these_requests_begin_a_session(anna):
    begun = {
        (method, route)
        for route in PUBLIC
        for method in ("GET", "POST")
        if rows_begun_by(method, url(route), BEGIN.get((method, route)))
    }
    assert begun == set(BEGIN)


@pytest.mark.parametrize(
    "path",
    [
        "/?next=/x/",
        "/accounts/login/?next=/inbox/claims/&ended",
        "/inbox/claims/",
        "/admin/",
        "/accounts/password/reset/key/1-set-password/",
        "/accounts/confirm-email/x:y:z/",
        "/?lang=de",
        "/no-such-page/",
        f"{PREFIX}/",
        f"{PREFIX}/embed/connect/?locale=en",
        f"{PREFIX}/embed/state.json",
    ],
)
def test_pages_and_late_forms_begin_none(path, db):
    assert rows_begun_by("GET", path) == rows_begun_by("POST", path) == 0


def test_one_network_begins_few_sessions(db, anna):
    answers = []
    for number in range(10):
        for (method, route), form in BEGIN.items():
            request = Client().get if method == "GET" else Client().post
            ip = f"2001:db8:0:1:{number:x}::1"
            answers.append(request(url(route), form, headers=SCRIPT, REMOTE_ADDR=ip).status_code)
    assert Session.objects.count() == 30
    assert answers[-1] == 429


def test_network_at_its_limit_signs_in_all_the_same(settings, anna, client):
    settings.ACCOUNT_RATE_LIMITS = {"anonymous_session": "1/m/key"}
    for _ in range(2):
        answer = Client().post("/accounts/login/code/", {"email": ANYWHERE})
    assert answer.status_code == 429 and "Too many attempts" in answer.content.decode()
    assert answer.headers["X-Frame-Options"] == "DENY" and "sessionid" not in answer.cookies
    assert sign_in(client).url == "/" and client.get("/accounts/").status_code == 200


def test_visitors_session_ends_long_before_a_signed_in_one(settings, anna, client):
    settings.SESSION_COOKIE_AGE = 24 * 3600
    Client().post("/accounts/login/code/", {"email": ANYWHERE})
    sign_in(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=21)):
        call_command("tidy", verbosity=0)
    assert [row.session_key for row in Session.objects.all()] == [client.session.session_key]
