"""A section of `make bench`: the pages on gunicorn, as documented, beside empty ones."""

from collections.abc import Callable
from contextlib import ExitStack

from tests.perf import letters, pages, portals
from tests.perf.pages import EMPTY, VISITOR
from tests.perf.rounds import figure_of, in_turns, ratio
from tests.support.sandbox import Sandbox

PERSON = "ann"
LETTERS = [50, 1, 1]  # In the person's secureboxes.
ROUNDS, REQUESTS = 7, 20
GOALS = {"poll": "-, 1.3 x"}


def measure(report: Callable[[str, str, str], None], sandbox: Sandbox) -> None:
    """Leaves the mail of a person of its own."""
    letters.deliver(sandbox, PERSON, LETTERS)
    with ExitStack() as ended:
        measured = {}
        all_stores = ended.enter_context(portals.all_stores())
        for stores in all_stores:
            filling = portals.Filling({PERSON: len(LETTERS)})
            portal = ended.enter_context(portals.running(stores, "bench", sandbox, filling))
            costs_of = pages.costs_of(portal, PERSON, REQUESTS)
            measured |= {(stores.name, name): costs_of[name] for name in (VISITOR, EMPTY, *pages.PAGES)}
        costs = in_turns(measured, ROUNDS)
    for stores in all_stores:
        units = [figure_of(costs[stores.name, unit]).median * 1000 for unit in (VISITOR, EMPTY)]
        report(stores.name, "{:.2f}, {:.2f} ms".format(*units), "(the units)")
        for page in pages.PAGES:
            to_visitor, to_empty = (
                ratio(costs, (stores.name, page), (stores.name, unit)) for unit in (VISITOR, EMPTY)
            )
            figure = f"{to_visitor.median:.1f}, {to_empty.median:.1f} x"
            noise = f"{to_empty.lower:.1f}-{to_empty.upper:.1f}"
            report(f"  {page} (quartiles {noise})", figure, GOALS.get(page, "-"))
