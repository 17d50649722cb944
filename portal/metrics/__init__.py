"""Every metric of the portal, and what happens that they count. `/metrics` shows them to Prometheus.

Names and units follow Prometheus' conventions. The values of labels are bounded: names of views, boxes and programs,
and words of ours; never anything about a person. Any module may import this one, and a call site is one line.
docs/operations.md describes the metrics for operators.
"""

from typing import Final

from portal.metrics import tally
from portal.metrics.instruments import AtScrape, Counter, Gauge, Histogram

# How long pages and calls take, in seconds.
_PAGE = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_CALL = (0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 15)
_BOX = ("box", "direction")

REQUESTS = Counter("http_requests", "Requests, by view and by how they were answered", ("view", "outcome"))
REQUEST_SECONDS = Histogram(
    "http_request_duration_seconds", "Time from a request to its response", ("view",), buckets=_PAGE
)
CALLS = Counter("upstream_calls", "Calls of the Secure Email API", ("box", "operation", "outcome"))
CALL_SECONDS = Histogram(
    "upstream_call_duration_seconds", "Time of the calls that were made", ("box", "operation"), buckets=_CALL
)
PLACES_HELD = Gauge("upstream_calls_in_progress", "Calls in progress: the places held of a box", _BOX)
BREAKER_OPEN = Gauge(
    "upstream_breaker_open", "Processes that make no calls, since the last ones failed", _BOX
)
REFUSED = Gauge("upstream_refused", "Processes that the API refuses until an operator mends that", _BOX)
MESSAGES = Counter("messages", "Messages that people wrote, by the state they reached", ("state",))
MAILS = Counter("mails", "Mails of the portal itself, such as codes, by outcome", ("outcome",))
SIGN_INS = Counter("sign_ins", "Sign-ins, by method and outcome", ("method", "outcome"))
LIMITS_HIT = Counter("limits_hit", "What a limit refused, by the name of the limit", ("limit",))

DATABASE_UP = AtScrape("database_up", "Whether the database answers")
CACHE_UP = AtScrape("cache_up", "Whether the cache answers")
OUTGOING = AtScrape("outgoing_messages", "Messages under way, by state", ("box", "state"))
OUTGOING_AGE = AtScrape(
    "outgoing_oldest_age_seconds",
    "Time for which the oldest of them has been in that state",
    ("box", "state"),
)
MAILS_WAITING = AtScrape("mails_waiting", "Mails of the portal itself that wait to be sent", ("kind",))
MAILS_AGE = AtScrape("mails_oldest_age_seconds", "Time for which the oldest of them has waited", ("kind",))
PROGRAM_SEEN = AtScrape(
    "program_last_seen_timestamp_seconds", "Last sign of life of a program beside the pages", ("program",)
)
PROGRAM_SUCCEEDED = AtScrape(
    "program_last_round_succeeded", "Whether its last round was without a failure", ("program",)
)

DEFAULT_BOX: Final = "(default)"  # The API's box without a name.
# What the operators' page counts, in `tally.Key.what`; and of outcomes, the good one.
PAGES, READING, SENDING, SIGNING_IN = "pages", "reading", "sending", "signing_in"
OK: Final = "ok"
# The outcomes of a request, by the first digit of its status.
_CLASSES = {2: OK, 3: "redirect", 4: "client_error", 5: "server_error"}


def request_answered(view: str, status: int, seconds: float) -> None:
    outcome = "limited" if status == 429 else _CLASSES.get(status // 100, "other")
    REQUESTS.add(view, outcome)
    REQUEST_SECONDS.observe(seconds, view)
    tally.add(PAGES, outcome if outcome == "server_error" else OK, seconds)


def call_ended(box: str, operation: str, outcome: str, seconds: float | None) -> None:
    """A call to the API. `seconds` is None if it was not made."""
    CALLS.add(box, operation, outcome)
    if seconds is not None:
        CALL_SECONDS.observe(seconds, box, operation)
    tally.add(direction(operation), outcome, seconds or 0.0, box)


def direction(operation: str) -> str:
    return SENDING if operation == "send" else READING


def signed_in(method: str) -> None:
    SIGN_INS.add(method, OK)
    tally.add(SIGNING_IN, OK)


def sign_in_failed(method: str) -> None:
    SIGN_INS.add(method, "failed")
    tally.add(SIGNING_IN, "failed")
