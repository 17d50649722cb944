"""Telling a database that fails from code that uses it wrongly."""

from collections.abc import Iterator
from typing import Final

from django.db import Error, InterfaceError, OperationalError

# PostgreSQL's code of "cannot execute ... in a read-only transaction", as on a replica or while it is restored.
_READ_ONLY: Final = "25006"


def is_outage(error: BaseException | None) -> bool:
    """Whether it comes from a database that cannot be reached, is full, read-only, overloaded or being restarted.

    Then trying again later helps. An error of a query is no outage, such as a broken constraint.
    """
    return isinstance(error, Error) and any(_is_outage(one) for one in _with_causes(error))


def in_words(error: BaseException) -> str:
    """What the server or its driver says, in one line. Neither names a password."""
    words = " ".join(str(error).split()).rstrip(".")
    return f"{words[:300]}." if words else f"{type(error).__name__}."


def _is_outage(error: BaseException) -> bool:
    if isinstance(error, (OperationalError, InterfaceError)):
        return True
    return getattr(error, "sqlstate", None) == _READ_ONLY


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    """Django wraps what the driver raises; and after a failure inside a transaction, it refuses further queries."""
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
