"""Makes the calls, and runs every check on what they brought."""

import math
from collections.abc import Iterator
from contextlib import closing

from inbox import gateway
from inbox.connection_settings import UnknownConnection
from inbox.diagnosis import contact, failures, hidden, listing, mapping, missing, server
from inbox.diagnosis.calls import Conversation, Observations, Step
from inbox.diagnosis.report import Report, Table
from inbox.diagnosis.setup import Box, Setup
from inbox.securemail import Owner, ResponseShape, SecureMailClient
from portal.findings import Finding


def diagnose(address: str, box: Box, seconds: float = math.inf) -> Report:
    """What works between the portal and the API, and what has to be mended before consumers use it.

    `address` is that of a consumer who has received and sent mail in this box. After `seconds` no further call is
    begun. Raises ValueError if the API cannot be asked for these, or a setting is wrong.
    """
    shapes: list[ResponseShape] = []
    client = _client(shapes, box)
    setup = _setup(client, box)
    with closing(client):
        seen = Conversation(client, shapes, seconds).run(address, box.name)
    findings = tuple(_findings(seen, setup, setup.owner(address, box)))
    return Report(findings, _steps(seen, setup.way), tuple(mapping.tables(seen, setup.dialect)))


def reach(box: Box) -> tuple[Finding, ...]:
    """Whether the API answers as it should to one call, about an address that is made up for it.

    Raises ValueError if a setting is wrong.
    """
    shapes: list[ResponseShape] = []
    client = _client(shapes, box)
    setup = _setup(client, box)
    with closing(client):
        seen = Conversation(client, shapes, math.inf).run_made_up(box.name)
    return (*failures.check(seen, setup), *contact.check(seen), *server.check(seen, setup))


def _client(shapes: list[ResponseShape], box: Box) -> SecureMailClient:
    try:
        return gateway.build_client(shapes.append, box.connection)
    except UnknownConnection:
        raise ValueError(f"SECUREMAIL_CONNECTIONS has no connection {box.connection}.") from None
    except (ValueError, OSError) as error:
        raise ValueError(f"The SECUREMAIL_ settings are wrong: {error}") from None


def _setup(client: SecureMailClient, box: Box) -> Setup:
    return Setup(
        client.connection,
        client.timeouts,
        client.dialect,
        connection_name=box.connection,
        has_dialect=gateway.has_dialect(),
        message_fields=gateway.message_fields(),
    )


def _findings(seen: Observations, setup: Setup, owner: Owner) -> Iterator[Finding]:
    yield from failures.check(seen, setup)
    yield from contact.check(seen)
    yield from missing.check(seen, setup)
    yield from hidden.check(seen, owner, setup)
    yield from listing.check(seen, owner, setup)
    yield from server.check(seen, setup)


def _steps(seen: Observations, way: str) -> Table:
    rows = tuple((step.name, f"{step.seconds * 1000:.0f} ms", _result(step)) for step in seen.steps)
    return Table("Calls", ("STEP", "TIME", "RESULT"), rows, way)


def _result(step: Step) -> str:
    if step.error:
        return f"FAILED: {type(step.error).__name__}, {step.error}"
    return "404: this contact is not known" if step.is_unknown_contact else f"works: {step.result}"
