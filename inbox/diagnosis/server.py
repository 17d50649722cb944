"""Checks of the API's server: its clock, which key it accepts, and how its times fit the timeouts."""

from collections.abc import Iterator
from typing import Final

from inbox.diagnosis.calls import Observations
from inbox.diagnosis.setup import Setup
from inbox.securemail import Timeouts
from portal.findings import Finding, failure, ok, warning

_MAX_SKEW: Final = 60  # Seconds.
_MINUTE: Final = 60


def check(seen: Observations, setup: Setup) -> Iterator[Finding]:
    yield from _keys(seen, len(setup.connection.keys))
    yield from _clock(seen)
    yield from _times(seen, setup.timeouts)


def _keys(seen: Observations, total: int) -> Iterator[Finding]:
    accepted = {step.shape.key_number for step in seen.steps if step.shape and not step.error}
    if total == 1 or not accepted:
        return
    number = min(accepted)
    if number == 1:
        yield ok("Key", f"The API accepts the first of {total} keys. The others were not tried.")
    else:
        message = f"The API refuses the first {number - 1} of {total} keys, and accepts number {number}."
        yield warning(
            "Key", message, "Put the key that is accepted in front, unless the others are yet to come."
        )


def _clock(seen: Observations) -> Iterator[Finding]:
    skews = [step.shape.clock_skew for step in seen.steps if step.shape and step.shape.clock_skew is not None]
    if not skews:
        return
    # A cache in between may send an old date with one answer, but hardly with all.
    skew = min(skews, key=abs)
    if abs(skew) <= _MAX_SKEW:
        yield ok("Clock", "The clocks of this machine and of what answers agree within a minute.")
        return
    way = "ahead of" if skew > 0 else "behind"
    yield warning(
        "Clock",
        f"The clock of what answers is {_duration(abs(skew))} {way} this machine's. Dates would be wrong by as much,"
        " and messages in doubt might not be found.",
        "Set both clocks by NTP.",
    )


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 2 * _MINUTE else f"{seconds / _MINUTE:.0f} min"


def _times(seen: Observations, timeouts: Timeouts) -> Iterator[Finding]:
    answered = [step for step in seen.steps if step.error is None]
    if seen.is_out_of_time:
        message = "The check was ended, since it took too long. What is missing here was not asked for."
        yield failure("Time", message, "Run manage.py check_securemail, which waits longer.")
    if not answered:
        return
    slowest = max(answered, key=lambda step: step.seconds)
    message = f"The slowest call, {slowest.name}, took {slowest.seconds:.1f} s of {timeouts.deadline:g} s."
    if slowest.seconds > timeouts.deadline / 2:
        yield warning("Time", message, "On a busy day it may take too long: see SECUREMAIL_DEADLINE.")
    else:
        yield ok("Time", message)
