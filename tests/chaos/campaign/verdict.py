"""Judge whether the promise was kept: compare what the writers did, what the portal shows and what upstream has stored.

Messages with the same subject and text form a group, since their copies cannot be told apart.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.campaign.diary import Entry
from tests.chaos.campaign.plan import Plan

Row = dict[str, Any]

STATES = {"draft", "queued", "sending", "sent", "failed", "unconfirmed", "discarded"}
UNDER_WAY = {"queued", "sending"}
SAYS_NOT_SENT = {"draft", "queued", "failed"}
PUTS_ASIDE = {"draft": {"cancel", "edit"}, "discarded": {"discard"}}


@dataclass(frozen=True)
class Held:
    """A copy that upstream has stored."""

    subject: str
    text: str


@dataclass
class Written:
    """One message: what its writer did, and its row and page at the end, if there are any."""

    plan: Plan
    answered: bool = False
    pressed: Counter[str] = field(default_factory=Counter)
    row: Row | None = None

    @property
    def state(self) -> str:
        return self.row["state"] if self.row else ""

    @property
    def nonce(self) -> str:
        return self.row["nonce"] if self.row else ""


@dataclass
class Verdict:
    """For each invariant, descriptions of the messages that broke it."""

    lost: list[str] = field(default_factory=list)
    duplicates: list[str] = field(default_factory=list)
    wrong_sent: list[str] = field(default_factory=list)
    wrong_failed: list[str] = field(default_factory=list)
    left_waiting: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    fell_over: list[str] = field(default_factory=list)

    @property
    def broken(self) -> list[str]:
        return [
            *self.lost,
            *self.duplicates,
            *self.wrong_sent,
            *self.wrong_failed,
            *self.left_waiting,
            *self.altered,
            *self.fell_over,
        ]


def gather(plans: Iterable[Plan], diary: Iterable[Entry], rows: Iterable[Row]) -> list[Written]:
    """Raises KeyError for a row that no writer of the campaign has written."""
    written = {plan.number: Written(plan) for plan in plans}
    numbers: dict[str, int] = {}
    for entry in diary:
        if entry["did"] == "opened":
            numbers[entry["nonce"]] = entry["number"]
        elif entry["did"] == "answered":
            written[entry["number"]].answered = True
        elif entry["did"] == "pressed":
            written[entry["number"]].pressed[entry["button"]] += 1
    for row in rows:
        written[numbers[row["nonce"]]].row = row
    return list(written.values())


def judge(written: list[Written], held: Iterable[Held], diary: Iterable[Entry]) -> Verdict:
    verdict = Verdict(fell_over=[problem for entry in diary if (problem := _fell_over(entry))])
    groups: dict[str, list[Written]] = defaultdict(list)
    for one in written:
        groups[one.plan.subject].append(one)
        if problem := _lost(one):
            verdict.lost.append(f"No. {one.plan.number}: {problem}")
        if one.state in UNDER_WAY:
            verdict.left_waiting.append(f"No. {one.plan.number} is {one.state} in the end")
    copies: Counter[str] = Counter()
    for copy in held:
        copies[copy.subject] += 1
        if copy.subject not in groups or plain(copy.text) != plain(groups[copy.subject][0].plan.text):
            verdict.altered.append(f"a copy of {copy.subject!r} is not what was written")
    for subject, group in groups.items():
        _count(verdict, group, subject, copies[subject])
    return verdict


def _lost(one: Written) -> str:
    """Why the message counts as lost for its writer, or an empty text."""
    row = one.row
    if row is None:
        return "was taken over, and there is nothing of it" if one.answered else ""
    # A draft is viewed on the compose page, which shows no state.
    told = "" if row["state"] == "draft" else row["state"]
    if row["state"] not in STATES or (row["status"], row["shown_state"]) != (200, told):
        return f"is {row['state']}, and its page says {row['status']} {row['shown_state']!r}"
    pressed = PUTS_ASIDE.get(row["state"])
    if pressed is not None and not pressed & one.pressed.keys():
        return f"is {row['state']}, and its writer asked for no such thing"
    if row["state"] not in ("sent", "discarded") and plain(one.plan.text) != plain(row["words"]):
        return f"is {row['state']}, and cannot be read any more"
    return ""


def _fell_over(entry: Entry) -> str:
    """A page or a delivery that failed. Faults upstream and short locks must not cause that."""
    if entry["did"] == "sweep failed":
        return f"a sweep fell over: {entry['error']}"
    if entry.get("status", 200) not in (200, 302):
        return f"No. {entry['number']}: a page said {entry['status']}"
    return ""


def _count(verdict: Verdict, group: list[Written], subject: str, copies: int) -> None:
    """Compare the number of copies with what is allowed: one for each message, and one for each "send again"."""
    allowed = {one.plan.number: 1 + one.pressed["again"] for one in group}
    denied = sum(allowed[one.plan.number] for one in group if one.state in SAYS_NOT_SENT)
    states = ", ".join(one.state or "no row" for one in group)
    facts = f"{subject}: {copies} copies; {states}"
    if copies > sum(allowed.values()):
        verdict.duplicates.append(facts)
    elif copies > sum(allowed.values()) - denied:
        verdict.wrong_failed.append(facts)
    if sum(one.state == "sent" for one in group) > copies:
        verdict.wrong_sent.append(facts)


def plain(text: str) -> str:
    """The text without differences in white space, which systems do not preserve."""
    return " ".join(text.split())
