"""Counts and times the calls to the API, for the metrics and the operators' page."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final

from inbox.resilience.breaker import NotTried
from inbox.securemail import BadAnswer, Misconfigured, NotFound, Rejected, SecureMailError, Unavailable
from portal.metrics import OK, call_ended

# The first that fits. "refused" means the portal itself, "rejected" the one call.
_OUTCOMES: Final = {
    NotTried: "not_tried",
    Unavailable: "unavailable",
    NotFound: "not_found",
    Rejected: "rejected",
    Misconfigured: "refused",
    BadAnswer: "bad_answer",
}


@contextmanager
def measured(box: str, operation: str) -> Iterator[None]:
    """Measure the call in the body. The time includes what it waits for a slot."""
    started, outcome = monotonic(), OK
    try:
        yield
    except SecureMailError as error:
        outcome = next((word for kind, word in _OUTCOMES.items() if isinstance(error, kind)), "other")
        raise
    except BaseException:
        outcome = "other"
        raise
    finally:
        seconds = None if outcome == "not_tried" else monotonic() - started
        call_ended(box, operation, outcome, seconds)
