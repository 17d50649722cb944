"""Who writes what in a campaign, and what they do if it does not arrive. All of it follows from the seed."""

import random
from dataclasses import dataclass

from tests.chaos.campaign.time_scale import scaled

TWINS_EVERY = 20
BOXES = ("claims", "billing")

# The points at which a portal process dies while it sends, or is held up, as on a machine that is out of memory.
POINTS = (
    "row committed, not claimed",
    "claimed, not a byte sent",
    "sent, not answered",
    "answered, not written down",
    "written down, page not answered",
)
KILLED_SHARE, HELD_UP_SHARE = 0.08, 0.1
HOLDS = (20, 100)  # Seconds of the campaign's time. Some are longer than a claim.
JUMPED_SHARE = 0.15


@dataclass(frozen=True)
class Plan:
    """One message. `clicks` is how often its writer presses Send at the same moment.

    The process that sends it is killed at the point `killed_at`, and held up at `held_up_at` for `held_up_for` seconds.
    `if_queued`, `if_failed` and `if_unconfirmed` are the buttons that the writer presses in these states, if any.
    """

    number: int
    writer: int
    box: str
    subject: str
    text: str
    clicks: int
    killed_at: str
    held_up_at: str
    held_up_for: float
    if_queued: str
    if_failed: str
    if_unconfirmed: str


def plan(seed: int, number: int, writers: int) -> Plan:
    """The plan of one message. Some are identical to the one before: real users also write the same twice."""
    original = number - 1 if number % TWINS_EVERY == TWINS_EVERY - 1 else number
    shared = random.Random(f"{seed} text {original}")  # noqa: S311  Not for secrets.
    own = random.Random(f"{seed} choices {number}")  # noqa: S311  Not for secrets.
    lines = [f"Message {original} begins."]
    lines += [f"Line <{line}> of “{original}” & more: äöü €." for line in range(shared.randint(0, 8))]
    lines += [f"Message {original} ends."]
    return Plan(
        number=number,
        writer=shared.randrange(writers),
        box=shared.choice(BOXES),
        subject=f"No. {original}",
        text="\r\n".join(lines),
        clicks=own.choice((1, 1, 1, 2, 3)),
        killed_at=own.choice(POINTS) if own.random() < KILLED_SHARE else "",
        held_up_at=own.choice(POINTS) if own.random() < HELD_UP_SHARE else "",
        held_up_for=scaled(own.uniform(*HOLDS)),
        if_queued=own.choice(("", "", "", "cancel", "cancel and send")),
        if_failed=own.choice(("", "", "edit", "edit and send")),
        if_unconfirmed=own.choice(("", "", "", "", "", "again", "discard", "check")),
    )


def clock_of(seed: int, member: str, life: int) -> int:
    """By how many seconds the clock of a process is wrong after so many restarts."""
    chance = random.Random(f"{seed} clock {member} {life}")  # noqa: S311  Not for secrets.
    return chance.choice((-3600, 3600)) if life and chance.random() < JUMPED_SHARE else 0
