"""What an earlier version wrote still works: sessions, drafts, messages in every state, and all that it signed.

`data/before.sql` is a database of commit cdcc1d3 and `data/before.json` what browsers, mails and files held then.
Changes of names, modules, salts or migrations since must not break any of it.
"""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from unittest import mock

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from inbox.models import OutgoingMessage
from portal.accounts.allauth_compat import totp_code
from portal.accounts.models import CompanyKey, Consumer
from tests.accounts.federation.handoff.company import public_pem, token
from tests.chaos.bombs.hostile import mail
from tests.inbox.helpers import message_at
from tests.support.wire import Wire

DATA = Path(__file__).with_name("data")
BEFORE = json.loads((DATA / "before.json").read_text())
MESSAGES = BEFORE["messages"]
FRAME = "/embed/in/https:www.company.example"
SCRIPT = {"X-Requested-With": "SecureInbox"}
PBKDF2 = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher"
]  # The password was kept with Django's own default.

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="The dump is SQLite's."),
]


@pytest.fixture(scope="module")
def upgraded_file(tmp_path_factory, django_db_setup, django_db_blocker) -> Path:
    """The database of then with the migrations of today."""
    path: Path = tmp_path_factory.mktemp("upgraded") / "portal.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.executescript((DATA / "before.sql").read_text())
    with django_db_blocker.unblock(), twenty_seconds_later(), using(path):
        call_command("migrate", verbosity=0)
    return path


@pytest.fixture(autouse=True)
def upgraded(upgraded_file, tmp_path, django_db_blocker) -> Iterator[None]:
    path = shutil.copy(upgraded_file, tmp_path)
    with django_db_blocker.unblock(), twenty_seconds_later(), using(path):
        yield


def twenty_seconds_later() -> time_machine.travel:
    made_at = datetime.fromisoformat(BEFORE["made_at"])
    return time_machine.travel(made_at + timedelta(seconds=20), tick=False)


@contextmanager
def using(path: Path) -> Iterator[None]:
    """Let Django use this database."""
    with mock.patch.dict(connection.settings_dict, NAME=str(path)):
        connection.close()
        yield
        connection.close()


@pytest.fixture
def upstream(settings) -> Iterator[Wire]:
    with Wire() as wire:
        wire.script(mail(id=BEFORE["message_id"]))
        settings.SECUREMAIL_API_URL = wire.url
        yield wire


def with_cookies(cookies: dict[str, str]) -> Client:
    client = Client()
    for name, value in cookies.items():
        client.cookies[name] = value
    return client


@pytest.fixture
def browser(upstream) -> Client:
    """Alice's, which signed in before the upgrade."""
    return with_cookies(BEFORE["cookies"])


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code, response.headers.get("Location"))
    return response.content.decode()


def test_a_session_is_still_signed_in_and_shows_the_inbox(browser):
    assert "Your claim" in text_of(browser, "/inbox/claims/")
    assert "Firefox" in text_of(browser, "/accounts/devices/")


def test_a_session_can_be_ended_from_another_device(browser, settings):
    settings.PASSWORD_HASHERS = PBKDF2
    other = Client()
    sign_in_with_app(other)
    other.post("/accounts/devices/sign-out/")
    assert browser.get("/").url.startswith("/accounts/login/")


def test_a_reference_opens_its_message(browser, upstream):
    assert "Your claim" in text_of(browser, f"/inbox/claims/{BEFORE['reference']}/")
    # The list is asked for at the same time: either may come last.
    asked = [request for request in upstream.requests if request.path.endswith(BEFORE["message_id"])]
    assert len(asked) == 1


def test_a_reference_opens_nothing_for_another_consumer(upstream):
    ben = Client()
    ben.force_login(Consumer.objects.get(email="ben@example.com"))
    assert ben.get(f"/inbox/claims/{BEFORE['reference']}/").status_code == 404


def test_a_draft_is_continued_with_its_words(browser):
    page = text_of(browser, f"/inbox/claims/compose/?draft={MESSAGES['draft']}")
    assert "A draft" in page and "Half a sentence" in page


@pytest.mark.parametrize("state", ["queued", "failed", "unconfirmed"])
def test_a_message_that_has_not_arrived_is_shown_in_its_state_with_its_words(browser, state):
    message = OutgoingMessage.objects.get(nonce=MESSAGES[state])
    assert message.state == state
    assert f"Words that are {state}." in text_of(browser, f"/outgoing/{message.nonce}/")


def test_a_queued_message_is_delivered(upstream):
    OutgoingMessage.objects.update(due_at=timezone.now())
    call_command("deliver")
    assert OutgoingMessage.objects.get(nonce=MESSAGES["queued"]).state == "sent"


def test_a_receipt_is_genuine_and_written_again_as_it_was(browser, tmp_path, capsys):
    path = tmp_path / "receipt.txt"
    path.write_text(BEFORE["receipt"])
    call_command("verify_receipt", str(path))
    assert "This receipt is genuine." in capsys.readouterr().out
    assert text_of(browser, f"/outgoing/{MESSAGES['sent']}/receipt/") == BEFORE["receipt"]


def test_a_compose_form_that_was_open_is_sent(browser):
    answer = browser.post("/inbox/claims/compose/", BEFORE["compose_form"])
    assert answer.status_code == 302
    assert message_at(answer.url).state == "sent"


def test_a_compose_form_that_was_open_is_kept_after_the_session_ended(upstream):
    Client().post("/inbox/claims/compose/", BEFORE["compose_form"])
    assert OutgoingMessage.objects.filter(state="draft", consumer__email="alice@example.com").count() == 2


def sign_in_with_app(client: Client) -> HttpResponse:
    client.post("/accounts/login/", {"login": "alice@example.com", "password": BEFORE["password"]})
    return client.post("/accounts/2fa/authenticate/", {"code": totp_code(BEFORE["totp_secret"])})


def test_the_password_and_the_app_sign_in(upstream, settings):
    settings.PASSWORD_HASHERS = PBKDF2
    assert sign_in_with_app(Client()).url == "/"


def test_an_invitation_opens_its_account():
    assert "Dora" in text_of(Client(), BEFORE["invitation"])


def test_the_website_may_still_show_the_portal_and_its_frame_is_signed_in(upstream):
    frame = with_cookies(BEFORE["frame_cookies"])
    answer = frame.get(f"{FRAME}/inbox/claims/")
    assert answer.status_code == 200
    assert "frame-ancestors https://www.company.example" in answer["Content-Security-Policy"]
    assert frame.get(f"{FRAME}/inbox/billing/").status_code == 404


def hand_over(text: str):
    return Client().post(f"{FRAME}/embed/hand-off/", {"token": text}, "application/json", headers=SCRIPT)


def test_a_spent_token_stays_spent(upstream):
    assert hand_over(BEFORE["spent_token"]).status_code != 200


def test_a_customer_who_was_handed_over_has_the_same_account(upstream):
    CompanyKey.objects.update(public_key=public_pem("first"))
    consumers = list(Consumer.objects.values_list("pk", "email"))
    assert hand_over(token(sub="ben-1", email="ben@example.com")).json()["signed_in"] is True
    assert list(Consumer.objects.values_list("pk", "email")) == consumers


def test_a_code_for_a_window_opens_it(upstream):
    window = Client()
    window.post(BEFORE["window"])
    assert "Your claim" in text_of(window, "/inbox/claims/")


def test_the_activity_log_shows_what_was_done(browser):
    page = text_of(browser, "/accounts/activity/")
    assert "Message sent" in page and "Firefox on Linux" in page
