"""Known and unknown addresses cannot be told apart by the response, nor by the work it takes.

How long either takes is measured by `make bench`.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.accounts.emails import queue, sending
from portal.accounts.models import PortalMail
from tests.accounts.signing_in import PASSWORD, sign_in

KNOWN, UNKNOWN = "anna@example.com", "anja@example.com"


def by_password(client, address):
    return sign_in(client, "wrong-password-of-somebody", login=address)


def by_code(client, address):
    return client.post("/accounts/login/code/", {"email": address})


def by_reset(client, address):
    return client.post("/accounts/password/reset/", {"email": address})


def by_sign_up(client, address):
    form = {"email": address, "first_name": "Anna", "last_name": "Berg", "password1": "a-kettle-on-the-hob"}
    return client.post("/accounts/signup/", form)


WAYS = [by_password, by_code, by_reset, by_sign_up]


@pytest.fixture(autouse=True)
def _open_to_all(settings):
    settings.PORTAL_SIGNUP = "open"


def words_of(client, answer):
    """The page and the redirect, without the parts that differ in every response."""
    chain = [answer.status_code, answer.get("Location", "")]
    page = client.get(answer["Location"], follow=True) if answer.status_code == 302 else answer
    html = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())
    return chain, html.replace(KNOWN, "ADDRESS").replace(UNKNOWN, "ADDRESS")


@pytest.mark.parametrize("way", WAYS)
def test_responses_are_equal_to_the_byte(anna, way):
    known, unknown = Client(), Client()
    assert words_of(known, way(known, KNOWN)) == words_of(unknown, way(unknown, UNKNOWN))


@pytest.mark.parametrize("way", WAYS)
def test_rate_limited_responses_and_cookies_are_equal(anna, way):
    for number in range(8):
        known, unknown = Client(), Client()
        answers = [way(known, KNOWN), way(unknown, UNKNOWN)]
        assert len({answer.status_code for answer in answers}) == 1
        assert set(known.cookies) == set(unknown.cookies)
        if number in (0, 7):
            assert words_of(known, answers[0]) == words_of(unknown, answers[1])


@pytest.mark.parametrize("way", [by_code, by_sign_up])
def test_resending_above_the_limit_looks_the_same(anna, way):
    pages = []
    for address in (KNOWN, UNKNOWN):
        for _ in range(6):
            client = Client()
            answer = way(client, address)
        again = client.post(answer.url, {"action": "resend"}, follow=True)
        pages.append(words_of(client, again))
    assert pages[0] == pages[1] and "16-digit code" in pages[0][1]


class CountingHasher(MD5PasswordHasher):
    """In place of the slow password hasher: counts the hashes, since they take nearly all of the time."""

    hashed = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.hashed += 1
        return super().encode(password, salt)


def hashes(way, address):
    before = CountingHasher.hashed
    way(Client(), address)
    return CountingHasher.hashed - before


@pytest.mark.parametrize("way", WAYS)
def test_same_number_of_passwords_is_hashed(settings, anna, way):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    anna.set_password(PASSWORD)
    anna.save()
    assert hashes(way, KNOWN) == hashes(way, UNKNOWN)


def statements_about_mails(way, address, browser=None):
    """What is done in the table of mails until the page is answered."""
    with CaptureQueriesContext(connection) as captured:
        way(browser or Client(), address)
    return [
        re.sub(r"\W.*", "", query["sql"]) for query in captured if '"accounts_portalmail"' in query["sql"]
    ]


@pytest.fixture
def left_to_deliver(monkeypatch):
    monkeypatch.setattr(queue, "_after_commit", lambda _pk: None)


@pytest.mark.usefixtures("left_to_deliver")
@pytest.mark.parametrize("way", WAYS)
def test_the_same_is_written_whether_or_not_a_mail_is_sent(anna, way):
    for number in range(8):  # The last ones are above the limits, where not every request sends a mail.
        known, unknown = statements_about_mails(way, KNOWN), statements_about_mails(way, UNKNOWN)
        assert known == unknown == ([] if way is by_password else ["DELETE", "INSERT"]), number
    kinds = PortalMail.objects.values_list("kind", flat=True)
    assert (set(kinds) == set()) if way is by_password else ({"code", "decoy"} == set(kinds))


def resend(client, address):
    page = client.post("/accounts/login/code/", {"email": address}).url
    return client.post(page, {"action": "resend"})


@pytest.mark.usefixtures("left_to_deliver")
def test_the_same_is_written_when_a_code_is_sent_again(anna):
    assert statements_about_mails(resend, KNOWN) == statements_about_mails(resend, UNKNOWN)


@pytest.mark.parametrize("way", WAYS)
def test_response_does_not_wait_for_the_mail(monkeypatch, anna, way):
    """A slow or unavailable mail server delays no response."""
    taken = Event()
    senders = ThreadPoolExecutor(1)
    monkeypatch.setattr(queue, "_senders", senders)
    monkeypatch.setattr(queue, "_after_commit", queue.hand_over)
    monkeypatch.setattr(sending, "attempt_now", lambda _pk: taken.wait(60))
    assert way(Client(), KNOWN).status_code in (200, 302)
    assert not taken.is_set()
    taken.set()
    senders.shutdown()
