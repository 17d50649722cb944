"""Whatever signs in once does so once, however many requests bring it at the same time.

A double click, which sends the same form twice from one browser, leads to where the first click leads, in one session.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from django.test import Client

from portal.accounts import repeated_forms
from portal.accounts.allauth_compat import RecoveryCodes, totp_code
from portal.accounts.models import Activity, Consumer
from portal.accounts.signup import invitations
from portal.cache.unavailable import CacheUnavailable
from tests.accounts.signing_in import PASSWORD, add_totp, mailed_code, sign_in
from tests.embed.window_requests import window_path_for

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.postgresql("portal.accounts.single_use"),
]
REQUESTS = 4
ANNA = "anna@example.com"
LONG_CODE = re.compile(r"\d{4}-\d{4}-\d{4}-\d{4}")


@dataclass(frozen=True)
class Form:
    """A browser, and the form that it sends several times at once."""

    browser: Client
    path: str
    fields: dict[str, str]


def by_code() -> Form:
    browser = Client()
    browser.post("/accounts/login/code/", {"email": ANNA})
    return Form(browser, "/accounts/login/code/confirm/", {"code": mailed_code()})


def by_long_code() -> Form:
    for _number in range(6):
        browser = Client()
        browser.post("/accounts/login/code/", {"email": ANNA})
    [found] = (LONG_CODE.search(sent.body) for sent in mail.outbox if "16-digit code" in sent.subject)
    return Form(browser, "/accounts/login/code/confirm/", {"code": found[0]})


def by_sign_up() -> Form:
    browser = Client()
    typed = {"email": "carol@example.com", "first_name": "Carol", "last_name": "Klein", "password1": PASSWORD}
    browser.post("/accounts/signup/", typed)
    return Form(browser, "/accounts/confirm-email/", {"code": mailed_code()})


def by_app() -> Form:
    secret = add_totp(Consumer.objects.get(email=ANNA))
    browser = Client()
    sign_in(browser)
    return Form(browser, "/accounts/2fa/authenticate/", {"code": totp_code(secret)})


def by_recovery_code() -> Form:
    add_totp(anna := Consumer.objects.get(email=ANNA))
    codes = RecoveryCodes.activate(anna).get_unused_codes()
    browser = Client()
    sign_in(browser)
    return Form(browser, "/accounts/2fa/authenticate/", {"code": codes[0]})


def by_invitation() -> Form:
    invitations.invite("dora@example.com")
    link = next(line for line in mail.outbox[-1].body.splitlines() if "/invitation/" in line).strip()
    browser = Client()
    browser.get(path := link.removeprefix("http://localhost:8000"))
    browser.get("/accounts/login/")  # For the cookie that tells it from other browsers.
    return Form(browser, path, {"first_name": "Dora", "last_name": "Example", "password1": PASSWORD})


def by_window() -> Form:
    browser = Client()
    browser.get("/accounts/login/")
    return Form(browser, window_path_for(Consumer.objects.get(email=ANNA), to="/accounts/"), {})


WAYS = [
    by_code,
    by_app,
    by_invitation,
    by_window,
    *(pytest.param(way, marks=pytest.mark.proof) for way in (by_long_code, by_sign_up, by_recovery_code)),
]


@pytest.fixture(autouse=True)
def _open_to_all(settings, anna) -> None:
    settings.PORTAL_SIGNUP = "open"


def copy_of(browser: Client) -> Client:
    """Another request of the same browser, which does not wait for the cookies of the first."""
    copy = Client(raise_request_exception=False)
    for name, cookie in browser.cookies.items():
        copy.cookies[name] = cookie.value
    return copy


def send_at_once(form: Form, fields: list[dict[str, str]]) -> list[tuple[Client, int, str]]:
    """The same browser several times, with the status and the redirect that each request got."""
    together = Barrier(len(fields))

    def send(typed):
        tab = copy_of(form.browser)
        together.wait(60)
        try:
            answer = tab.post(form.path, typed)
            return tab, answer.status_code, answer.get("Location", "")
        finally:
            connection.close()

    with ThreadPoolExecutor(len(fields)) as threads:
        return list(threads.map(send, fields))


def sign_ins() -> int:
    return Activity.objects.filter(event="signed_in").count()


def is_signed_in(browser: Client) -> bool:
    return browser.get("/accounts/").status_code == 200


@pytest.mark.parametrize("way", WAYS)
def test_a_double_click_leads_to_where_the_first_click_leads_in_one_session(way):
    form = way()
    before = sign_ins()
    answers = send_at_once(form, [form.fields] * REQUESTS)
    assert {(status, location) for _tab, status, location in answers} == {(302, answers[0][2])}
    assert sign_ins() == before + 1
    assert len({tab.cookies["sessionid"].value for tab, *_ in answers}) == 1
    assert all(is_signed_in(tab) for tab, *_ in answers)


def test_without_the_cache_an_invitation_is_still_accepted_once(monkeypatch):
    form = by_invitation()

    def fail(*_arguments, **_options):
        raise CacheUnavailable

    monkeypatch.setattr(LocMemCache, "add", fail)
    answers = send_at_once(form, [form.fields] * REQUESTS)
    assert sum(is_signed_in(tab) for tab, *_ in answers) == sign_ins() == 1


@pytest.mark.parametrize(
    "way",
    [
        by_code,
        by_app,
        *(pytest.param(way, marks=pytest.mark.proof) for way in (by_sign_up, by_recovery_code)),
    ],
)
def test_of_forms_that_differ_one_signs_in(way):
    """Two spellings of one code: the forms are not the same, and what they bring is."""
    form = way()
    before = sign_ins()
    answers = send_at_once(form, [form.fields | {"number": str(number)} for number in range(REQUESTS)])
    assert sign_ins() == before + 1
    assert sum(is_signed_in(tab) for tab, *_ in answers) == 1
    assert max(status for _tab, status, _location in answers) < 500


def test_a_double_click_long_after_the_first_was_answered_joins_its_session():
    form = by_code()
    [(first, *_)] = send_at_once(form, [form.fields])
    [(second, _status, location)] = send_at_once(form, [form.fields])
    assert location == "/" and second.cookies["sessionid"].value == first.cookies["sessionid"].value
    assert sign_ins() == 1


def test_a_code_can_be_sent_again_twice(anna):
    form = by_code()
    for _ in range(2):
        form.browser.post(form.path, {"action": "resend"})
    assert len(mail.outbox) == 3


def test_a_session_that_has_ended_is_not_joined():
    form = by_code()
    [(first, *_)] = send_at_once(form, [form.fields])
    first.post("/accounts/logout/")
    [(second, *_)] = send_at_once(form, [form.fields])
    assert not is_signed_in(second)


def test_a_code_that_was_used_before_is_refused_in_words(monkeypatch):
    monkeypatch.setattr(repeated_forms, "_FORMS", set())
    form = by_code()
    late = copy_of(form.browser)
    session = form.browser.session
    kept = dict(session.items())
    send_at_once(form, [form.fields])
    # A request that had read the session before it ended brings its code back.
    session.update(kept)
    session.save(must_create=True)
    page = late.post(form.path, form.fields, follow=True)
    assert "This code has already been used" in page.content.decode() and sign_ins() == 1


def test_a_code_of_an_app_works_once_as_long_as_it_is_valid(time_machine):
    time_machine.move_to("2026-11-28 12:00:01Z", tick=False)
    form = by_app()
    assert Client().post(form.path, form.fields).status_code == 302
    assert form.browser.post(form.path, form.fields).status_code == 302
    again = Client()
    sign_in(again)
    time_machine.shift(timedelta(seconds=40))  # django-allauth has forgotten that it was used.
    cache.clear()
    page = again.post(form.path, form.fields)
    assert page.status_code == 200 and sign_ins() == 1


def test_a_new_password_needs_the_code_once():
    browser = Client()
    browser.post("/accounts/password/reset/", {"email": ANNA})
    form = Form(browser, "/accounts/password/reset/confirm/", {"code": mailed_code()})
    answers = send_at_once(form, [form.fields] * REQUESTS)
    assert {(status, url) for _tab, status, url in answers} == {(302, "/accounts/password/reset/complete/")}
