"""`make bench ARGS=growth`: what pages cost as an installation grows, and the numbers of the sizing rule.

It measures on gunicorn, writes the tables between two marks of docs/scaling.md and the plot beside it, and prints the
tables. All numbers are from one run: portals that differ in one thing run side by side, and are asked in turns.
"""

import statistics
import textwrap
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from typing import NamedTuple

from tests.perf import letters, pages, passwords, plot, portals, sizing
from tests.perf.pages import EMPTY, PAGES, VISITOR
from tests.perf.rounds import figure_of, in_turns, ratio
from tests.support.sandbox import PROJECT, Sandbox

ROUNDS, REQUESTS = 7, 20
PAGE, PLOT = PROJECT / "docs/scaling.md", PROJECT / "docs/images/scaling.svg"
BEGIN, END = "<!-- Written by make bench ARGS=growth -->\n", "<!-- The end of what it writes -->\n"
# How many letters there are in each securebox of a person. With more boxes there are not more letters in all.
LETTERS = {"one": [40], "eight": [5] * 8, "forty": [1] * 40, "ten": [10, 1, 1], "usual": [50, 1, 1]}
FILLINGS = {
    "small": portals.Filling({person: len(boxes) for person, boxes in LETTERS.items()}),
    "accounts": portals.Filling({"usual": 3}, consumers=200_000),
    "log": portals.Filling({"usual": 3}, log=1_000_000),
}
USUAL = ("small", "usual")  # With these, the others are compared.
Asked = tuple[str, str]  # A portal, and who of its people.
Key = tuple[str, str, str, str]  # Stores, portal, person, page.
Costs = Mapping[Key, Sequence[float]]


class Growth(NamedTuple):
    """What grows: the names of its steps, who asks at each, and for which pages."""

    name: str
    steps: Sequence[str]
    asked: Sequence[Asked]
    pages: Sequence[str]


GROWTHS = (
    Growth(
        "secureboxes of a customer",
        ("1", "8", "40"),
        (("small", "one"), ("small", "eight"), ("small", "forty")),
        ("poll", "home", "compose"),
    ),
    Growth("rows of a list", ("10", "50"), (("small", "ten"), USUAL), ("list",)),
    Growth("accounts", ("10", "200,000"), (USUAL, ("accounts", "usual")), PAGES),
    Growth("lines of the activity log", ("0", "1,000,000"), (USUAL, ("log", "usual")), (*PAGES, "activity")),
)


def measure(sandbox: Sandbox) -> None:
    for person, boxes in LETTERS.items():
        letters.deliver(sandbox, person, boxes)
    with ExitStack() as ended:
        measured: dict[Key, Callable[[], float]] = {}
        all_stores = ended.enter_context(portals.all_stores())
        instances = {}
        for stores in all_stores:
            for name, filling in FILLINGS.items():
                _say(f"Filling a portal: {stores.name}, {name} ...")
                portal = ended.enter_context(portals.running(stores, name, sandbox, filling))
                measured |= _asked(stores, name, portal)
                if name == "small":
                    instances[stores.name] = partial(sizing.instance, stores, name, portal, sandbox)
        _say(f"{ROUNDS} rounds of {len(measured)} pages ...")
        costs = in_turns(measured, ROUNDS)
        hashing = figure_of([passwords.check() for _ in range(ROUNDS)]).median
        resources = {name: look() for name, look in instances.items()}
    names = [stores.name for stores in all_stores]
    tables = [_table(costs, names), *(_sizing(costs, name, hashing, resources[name]) for name in names)]
    _write("\n".join([_noise(costs, names), *tables]), _plot(costs, names[-1]))


def _asked(stores: portals.Stores, name: str, portal: portals.Portal) -> dict[Key, Callable[[], float]]:
    """All that the growths ask of this portal, and the units."""
    wanted: dict[str, set[str]] = {}
    for growth in GROWTHS:
        for at, person in growth.asked:
            if at == name:
                wanted.setdefault(person, set()).update(growth.pages)
    if name == USUAL[0]:
        wanted[USUAL[1]] |= {VISITOR, EMPTY}
    return {
        (stores.name, name, person, page): cost
        for person, asked in wanted.items()
        for page, cost in pages.costs_of(portal, person, REQUESTS).items()
        if page in asked
    }


def _table(costs: Costs, names: Sequence[str]) -> str:
    lines = [f"| what grows | page | {' | '.join(names)} |", "| --- | --- |" + " --- |" * len(names)]
    for growth in GROWTHS:
        for page in growth.pages:
            cells = [
                " → ".join(f"{value:.1f}" for value in _values(costs, name, growth, page)) for name in names
            ]
            lines.append(f"| {growth.name}: {' → '.join(growth.steps)} | {page} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _values(costs: Costs, stores: str, growth: Growth, page: str) -> list[float]:
    """In empty pages with a session, at each step."""
    unit = (stores, *USUAL, EMPTY)
    return [ratio(costs, (stores, *asked, page), unit).median for asked in growth.asked]


def _noise(costs: Costs, names: Sequence[str]) -> str:
    """The unit, and how far the rounds differ."""
    units = ", ".join(
        f"{figure_of(costs[name, *USUAL, EMPTY]).median * 1000:.1f} ms ({name})" for name in names
    )
    spreads = []
    for key in costs:
        figure = ratio(costs, key, (key[0], *USUAL, EMPTY))
        spreads.append((figure.upper - figure.lower) / 2 / figure.median)
    text = (
        f"Medians of {ROUNDS} rounds in one run, as multiples of an empty page with a session, which took {units} on "
        f"that machine. Half of the rounds lay within {statistics.median(spreads):.0%} of these figures; for the "
        f"noisiest, within {max(spreads):.0%}."
    )
    return textwrap.fill(text, 120) + "\n"


def _sizing(costs: Costs, stores: str, hashing: float, resources: sizing.Instance) -> str:
    def of(page: str) -> float:
        return ratio(costs, (stores, *USUAL, page), (stores, *USUAL, EMPTY)).median

    unit = figure_of(costs[stores, *USUAL, EMPTY]).median
    ratios = sizing.Ratios(
        page=statistics.mean(of(page) for page in PAGES if page != "poll"),
        poll=of("poll"),
        password=hashing / unit,
    )
    return sizing.table(stores, unit, ratios, resources)


def _plot(costs: Costs, stores: str) -> str:
    panels = [
        plot.Panel(
            growth.name.capitalize(),
            growth.steps,
            {page: _values(costs, stores, growth, page) for page in growth.pages},
        )
        for growth in GROWTHS
    ]
    return plot.draw(f"What pages cost, in empty pages with a session: {stores}", panels)


def _write(text: str, drawing: str) -> None:
    before, _begin, rest = PAGE.read_text().partition(BEGIN)
    _old, _end, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")
    PLOT.write_text(drawing)
    _say(f"\n{text}\nWritten to {PAGE.relative_to(PROJECT)} and {PLOT.relative_to(PROJECT)}.")


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  It is run in a terminal.
