"""A section of `make bench`: the processor time of pages within this process, as ratios to an empty page's.

An empty page is a view that returns nothing, behind the same middleware: without a session and with one.
"""

import time
from collections.abc import Callable
from functools import partial

from django.test import Client, override_settings

from tests.perf.empty_pages import WITH_SESSION, WITHOUT_SESSION
from tests.perf.pages import EMPTY, VISITOR
from tests.perf.rounds import figure_of, in_turns, ratio
from tests.support.sandbox import Sandbox

Report = Callable[[str, str, str], None]
ROUNDS, BATCH = 9, 30
BOX = "/inbox/box0/"
# To the empty page without a session and with one.
GOALS = {
    "unread poll, counts fresh": "-, 1.3 x",
    "inbox page of 10": "-, 10 x",
    "inbox page of 50": "-, 15 x",
    "page of a conversation": "-, 10 x",
    "compose page": "-, 8 x",
}


def measure(report: Report, client: Client, sandbox: Sandbox, conversation: str) -> None:
    """`conversation` is the address of one."""
    client.get("/unread.json")  # This caches the counts for 30 seconds.
    sandbox.forget_calls()
    client.get("/unread.json")
    report("unread poll, counts fresh: upstream calls", str(len(sandbox.calls())), "0")
    sandbox.forget_calls()
    client.get(conversation)
    report("page of a conversation: upstream calls", str(len(sandbox.calls())), "2")
    asked: dict[str, Callable[[], object]] = {
        VISITOR: partial(Client().get, WITHOUT_SESSION),
        EMPTY: partial(client.get, WITH_SESSION),
        "unread poll, counts fresh": partial(client.get, "/unread.json"),
        "home": partial(client.get, "/"),
        "inbox page of 10": partial(_list_page, client, 10),
        "inbox page of 50": partial(_list_page, client, 50),
        "page of a conversation": partial(client.get, conversation),
        "compose page": partial(client.get, f"{BOX}compose/"),
    }
    costs = in_turns({name: partial(_cpu, ask) for name, ask in asked.items()}, ROUNDS)
    units = [figure_of(costs[unit]).median * 1000 for unit in (VISITOR, EMPTY)]
    report("empty page, without a session and with one", "{:.2f}, {:.2f} ms".format(*units), "(the units)")
    for name in list(asked)[2:]:
        figure = ", ".join(f"{ratio(costs, name, unit).median:.1f}" for unit in (VISITOR, EMPTY))
        report(name, f"{figure} x", GOALS.get(name, "-"))
    longer, shorter = costs["inbox page of 50"], costs["inbox page of 10"]
    rows = figure_of([(long - short) / 40 for long, short in zip(longer, shorter, strict=True)])
    report("  a row", f"{rows.median * 1000:.2f} ms", "0.15 ms")


def _list_page(client: Client, size: int) -> None:
    with override_settings(PORTAL_PAGE_SIZE=size):
        client.get(BOX)


def _cpu(ask: Callable[[], object]) -> float:
    """Processor seconds of this process for one call."""
    started = time.process_time()
    for _ in range(BATCH):
        ask()
    return (time.process_time() - started) / BATCH
