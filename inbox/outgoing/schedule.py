"""When things are done again. All in seconds."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from inbox.models import OutgoingMessage

# After the first, second, ... attempt that certainly sent nothing; then as after the last.
SEND_AGAIN = (5, 15, 45, 120, 300, 900)
# From the moment of doubt: when the message is looked for upstream. After the last, its writer decides.
LOOK = (5, 15, 45, 120, 300, 900)
# A claim outlives the longest call by this; whoever holds it longer has died.
CLAIM_GRACE = 15
# Upstream's clock may differ by so much from ours.
CLOCK_SKEW = 300


def claim_seconds() -> float:
    return float(settings.SECUREMAIL_SEND_DEADLINE + CLAIM_GRACE)


def after(seconds: float) -> datetime:
    return timezone.now() + timedelta(seconds=seconds)


def send_again(attempts: int) -> datetime:
    """When a message is sent again after so many attempts, the first being 1."""
    return after(SEND_AGAIN[min(max(attempts, 1), len(SEND_AGAIN)) - 1])


def looked_for_anew() -> dict[str, Any]:
    """The fields of a message that is in doubt from now on."""
    now = timezone.now()
    return {
        "state": OutgoingMessage.State.UNCONFIRMED,
        "lookup_count": 0,
        "unconfirmed_since": now,
        "settled_at": now,
        "due_at": next_look(now, 0),
    }


def next_look(doubt_began: datetime, looks: int) -> datetime | None:
    """When it is looked for after so many looks; None where there is nothing left but its writer's decision."""
    if looks >= len(LOOK):
        return None
    # After an outage, the looks that were missed are not made all at once.
    return max(doubt_began + timedelta(seconds=LOOK[looks]), after(LOOK[0]))
