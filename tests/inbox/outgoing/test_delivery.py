"""`manage.py deliver`: messages are sent once the API works again, by any number of processes."""

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as configured
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from inbox.models import OutgoingMessage
from inbox.outgoing import delivery, schedule, sending
from inbox.outgoing.content import decrypt, encrypt
from inbox.resilience import channel
from portal.accounts.emails import queue as mails
from portal.accounts.models import Activity, PortalMail
from portal.models import RunningProcess
from tests.conftest import make_consumer, sign_in
from tests.inbox.helpers import choose, make_due, outgoing_page, reload, send
from tests.support.patience import await_true
from tests.support.smtp import mail_server

pytestmark = [pytest.mark.postgresql, pytest.mark.slow]

ALICE = "alice@example.com"


def deliver() -> str:
    said = StringIO()
    call_command("deliver", stdout=said)
    return said.getvalue()


@pytest.fixture
def queued(alice_client, sandbox) -> OutgoingMessage:
    """A message that was certainly not sent and is due again; the API works."""
    sandbox.fault("status", status=429, operation="send")
    message = send(alice_client)
    make_due(message)
    sandbox.heal()
    return message


def test_a_queued_message_is_delivered_and_is_news_until_it_is_seen(alice_client, sandbox, queued):
    assert "1 tried" in deliver()
    assert [mail["subject"] for mail in sandbox.messages(ALICE)] == ["A broken window"]
    notice = "Your message to Claims was delivered."
    assert (
        notice in alice_client.get("/").content.decode()
        and notice in alice_client.get("/inbox/billing/").content.decode()
    )
    assert "Your message was sent to Claims" in outgoing_page(alice_client, queued)
    assert notice not in alice_client.get("/").content.decode()


def test_a_round_has_an_id_of_its_own_which_the_message_and_its_line_in_the_activity_log_keep(queued):
    of_the_page = queued.request_id
    deliver()
    of_the_round = reload(queued).request_id
    assert len({"", of_the_page, of_the_round}) == 3
    assert Activity.objects.get(event="message_sent").request_id == of_the_round


def test_a_message_is_not_tried_before_it_is_due(alice_client, sandbox):
    sandbox.fault("status", status=429, operation="send")
    send(alice_client)
    assert "0 tried" in deliver() and len(sandbox.calls("send")) == 1


def test_each_failure_lengthens_the_delay(alice_client, sandbox, queued):
    sandbox.fault("status", status=429, operation="send")
    waits = []
    for _ in range(7):
        make_due(queued)
        deliver()
        waits.append((reload(queued).due_at - timezone.now()).total_seconds())
    assert waits == pytest.approx([15, 45, 120, 300, 900, 900, 900], abs=3)


def test_a_message_is_given_up_after_the_configured_hours(alice_client, settings, sandbox, queued):
    sandbox.fault("status", status=429, operation="send")
    long_ago = timezone.now() - timedelta(hours=settings.PORTAL_DELIVER_HOURS, minutes=1)
    OutgoingMessage.objects.update(tried_since=long_ago)
    deliver()
    assert reload(queued).state == "failed"
    assert "We couldn’t send your message to Claims." in alice_client.get("/").content.decode()
    assert "couldn’t reach our messaging system for too long" in outgoing_page(
        alice_client, queued
    ) and "it broke." in outgoing_page(alice_client, queued)


def test_a_securebox_that_fails_is_skipped_and_the_others_are_not(alice_client, sandbox, queued):
    sandbox.fault("status", status=429, operation="send")
    for slug in ("claims", "claims", "billing"):
        make_due(send(alice_client, slug))
    sandbox.heal()
    sandbox.fault("status", status=429, operation="send", securebox="Claims01")
    sandbox.forget_calls()
    assert "2 tried" in deliver()
    assert [call["securebox"] for call in sandbox.calls("send")] == ["Claims01", ""]


def test_one_writers_failures_delay_nobody_elses_messages(alice_client, bob, sandbox):
    sandbox.fault("status", status=429, operation="send")
    for _ in range(4):
        make_due(send(alice_client))
    make_due(send(sign_in(bob)))
    sandbox.heal()
    sandbox.fault("status", status=429, operation="send", address=ALICE)
    sandbox.forget_calls()
    assert "2 tried" in deliver()
    assert [mail["address"] for mail in sandbox.messages()] == ["bob@example.com"]


def test_failures_of_two_writers_leave_the_securebox_alone(alice_client, bob, claims, sandbox):
    browsers = [alice_client, sign_in(bob), sign_in(make_consumer("Dora", claims))]
    sandbox.fault("status", status=429, operation="send")
    for browser in browsers:
        make_due(send(browser))
    sandbox.forget_calls()
    assert "2 tried" in deliver()
    assert [call["address"] for call in sandbox.calls("send")] == [ALICE, "bob@example.com"]


