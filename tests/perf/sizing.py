"""How many customers an instance serves at once, how much memory it takes, and how many connections."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import psycopg

from tests.perf import cpu_time
from tests.perf.letters import slug_of
from tests.perf.portals import Portal, Stores
from tests.support.sandbox import Sandbox

THREADS = 32  # Of each worker: portal.gunicorn.config.
PAGE_SECONDS, POLL_SECONDS = 20, 30  # A customer opens a page, and the page polls, as often as that.
LOAD = 0.7  # Of a core.
PERSON, BOXES = "forty", 40  # Who uses all threads.
DELAY = 0.1  # Seconds that the API takes, so that all threads are in use at once.


class Ratios(NamedTuple):
    """In empty pages with a session."""

    page: float
    poll: float
    password: float

    def customers(self, unit: float) -> float:
        """Who use the portal at the same time on one core, where the unit takes so many seconds."""
        return LOAD / (unit * (self.page / PAGE_SECONDS + self.poll / POLL_SECONDS))


class Instance(NamedTuple):
    """Of each worker: megabytes before and after all threads have worked at once, connections to PostgreSQL then."""

    idle: float
    worked: float
    connections: int


def instance(stores: Stores, name: str, portal: Portal, sandbox: Sandbox) -> Instance:
    """Look at a portal before and after all its threads have worked at once."""
    idle = _largest(portal.workers)
    sandbox.fault("delay", seconds=DELAY)
    visits = 2 * THREADS * stores.workers
    with ThreadPoolExecutor(visits) as browsers:
        list(browsers.map(partial(_visit, portal), range(visits)))
    sandbox.heal()
    connections = _connections(stores.postgresql.get_uri(), name) if stores.postgresql else 0
    return Instance(idle, _largest(portal.workers), connections // stores.workers)


def _connections(server: str, database: str) -> int:
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
    with psycopg.connect(server) as connection:
        counted = connection.execute(query, [database]).fetchone()
    assert counted
    return int(counted[0])


def _visit(portal: Portal, number: int) -> None:
    """Lists of different secureboxes: each takes SECUREMAIL_CALLS_PER_BOX calls at once."""
    visitor = portal.visitor(PERSON)
    for _ in range(3):
        visitor.ask("GET", f"/inbox/{slug_of(PERSON, number % BOXES)}/", {})


def _largest(workers: Sequence[int]) -> float:
    return max(cpu_time.megabytes(worker) for worker in workers)


def table(stores: str, unit: float, ratios: Ratios, resources: Instance) -> str:
    connections = f"; {resources.connections} connections to PostgreSQL" if resources.connections else ""
    lines = [
        f"| {stores} | |",
        "| --- | --- |",
        f"| *u*: an empty page with a session, there | {unit * 1000:.1f} ms |",
        f"| *page*: home, a list of 50, a conversation and compose, on average | {ratios.page:.1f} *u* |",
        f"| *poll* | {ratios.poll:.1f} *u* |",
        f"| *password*: one that is tried | {ratios.password:.0f} *u* |",
        f"| customers at once on a core, there | {ratios.customers(unit):,.0f} |",
        f"| sign-ins by password that a core does in an hour, there | {3600 * LOAD / (unit * ratios.password):,.0f} |",
        f"| a worker that one person at a time has used | {resources.idle:.0f} MB |",
        f"| a worker of which all {THREADS} threads have worked | {resources.worked:.0f} MB{connections} |",
    ]
    return "\n".join([*lines, ""])
