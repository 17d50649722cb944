"""What the portal knows about a consumer leaves it nowhere but on that consumer's own pages.

In this process, every line that any logger writes at any level is formatted as for operators; `test_served.py` looks
at all that a server writes.
"""

import logging
from collections.abc import Iterable, Iterator

import pytest
from _pytest.mark import ParameterSet
from django.core import mail
from django.db import connection

from inbox.models import Securebox
from inbox.resilience import channel
from portal.accounts.audit import stream
from portal.accounts.audit.records import audit_record
from portal.embed.models import Website
from portal.error_reporter import ErrorReport, ReportHandler
from portal.sandbox.fault_kinds import KINDS
from tests.accounts.federation.handoff.company import make_company
from tests.chaos.canaries import journeys, places
from tests.chaos.canaries.crashes import CRASHES
from tests.chaos.canaries.echoes import ECHOES
from tests.chaos.canaries.journeys import Journey
from tests.chaos.canaries.words import ADDRESS, FIRST_NAME, NEW_PASSWORD, PASSWORD, READ, WRITTEN, found
from tests.conftest import make_consumer, sign_in
from tests.embed.framing import ORIGIN
from tests.support.wire import Wire

FAULTS: dict[str, dict[str, object]] = {kind: {} for kind in KINDS}
FAULTS |= {"401": {"kind": "status", "status": 401}, "429": {"kind": "status", "status": 429}}
SLOW = {"delay", "drip", "hang"}  # Their answers come too late, or never.
# Exceptions that are answers: what is refused is no error of the portal's.
REFUSED = {"missing", "denied", "bad", "suspicious"}
# Where the portal keeps what it has to know. What people write is encrypted there, and so are their sessions.
KNOWN = {
    "account_emailaddress.email",
    "accounts_activity.address",
    "accounts_activity.detail",  # The address that an account is to have.
    "accounts_consumer.email",
    "accounts_consumer.first_name",
    "accounts_consumer.last_name",
    "django_session.session_key",
    "socialaccount_socialaccount.uid",  # The company's name for its customer.
    "usersessions_usersession.session_key",
}


@pytest.fixture
def _everything_is_logged(caplog) -> Iterator[None]:
    """Lines of libraries too, down to each SQL statement with its parameters."""
    for logger in (None, "inbox", "portal"):
        caplog.set_level(logging.DEBUG, logger)
    connection.force_debug_cursor = True
    yield
    connection.force_debug_cursor = False


@pytest.fixture(autouse=True)
def reports(monkeypatch) -> Iterator[list[ErrorReport]]:
    """What an error tracker would get, of all loggers."""
    monkeypatch.setattr(ReportHandler, "_start_thread", lambda _handler: None)
    handler = ReportHandler("nowhere")
    logging.root.addHandler(handler)
    yield handler._waiting.queue
    logging.root.removeHandler(handler)


@pytest.fixture
def audited(monkeypatch) -> list[str]:
    """The lines of the audit stream, without waiting for a commit."""
    lines: list[str] = []
    monkeypatch.setattr(stream, "publish", lambda line: lines.append(stream._json(audit_record(line))))
    return lines


@pytest.fixture
def journey(sandbox, claims, billing, caplog) -> Journey:
    """Of a signed-in consumer, with LOG_LEVEL=DEBUG."""
    for name in ("inbox", "portal"):
        caplog.set_level(logging.DEBUG, logger=name)
    browser = sign_in(make_consumer(FIRST_NAME, claims, billing))
    browser.raise_request_exception = False
    return Journey(browser, keys={sandbox.api_key, browser.cookies["sessionid"].value})


