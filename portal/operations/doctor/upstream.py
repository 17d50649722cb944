"""Examines the Secure Email API by reading: how many messages an address has that was made up for it.

With the address of a consumer, the doctor of the connection asks for all that the portal ever reads.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from django.db import DatabaseError

from inbox.connection_settings import connection_names
from inbox.diagnosis import diagnose, find_box, reach
from inbox.diagnosis.setup import Box
from inbox.models import Securebox
from portal.database.brief_connection import brief_connection
from portal.findings import Finding, failure

TOPIC: Final = "API"
SECONDS: Final = 10.0  # For all calls; no further one is begun.
_DATABASE_SECONDS: Final = 2.0


def names() -> tuple[str, ...]:
    """The connections, the default one first. None of the others if the setting cannot be understood."""
    try:
        return ("", *connection_names())
    except ValueError:
        return ("",)


def look(connection: str) -> Iterator[Finding]:
    """At the API behind this connection."""
    topic = f"{TOPIC} {connection}".strip()
    try:
        yield from (_of_api(topic, finding) for finding in reach(_box(connection)))
    except ValueError as error:
        yield failure(topic, str(error), "manage.py check names the setting.")


def look_closely(address: str, securebox: str) -> Iterator[Finding]:
    """With a consumer's address and the API's name of a box, as `manage.py check_securemail` does."""
    try:
        with brief_connection(_DATABASE_SECONDS):
            box = find_box(securebox)
    except DatabaseError:
        box = Box(securebox)
    try:
        yield from (_of_api(TOPIC, finding) for finding in diagnose(address, box, SECONDS).findings)
    except ValueError as error:
        yield failure(TOPIC, str(error), "See manage.py check_securemail --help.")


def _of_api(topic: str, finding: Finding) -> Finding:
    """What is plainly the API's there is to be so among the findings of everything else, such as its clock."""
    return replace(finding, topic=topic if finding.topic == TOPIC else f"{topic}, {finding.topic.lower()}")


def _box(connection: str) -> Box:
    """A box at this connection; while the database fails, the API's default one."""
    try:
        with brief_connection(_DATABASE_SECONDS):
            known = Securebox.objects.filter(connection=connection).order_by("position").first()
    except DatabaseError:
        known = None
    return Box(known.name if known else "", connection=connection)
