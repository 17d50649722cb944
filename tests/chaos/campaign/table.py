"""The result of a campaign as a table."""

import math
from collections import Counter
from collections.abc import Iterator

from tests.chaos.campaign.plan import POINTS
from tests.chaos.campaign.run import Result
from tests.chaos.campaign.time_scale import SCALE, scaled

Line = tuple[str, object]

OFFENDERS = 20  # Shown at most.


def lines_of(result: Result) -> Iterator[Line]:
    """The label and the figure of each line."""
    did = Counter(entry["did"] for entry in result.diary)
    deaths = Counter(entry["at"] for entry in result.diary if entry["did"] == "died")
    pressed = Counter(entry["button"] for entry in result.diary if entry["did"] == "pressed")
    yield "messages", result.config.messages
    yield "  taken over by the portal", sum(one.answered for one in result.written)
    yield "  held upstream in the end", len(result.held)
    for state, count in sorted(Counter(one.state or "never sent off" for one in result.written).items()):
        yield f"  {state}", count
    yield "kinds of fault seen", len(result.faults)
    for kind, count in sorted(result.faults.items()):
        yield f"  {kind}", count
    yield "portal killed", deaths.total()
    for point in POINTS:
        yield f"  {point}", deaths[point]
    yield "portal held up", did["held up"]
    yield "processes started", did["started"]
    yield "  with a clock an hour wrong", sum(bool(entry.get("clock")) for entry in result.diary)
    yield "database locked", did["locked"]
    yield "sweeps", did["swept"]
    yield "Send not taken over, pressed again", did["error page"]
    yield from ((f"pressed: {button}", count) for button, count in sorted(pressed.items()))
    yield from _doubts(result)
    yield from _verdict(result)
    yield "seconds", round(result.seconds)
    yield "seed", result.config.seed


def _doubts(result: Result) -> Iterator[Line]:
    """Count the unconfirmed messages that did arrive: only those could be found upstream."""
    held = Counter(copy.subject for copy in result.held)
    doubted = [one for one in result.written if one.nonce in result.doubts]
    arrived = [one for one in doubted if held[one.plan.subject]]
    found = [one for one in arrived if one.state == "sent"]
    soon = [one for one in found if (result.doubts[one.nonce] or math.inf) <= scaled(60)]
    yield "told unconfirmed", len(doubted)
    yield "  of them had arrived, or did in the end", len(arrived)
    yield "    of them known to have arrived in the end", len(found)
    yield f"      of them within 60 s (here {scaled(60)} s: all times x {SCALE})", len(soon)
    yield "    of them unconfirmed in the end", sum(one.state == "unconfirmed" for one in arrived)


def _verdict(result: Result) -> Iterator[Line]:
    verdict = result.verdict
    yield "LOST", len(verdict.lost)
    yield "SILENT DUPLICATES", len(verdict.duplicates)
    yield 'WRONG "SENT"', len(verdict.wrong_sent)
    yield 'WRONG "FAILED"', len(verdict.wrong_failed)
    yield "ALTERED", len(verdict.altered)
    yield "LEFT WAITING", len(verdict.left_waiting)
    yield "PAGES AND SWEEPS THAT FELL OVER", len(verdict.fell_over)
    yield "TAKEN FROM THE AGENTS' QUEUE", result.taken_from_agents


def text_of(result: Result) -> str:
    table = [f"{words:<70}{figure:>8}" for words, figure in lines_of(result)]
    return "\n".join([*table, *result.verdict.broken[:OFFENDERS]])
