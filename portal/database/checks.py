"""The system check of DATABASE_URL."""

from collections.abc import Collection

from django.core import checks
from django.core.checks import CheckMessage, Error, register
from django.db import DatabaseError, connections

from portal.database.failures import in_words


@register(checks.Tags.database)
def database_answers(databases: Collection[str] | None = None, **_: object) -> list[CheckMessage]:
    """Only for commands that need a database anyway, such as `migrate` and `check --database default`."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        try:
            connections[alias].ensure_connection()
        except DatabaseError as error:
            message = f"The database cannot be used: {in_words(error)}"
            hint = "Compare DATABASE_URL with what the server knows: host, port, name, user, password."
            found.append(Error(message, hint=hint, id="portal.E045"))
    return found
