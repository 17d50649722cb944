"""The database fails: whatever was asked for, the answer is a 503 in plain words, and what was typed comes back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import (
    DatabaseError,
    IntegrityError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)
from django.test import Client
from django.utils import timezone

from inbox.models import OutgoingMessage
from inbox.outgoing import transitions
from portal.embed import cookies
from portal.embed.models import Website
from tests.embed.framing import IN_FRAME, ORIGIN, PREFIX, policy_of
from tests.inbox.helpers import LETTER
from tests.inbox.windows import COMPOSE, Window, draft_texts, strict

pytestmark = pytest.mark.postgresql

DOWN = "This service isn’t available right now"


@contextmanager
def database_down(
    error: type[DatabaseError] = OperationalError, fails: Callable[[str], object] = bool
) -> Iterator[list[str]]:
    """Every statement of which `fails` is true fails. Yields those that did."""
    failed: list[str] = []

    def execute(proceed: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not fails(sql):
            return proceed(sql, params, many, context)
        failed.append(sql)
        raise error("the connection is lost")

    with connection.execute_wrapper(execute):
        yield failed
    # A transaction of the portal's that failed ends with it; the test's own goes on.
    transaction.set_rollback(False)


@pytest.fixture
def browser(alice, sandbox) -> Client:
    browser = strict(alice)
    browser.raise_request_exception = False
    return browser


@pytest.mark.parametrize(
    "address", ["/", "/inbox/claims/", COMPOSE, "/outgoing/", "/accounts/account/", "/admin/", "/nowhere/"]
)
def test_each_page_says_that_the_portal_is_not_available(browser, address):
    with database_down() as failed:
        answer = browser.get(address)
    html = answer.content.decode()
    assert answer.status_code == 503 and DOWN in html and f'href="{address}"' in html
    assert int(answer["Retry-After"]) > 0 and answer["Cache-Control"] == "no-store, private"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert not answer.cookies, "The session goes on once the database is back."
    assert len(failed) == 1, "Each further attempt could take as long as the first."
    assert browser.get("/outgoing/").status_code == 200


def test_a_fault_of_ours_is_not_called_an_outage(browser):
    with database_down(IntegrityError):
        assert browser.get("/").status_code == 500


def test_an_outage_is_in_the_log(browser, caplog):
    with database_down():
        browser.get("/")
    assert "Service Unavailable: /" in caplog.text and "OperationalError" in caplog.text


def test_a_template_that_asks_the_database_is_no_exception(browser):
    with database_down(fails=lambda sql: "inbox_outgoingmessage" in sql) as failed:
        answer = browser.get("/accounts/account/")
    assert failed and answer.status_code == 503 and DOWN in answer.content.decode()


@pytest.mark.parametrize("action", ["save", "send"])
def test_typed_words_come_back_and_one_click_saves_them(browser, sandbox, action):
    window = Window(browser)
    with database_down():
        getattr(window, action)(**LETTER)
    assert window.answer.status_code == 503 and window.shows(
        DOWN, *LETTER["text"].split("\n"), "A broken window"
    )
    window.save()
    assert window.answer.status_code == 200 and window.shows("Saved")
    assert draft_texts() == [LETTER["text"]] and sandbox.calls("send") == []


def test_words_stay_on_the_page_for_as_long_as_it_takes(browser):
    window = Window(browser)
    with database_down():
        window.send(**LETTER).save().save()
    assert window.answer.status_code == 503
    assert window.save().shows("Saved") and draft_texts() == [LETTER["text"]]


def test_words_of_a_signed_out_user_come_back_too(browser):
    window = Window(browser)
    del browser.cookies[settings.SESSION_COOKIE_NAME]
    with database_down():
        window.send(**LETTER)
    assert window.answer.status_code == 503 and window.shows(*LETTER["text"].split("\n"))
    assert window.save().shows('name="login"') and draft_texts() == [LETTER["text"]]


def test_passwords_and_codes_do_not_come_back(db):
    browser = Client(raise_request_exception=False)
    browser.get("/accounts/login/")
    form = {"login": "a@example.com", "password": "hidden-word", "code": "hidden-word", "text": "x"}
    with database_down():
        answer = browser.post("/accounts/login/", form)
    assert answer.status_code == 503 and "hidden-word" not in answer.content.decode()


def test_another_button_is_not_said_to_have_done_nothing(browser):
    page = Window(browser)
    with database_down():
        answer = browser.post(
            "/inbox/claims/selected/", {"csrfmiddlewaretoken": page.fields["csrfmiddlewaretoken"]}
        )
    html = answer.content.decode()
    assert answer.status_code == 503 and "can’t tell yet whether your change was made" in html
    assert "Try again" not in html


@pytest.mark.parametrize("address", ["/unread.json", "/accounts/session.json"])
def test_scripts_get_json(browser, address):
    with database_down():
        answer = browser.get(address)
    assert answer.status_code == 503 and "isn’t available" in answer.json()["problem"]


@pytest.mark.parametrize("fails_at_once", [True, False])
def test_a_frame_shows_the_page_and_stays_a_frame(browser, website, fails_at_once):
    name = settings.SESSION_COOKIE_NAME
    browser.cookies[name + cookies._suffix(ORIGIN)] = browser.cookies[name].value
    with database_down(fails=lambda sql: fails_at_once or "session" in sql):
        answer = browser.get(f"{PREFIX}/inbox/claims/", headers=IN_FRAME)
    html = answer.content.decode()
    assert answer.status_code == 503 and DOWN in html
    assert policy_of(answer)["frame-ancestors"] == ORIGIN and "X-Frame-Options" not in answer
    assert f'href="{PREFIX}/"' in html and f'data-host-origin="{ORIGIN}"' in html


def test_no_other_website_frames_it(browser):
    with database_down():
        answer = browser.get("/embed/in/https:other.example,x%20y/", headers=IN_FRAME)
        invalid = browser.get("/embed/in/nonsense/", headers=IN_FRAME)
    assert policy_of(answer)["frame-ancestors"] == "https://other.example"
    assert invalid.status_code == 403


@pytest.fixture
def website(db):
    return Website.objects.create(name="The Company", origin=ORIGIN)


def fail_after_sending(monkeypatch) -> None:
    def lose(*_: object) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(transitions, "mark_sent", lose)


def test_a_message_that_was_accepted_is_never_called_unsent(browser, sandbox, monkeypatch):
    window = Window(browser)
    with monkeypatch.context() as patch:
        fail_after_sending(patch)
        window.send(**LETTER)
    assert window.answer.status_code == 503 and window.shows("We can’t tell yet whether it was saved or sent")
    message = OutgoingMessage.objects.get()
    assert message.state == "sending" and len(sandbox.calls("send")) == 1
    window.save()
    assert (
        window.answer.request["PATH_INFO"] == f"/outgoing/{message.nonce}/"
        and OutgoingMessage.objects.count() == 1
    )

    OutgoingMessage.objects.update(due_at=timezone.now())  # Its claim has expired.
    call_command("deliver")
    OutgoingMessage.objects.update(due_at=timezone.now())
    call_command("deliver")
    assert OutgoingMessage.objects.get().state == "sent" and len(sandbox.calls("send")) == 1


def test_a_read_only_database_is_an_outage_in_words(browser):
    window = Window(browser)
    savepoint = connection.savepoint()
    with connection.cursor() as cursor:
        is_sqlite = connection.vendor == "sqlite"
        cursor.execute("PRAGMA query_only = ON" if is_sqlite else "SET transaction_read_only = on")
        window.save(**LETTER)
        if is_sqlite:
            cursor.execute("PRAGMA query_only = OFF")
    connection.savepoint_rollback(savepoint)
    transaction.set_rollback(False)
    assert window.answer.status_code == 503 and window.shows(DOWN, *LETTER["text"].split("\n"))


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="Of SQLite: PostgreSQL's is an OperationalError, too."
)
def test_a_full_disk_is_an_outage_in_words(browser):
    window = Window(browser)
    with connection.cursor() as cursor:
        (before,) = cursor.execute("PRAGMA max_page_count").fetchone()
        cursor.execute("PRAGMA max_page_count = 1")  # That is: no more than there are.
        try:
            window.save(**LETTER | {"text": "x" * 90_000})
        finally:
            cursor.execute(f"PRAGMA max_page_count = {before}")
    assert window.answer.status_code == 503 and window.shows(DOWN, "x" * 100)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server.")
@pytest.mark.django_db(transaction=True)
def test_after_a_restart_of_postgresql_no_request_fails(browser):
    """What is left of a connection after a restart: one that the server has closed."""
    connection.ensure_connection()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    finally:
        other.close()
    close_old_connections()  # As before each request; the test client leaves it out.
    assert browser.get("/outgoing/").status_code == 200