def test_a_message_fails_if_its_writer_has_lost_access(alice_client, alice, claims, sandbox, queued):
    claims.consumers.remove(alice)
    deliver()
    assert reload(queued).state == "failed" and len(sandbox.calls("send")) == 1
    claims.consumers.add(alice)
    assert "you no longer have access to this department" in outgoing_page(sign_in(alice), queued)


def test_an_expired_claim_makes_the_message_unconfirmed_and_sends_nothing(alice_client, sandbox, queued):
    sending.claim(queued)
    assert "0 tried" in deliver()
    make_due(queued)
    assert "1 left in doubt" in deliver()
    assert (reload(queued).state, len(sandbox.messages(ALICE))) == ("unconfirmed", 0)


def test_a_valid_claim_is_left_alone(alice_client, sandbox, queued):
    sending.claim(queued)
    deliver()
    held = reload(queued)
    assert held.state == "sending"
    assert (held.due_at - timezone.now()).total_seconds() == pytest.approx(schedule.claim_seconds(), abs=3)
    assert schedule.claim_seconds() > configured.SECUREMAIL_SEND_DEADLINE


def test_an_api_that_is_down_does_not_end_the_run(alice_client, settings, sandbox, queued):
    settings.SECUREMAIL_API_URL = "http://127.0.0.1:9/nexus/v3"
    assert "1 tried" in deliver() and reload(queued).state == "queued"


def test_a_message_without_its_key_waits_for_the_key(alice_client, settings, sandbox, queued, caplog):
    key = settings.FIELD_ENCRYPTION_KEYS
    settings.FIELD_ENCRYPTION_KEYS = ["another-key-for-tests-that-is-not-the-one-0="]
    deliver()
    assert reload(queued).state == "queued" and "FIELD_ENCRYPTION_KEYS lacks its key" in caplog.text
    settings.FIELD_ENCRYPTION_KEYS = key
    make_due(queued)
    deliver()
    assert reload(queued).state == "sent"


def test_a_message_without_its_key_delays_no_other_and_is_never_given_up(
    alice_client, settings, sandbox, queued
):
    long_ago = timezone.now() - timedelta(hours=settings.PORTAL_DELIVER_HOURS + 1)
    OutgoingMessage.objects.update(tried_since=long_ago, encrypted_content="unreadable")
    sandbox.fault("status", status=429, operation="send")
    other = send(alice_client)
    sandbox.heal()
    for message in (other, queued):
        make_due(message)
    OutgoingMessage.objects.filter(pk=queued.pk).update(due_at=queued.created_at - timedelta(hours=1))
    assert "2 tried" in deliver()
    assert [reload(message).state for message in (queued, other)] == ["queued", "sent"]


def test_a_stopped_run_ends_after_the_current_message(alice_client, sandbox):
    sandbox.fault("status", status=429, operation="send")
    for _ in range(3):
        make_due(send(alice_client))
    sandbox.heal()
    sandbox.forget_calls()
    run = delivery.run(keep_going=lambda: not sandbox.calls("send"))
    assert run.tried == len(sandbox.calls("send")) == 1
    assert OutgoingMessage.objects.filter(state="queued", attempts=1).count() == 2


def test_a_stopped_run_ends_after_the_current_lookup(alice_client, sandbox):
    for _ in range(3):
        sandbox.fault("close", operation="send", times=1)
        make_due(send(alice_client))
    sandbox.forget_calls()
    run = delivery.run(keep_going=lambda: not sandbox.calls("list"))
    assert run.looked_up == len(sandbox.calls("list")) == 1
    assert OutgoingMessage.objects.filter(lookup_count=0, due_at__lt=timezone.now()).count() == 2


@pytest.mark.django_db(transaction=True)
def test_concurrent_runs_send_each_message_once(alice_client, sandbox):
    sandbox.fault("status", status=429, operation="send")
    for number in range(30):
        make_due(send(alice_client, subject=f"Letter {number}"))
    sandbox.heal()
    sandbox.forget_calls()
    channel.reset()  # Closes the breaker, which these failures have opened.

    def send_all(_machine: int) -> int:
        try:
            return sum(delivery.send_due() for _ in range(5))
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as machines:
        tried = sum(machines.map(send_all, range(6)))
    assert (tried, len(sandbox.calls("send")), len(sandbox.messages(ALICE))) == (30, 30, 30)


