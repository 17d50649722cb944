"""When messages are sent again and looked up again. All durations are in seconds."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

# After the first, second, ... attempt that certainly sent nothing; later attempts wait as long as the last.
RETRY_DELAYS = (5, 15, 45, 120, 300, 900)
# The longest of these delays while the API refuses the portal itself: in a round, one message is tried for all others.
OUR_FAULT_DELAY = 60
# Counted from the moment a message becomes unconfirmed. After the last lookup, its writer decides.
LOOKUP_DELAYS = (5, 15, 45, 120, 300, 900)
# How much longer a claim lasts than the slowest call. A process that holds one for longer has died.
CLAIM_GRACE = 15
# The largest expected difference between the API's clock and ours.
CLOCK_SKEW = 300


def claim_seconds() -> float:
    return float(settings.SECUREMAIL_SEND_DEADLINE + CLAIM_GRACE)


def after(seconds: float) -> datetime:
    return timezone.now() + timedelta(seconds=seconds)


def next_retry(attempts: int, *, at_least: float = 0, at_most: float = RETRY_DELAYS[-1]) -> datetime:
    """When to send again after this many attempts, at least one."""
    delay = RETRY_DELAYS[min(max(attempts, 1), len(RETRY_DELAYS)) - 1]
    return after(max(min(delay, at_most), at_least))


def next_lookup(unconfirmed_since: datetime, lookups: int) -> datetime | None:
    """When to look the message up after this many lookups; None when only its writer can decide."""
    if lookups >= len(LOOKUP_DELAYS):
        return None
    # The floor spaces out the lookups that an outage delayed: without it, they would all be made at once.
    return max(unconfirmed_since + timedelta(seconds=LOOKUP_DELAYS[lookups]), after(LOOKUP_DELAYS[0]))
