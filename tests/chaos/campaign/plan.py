"""Who writes what in a campaign, and what they do when it does not arrive: all of it follows from the seed."""

import random
from dataclasses import dataclass

from tests.chaos.campaign.pace import scaled

TWINS_EVERY = 20
BOXES = ("claims", "billing")

# Where a portal process dies while it sends, or is held up as by a machine that is out of memory.
POINTS = (
    "row committed, not claimed",
    "claimed, not a byte sent",
    "sent, not answered",
    "answered, not written down",
    "written down, page not answered",
)
KILLED_SHARE, HELD_UP_SHARE = 0.08, 0.1
HOLDS = (20, 100)  # Seconds of the campaign's time: some outlast a claim.
JUMPED_SHARE = 0.15


@dataclass(frozen=True)
class Plan:
    """One message. `clicks` is how often its writer presses Send at the same moment.

    In the process that sends it, something happens `killed_at` or `held_up_at`, seconds `held_up_for`.
    `if_queued`, `if_failed` and `if_unconfirmed` are what they press when they are told so; empty is nothing.
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
    """Some messages are the same, to the letter, as the one before: people do write twice."""
    original = number - 1 if number % TWINS_EVERY == TWINS_EVERY - 1 else number
    shared = random.Random(f"{seed} text {original}")  # noqa: S311  Chance, not secrecy.
    own = random.Random(f"{seed} choices {number}")  # noqa: S311  Chance, not secrecy.
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
    """By how many seconds the clock of a process is wrong, in this one of its lives."""
    chance = random.Random(f"{seed} clock {member} {life}")  # noqa: S311  Chance, not secrecy.
    return chance.choice((-3600, 3600)) if life and chance.random() < JUMPED_SHARE else 0