def test_a_queued_message_can_be_cancelled_and_edited(alice_client, sandbox, queued):
    answer = alice_client.post(f"/outgoing/{queued.nonce}/cancel/")
    html = alice_client.get(answer.url).content.decode()
    assert "A broken window" in html and "it broke." in html
    assert "0 tried" in deliver() and sandbox.messages(ALICE) == []


def test_a_claimed_message_cannot_be_cancelled(alice_client, sandbox, queued):
    sending.claim(queued)
    assert choose(alice_client, queued, "cancel").state == "sending"
    assert "You can no longer do that." in alice_client.get("/").content.decode()


def test_a_queued_message_can_be_sent_now(alice_client, sandbox):
    sandbox.fault("status", status=429, operation="send", times=1)
    assert choose(alice_client, send(alice_client), "now").state == "sent"


@pytest.mark.django_db(transaction=True)
def test_forever_runs_until_sigterm_and_shows_that_it_does(alice_client, sandbox, queued, tmp_path):
    alive = tmp_path / "alive"
    with forever(sandbox, "--touch", str(alive)) as process:
        await_true(lambda: reload(queued).state == "sent" and RunningProcess.objects.exists())
        assert RunningProcess.objects.get().program == "deliver"
        alive.unlink()
        assert await_true(alive.exists)
        process.send_signal(signal.SIGTERM)
        assert (reload(queued).state, process.wait(60)) == ("sent", 0)
        assert not RunningProcess.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_hangs_holds_up_no_message(alice_client, sandbox, queued, monkeypatch):
    monkeypatch.setattr(mails, "_after_commit", lambda _pk: None)
    mails.add_notice("account/email/password_changed", ALICE, {"timestamp": timezone.now()})
    later = copy_of(queued)
    with mail_server() as server, forever(sandbox, **server.environment()) as process:
        server.pause.clear()
        assert await_true(lambda: server.connections)
        message = OutgoingMessage.objects.create(**later)
        assert await_true(lambda: reload(message).state == "sent")
        assert server.mails == []
        server.pause.set()
        assert await_true(lambda: server.recipients() == [ALICE] and not PortalMail.objects.exists())
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


@pytest.mark.django_db(transaction=True)
def test_forever_ends_in_the_middle_of_a_run(alice_client, sandbox, queued):
    for _ in range(5):
        OutgoingMessage.objects.create(**copy_of(queued))
    sandbox.fault("delay", operation="send", seconds=2)
    sandbox.forget_calls()
    with forever(sandbox) as process:
        await_true(lambda: sandbox.calls("send"))
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    states = list(OutgoingMessage.objects.values_list("state", flat=True))
    assert 0 < states.count("sent") < 6  # One, unless the machine is so busy that the signal comes late.
    assert states.count("sent") + states.count("queued") == 6


def copy_of(message: OutgoingMessage) -> dict[str, Any]:
    """The fields of another message with the same text and due time."""
    nonce = uuid.uuid4()
    sealed = encrypt(decrypt(message), message.consumer_id, nonce)
    fields = {
        "state": message.state,
        "due_at": message.due_at,
        "queued_at": message.queued_at,
        "encrypted_content": sealed,
    }
    return {"nonce": nonce, "consumer": message.consumer, "securebox": message.securebox, **fields}


@contextmanager
def forever(sandbox, *options: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that runs `deliver --forever`, and is killed when the block ends."""
    environment = {**os.environ, "DATABASE_URL": database_url(), "SECUREMAIL_API_URL": sandbox.url}
    environment |= {"SECUREMAIL_API_KEY": sandbox.api_key, **settings}
    command = [sys.executable, "manage.py", "deliver", "--forever", "--interval", "0.1", *options]
    process = subprocess.Popen(command, cwd=configured.BASE_DIR, env=environment, stderr=subprocess.DEVNULL)  # noqa: S603  A command of our own.
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def database_url() -> str:
    """The URL of the test database, for another process."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


@pytest.mark.parametrize("moment", ["before the attempt", "after the attempt"])
def test_an_account_that_is_closed_while_its_message_is_sent_stops_no_other(
    queued, bob, sandbox, monkeypatch, moment
):
    sandbox.fault("status", status=429, operation="send")
    make_due(send(sign_in(bob), subject="From Bob"))
    sandbox.heal()
    attempt = sending.attempt

    def attempt_while_closing(message: OutgoingMessage, mailbox: Any) -> None:
        closes = message.pk == queued.pk
        if closes and moment == "before the attempt":
            queued.consumer.delete()
        attempt(message, mailbox)
        if closes and moment == "after the attempt":
            queued.consumer.delete()

    monkeypatch.setattr(sending, "attempt", attempt_while_closing)
    assert "2 tried" in deliver()
    assert "From Bob" in [mail["subject"] for mail in sandbox.messages("bob@example.com")]
