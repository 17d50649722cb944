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
from portal.embed.models import Website
from portal.sandbox.fault_kinds import KINDS
from tests.accounts.federation.handoff.company import make_company
from tests.chaos.canaries import journeys, places
from tests.chaos.canaries.crashes import CRASHES
from tests.chaos.canaries.echoes import ECHOES
from tests.chaos.canaries.journeys import Journey
from tests.chaos.canaries.words import FIRST_NAME, NEW_PASSWORD, PASSWORD, READ, WRITTEN, found
from tests.conftest import make_consumer, sign_in
from tests.embed.framing import ORIGIN
from tests.support.wire import Wire

FAULTS: dict[str, dict[str, object]] = {kind: {} for kind in KINDS}
FAULTS |= {"401": {"kind": "status", "status": 401}, "429": {"kind": "status", "status": 429}}
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


@pytest.fixture(autouse=True)
def _impatient(settings) -> None:
    settings.SECUREMAIL_READ_TIMEOUT = settings.SECUREMAIL_DEADLINE = settings.SECUREMAIL_SEND_DEADLINE = 0.2


@pytest.fixture
def _everything_is_logged(caplog) -> Iterator[None]:
    """Lines of libraries too, down to each SQL statement with its parameters."""
    for logger in (None, "inbox", "portal"):
        caplog.set_level(logging.DEBUG, logger)
    connection.force_debug_cursor = True
    yield
    connection.force_debug_cursor = False


@pytest.fixture
def journey(sandbox, claims, billing, caplog) -> Journey:
    """Of a signed-in consumer, with LOG_LEVEL=DEBUG."""
    for name in ("inbox", "portal"):
        caplog.set_level(logging.DEBUG, logger=name)
    browser = sign_in(make_consumer(FIRST_NAME, claims, billing))
    browser.raise_request_exception = False
    return Journey(browser, keys={sandbox.api_key, browser.cookies["sessionid"].value})


@pytest.mark.usefixtures("_everything_is_logged")
def test_a_whole_life_leaves_no_trace(sandbox, claims, billing, settings, caplog, capfd):
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
    assert_clean(journey, caplog, capfd)
    assert found(operator.error_pages()) == []
    stored = {name for name, text in places.columns() if found(text, *journey.keys, *journey.references)}
    assert stored == KNOWN
    mails = repr([(message.subject, message.body, message.alternatives) for message in mail.outbox])
    assert len(mail.outbox) > 5
    assert [word for word in (*READ, *WRITTEN, sandbox.api_key, *journey.references) if word in mails] == []


def in_short(kinds: Iterable[str], short: set[str]) -> list[ParameterSet | str]:
    return [kind if kind in short else pytest.param(kind, marks=pytest.mark.proof) for kind in kinds]


@pytest.mark.parametrize("fault", in_short(FAULTS, {"status", "store_then_close", "odd"}))
def test_a_fault_of_the_api_leaves_no_trace(journey, sandbox, caplog, capfd, fault):
    received, _sent = journeys.arrive(journey, sandbox)
    sandbox.fault(**{"kind": fault, **FAULTS[fault]})
    visit(journey, received)
    assert_clean(journey, caplog, capfd)


@pytest.mark.parametrize("echo", in_short(ECHOES, {"a refusal", "broken JSON", "a redirect", "a header"}))
def test_an_api_that_repeats_what_it_was_told_leaves_no_trace(
    journey, sandbox, settings, caplog, capfd, echo
):
    received, _sent = journeys.arrive(journey, sandbox)
    with Wire() as upstream:
        upstream.script(ECHOES[echo])
        settings.SECUREMAIL_API_URL = upstream.url
        visit(journey, received)
    assert_clean(journey, caplog, capfd)


@pytest.mark.parametrize("crash", CRASHES)
def test_an_error_of_the_portal_leaves_no_trace_but_its_place(journey, settings, caplog, capfd, crash):
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.chaos.canaries.crashes.middleware"]
    journey.get("/", crash=crash, quail="quail")
    assert "tests/chaos/canaries/crashes.py:" in caplog.text or crash == "missing"  # A 404 is no error.
    assert_clean(journey, caplog, capfd)


def visit(journey: Journey, reference: str) -> None:
    journeys.read(journey, reference)
    channel.reset()  # The breaker has opened by now.
    journeys.send(journey)


def assert_clean(
    journey: Journey, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    for text in (caplog.text, *capfd.readouterr(), places.cached()):
        assert found(text, *journey.keys, *journey.references) == []
    assert caplog.records
    # An error page may have a link to its own address, and what was typed into its form.
    pages = journey.error_pages()
    assert [word for word in (*READ, PASSWORD, NEW_PASSWORD, *journey.keys) if word in pages] == []
