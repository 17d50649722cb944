"""What a server writes, as a company runs it: its own lines, gunicorn's, and what Python prints by itself."""

import json
from contextlib import suppress
from http.client import HTTPException

import pytest

from tests.chaos.bombs.hostile import HOSTILE
from tests.chaos.canaries.crashes import CRASHES, CRASHES_OF_SERVERS
from tests.chaos.canaries.echoes import ECHOES
from tests.chaos.canaries.words import ADDRESS, DRAFT, PASSWORD, READ, TYPED, WRITTEN, found, letter
from tests.support.served import Person, Served
from tests.support.wire import Wire

pytestmark = [pytest.mark.slow, pytest.mark.proof]

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "tests.chaos.canaries.settings",
    # As talkative as it gets: with an access log, and with each request in the error log.
    "GUNICORN_CMD_ARGS": "--access-logfile - --log-level debug",
    "SECUREMAIL_API_KEY": "quail-key",
    "PORTAL_ERROR_REPORTER": "tests.chaos.canaries.crashes.report",
    **{f"SECUREMAIL_{name}": "0.5" for name in ("READ_TIMEOUT", "DEADLINE", "SEND_DEADLINE")},
}
FAULTS = ECHOES | HOSTILE


def visit(portal: Served, person: Person) -> None:
    box, message = f"/inbox/a{person.number}/", f"/inbox/a{person.number}/{person.reference}/"
    paths = [message, f"{message}body/", f"{message}details/", f"{box}compose/?reply={person.reference}", box]
    for path in (*paths, f"/inbox/b{person.number}/", "/", "/unread.json", "/quail/?quail=quail"):
        portal.ask(path, person)
    portal.ask(f"{box}compose/draft/", person, DRAFT)
    portal.ask(f"/inbox/b{person.number}/compose/", person, TYPED)


def go_astray(portal: Served, person: Person) -> None:
    """Crash in every way, and sign in with mistakes."""
    for kind in CRASHES | CRASHES_OF_SERVERS:
        with suppress(HTTPException):  # One of them breaks off in the middle.
            portal.ask(f"/?crash={kind}&quail=quail", person)
    portal.ask("/accounts/login/", person, {"login": ADDRESS, "password": PASSWORD})
    portal.ask("/accounts/login/code/", person, {"email": ADDRESS})
    portal.ask(f"/accounts/invitation/quail-{PASSWORD}/", person)


@pytest.mark.parametrize("level", LEVELS)
def test_a_server_writes_no_canary(tmp_path, level):
    with Wire() as upstream:
        environment = SETTINGS | {"SECUREMAIL_API_URL": upstream.url, "LOG_LEVEL": level}
        environment |= {name: str(tmp_path / name) for name in ("PORTAL_AUDIT_STREAM", "CANARY_REPORTS")}
        with Served(tmp_path, len(FAULTS) + 1, **environment) as portal:
            upstream.script(letter())
            visit(portal, portal.people[0])
            go_astray(portal, portal.people[0])
            for person, act in zip(portal.people[1:], FAULTS.values(), strict=True):
                upstream.script(act)
                visit(portal, person)
    keys = [word for person in portal.people for word in (person.session, person.reference)]
    reports = (tmp_path / "CANARY_REPORTS").read_text()
    assert found(portal.log() + reports, "consumer0@", "We have it.", *keys) == []
    assert "_database" in reports or level == "CRITICAL"
    # The audit stream names people, and nothing else of theirs.
    audited = (tmp_path / "PORTAL_AUDIT_STREAM").read_text()
    assert "consumer0@" in audited and [word for word in (*READ, *WRITTEN, *keys) if word in audited] == []
    assert all(line.startswith("{") for line in portal.log().splitlines())
    assert says_where(portal.log()) or level == "CRITICAL"


def says_where(log: str) -> bool:
    """Whether an operator can find each place that fails on purpose."""
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    failed = "\n".join(line.get("exc_info", "") for line in lines)
    return all(
        f"in {name}\n" in failed for name in ("_database", "_number", "_loop", "_stream.<locals>.parts")
    )
