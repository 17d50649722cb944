"""How far the clock of another server may be from this one's."""

from datetime import datetime, timedelta
from typing import Final

from portal.findings import Finding, ok, warning

# Codes of authenticator apps and tokens of the company's website are valid for half a minute more or less.
_TOLERATED: Final = timedelta(seconds=30)


def compare(topic: str, whose: str, theirs: datetime, ours: datetime) -> Finding:
    """Both times are aware, and were taken at the same moment but for the time of one answer."""
    difference = theirs - ours
    if abs(difference) <= _TOLERATED:
        return ok(topic, f"The clock of {whose} agrees with this machine's.")
    way = "ahead of" if difference > timedelta() else "behind"
    return warning(
        topic,
        f"The clock of {whose} is {words(abs(difference))} {way} this machine's. Codes and sign-ins that are still"
        " valid would be refused, and expired ones taken.",
        "Set the clocks of all machines by NTP.",
    )


def words(duration: timedelta) -> str:
    """Such as "45 seconds", "7 minutes", "3 hours", "2 days"."""
    seconds = duration.total_seconds()
    for length, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * length or seconds == length:
            return _number(round(seconds / length), unit)
    return _number(round(seconds), "second")


def _number(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