@pytest.mark.usefixtures("_everything_is_logged")
def test_a_whole_life_leaves_no_trace(sandbox, claims, billing, settings, caplog, capfd, reports, audited):
    settings.PORTAL_SIGNUP = "open"
    Securebox.objects.update(open_to_all=True)
    Website.objects.create(name="The Company", origin=ORIGIN, company=make_company("first"))
    journey = Journey(keys={sandbox.api_key})
    journeys.sign_up(journey)
    journeys.sign_in_and_out(journey)
    received, sent = journeys.arrive(journey, sandbox)
    for reference in (received, sent):
        journeys.read(journey, reference)
    journeys.draft(journey)
    journeys.send(journey)
    journeys.tidy_up(journey, received, sent)
    operator = journeys.administer()
    for start in (journeys.be_invited, journeys.be_handed_over):
        start(stranger := Journey())
        journey.keys |= stranger.keys
    assert [answer.status_code for answer in journey.answers if answer.status_code == 200][20:]
    assert_clean(journey, caplog, capfd, reports)
    assert lines_of_requests(caplog)
    # The audit stream names people, and nothing else of theirs.
    assert found("\n".join(audited), ADDRESS)
    secrets = (*READ, *WRITTEN, *journey.keys, *journey.references)
    assert [word for word in secrets if word in "\n".join(audited)] == []
    assert found(operator.error_pages()) == []
    stored = {name for name, text in places.columns() if found(text, *journey.keys, *journey.references)}
    assert stored == KNOWN
    mails = repr([(message.subject, message.body, message.alternatives) for message in mail.outbox])
    assert len(mail.outbox) > 5
    assert [word for word in (*READ, *WRITTEN, sandbox.api_key, *journey.references) if word in mails] == []


def in_short(kinds: Iterable[str], short: set[str]) -> list[ParameterSet | str]:
    return [kind if kind in short else pytest.param(kind, marks=pytest.mark.proof) for kind in kinds]


@pytest.mark.parametrize("fault", in_short(FAULTS, {"status", "store_then_close", "odd"}))
def test_a_fault_of_the_api_leaves_no_trace(journey, sandbox, settings, caplog, capfd, reports, fault):
    received, _sent = journeys.arrive(journey, sandbox)
    sandbox.fault(**{"kind": fault, **FAULTS[fault]})
    if fault in SLOW:
        settings.SECUREMAIL_READ_TIMEOUT = settings.SECUREMAIL_DEADLINE = 0.2
        settings.SECUREMAIL_SEND_DEADLINE = 0.2
    visit(journey, received)
    assert_clean(journey, caplog, capfd, reports)


@pytest.mark.parametrize("echo", in_short(ECHOES, {"a refusal", "broken JSON", "a redirect", "a header"}))
def test_an_api_that_repeats_what_it_was_told_leaves_no_trace(
    journey, sandbox, settings, caplog, capfd, reports, echo
):
    received, _sent = journeys.arrive(journey, sandbox)
    with Wire() as upstream:
        upstream.script(ECHOES[echo])
        settings.SECUREMAIL_API_URL = upstream.url
        visit(journey, received)
    assert_clean(journey, caplog, capfd, reports)


@pytest.mark.parametrize("crash", CRASHES)
def test_an_error_of_the_portal_leaves_no_trace_but_its_place(
    journey, settings, caplog, capfd, reports, crash
):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.chaos.canaries.crashes.middleware"]
    journey.get("/", crash=crash, quail="quail")
    assert "tests/chaos/canaries/crashes.py:" in caplog.text or crash == "missing"  # A 404 is no error.
    assert reports or crash in REFUSED | {"line"}
    assert_clean(journey, caplog, capfd, reports)


def visit(journey: Journey, reference: str) -> None:
    journeys.read(journey, reference)
    channel.reset()  # The breaker has opened by now.
    journeys.send(journey)


def lines_of_requests(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == "portal.request_log"]


def assert_clean(
    journey: Journey,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    reports: list[ErrorReport],
) -> None:
    for text in (caplog.text, *capfd.readouterr(), places.cached(), repr(reports)):
        assert found(text, *journey.keys, *journey.references) == []
    assert caplog.records
    # An error page may have a link to its own address, and what was typed into its form.
    pages = journey.error_pages()
    assert [word for word in (*READ, PASSWORD, NEW_PASSWORD, *journey.keys) if word in pages] == []
