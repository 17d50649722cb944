"""A section of `make bench`: queries, calls of the cache and of the API a page, and what more secureboxes cost."""

import re
import statistics
import time
from collections.abc import Callable, Mapping

from django.conf import settings
from django.core.cache import cache
from django.test import Client, override_settings

from inbox.models import Securebox
from tests.conftest import make_consumer, sign_in
from tests.perf.quick_upstream import DELAY, quick_upstream
from tests.support.costs import costs_of
from tests.support.sandbox import Sandbox

Report = Callable[[str, str, str], None]
ADDRESS = "grace@example.com"
GROWTH = (1, 8, 40)
# Queries, calls of the cache; and round trips to an API that takes 50 ms to answer, with nothing cached.
GOALS = {"poll": (2, 2), "home": (3, 2), "list": (3, 2), "conversation": (3, 2), "compose": (3, 2)}
TRIPS = {1: "-", 8: "1.4", 40: "3"}
ROUNDS, BATCH = 5, 10


def measure(report: Report, sandbox: Sandbox) -> None:
    """Before there are other secureboxes, and leaves none."""
    client = sign_in(make_consumer("Grace"))
    cpu: dict[int, float] = {}
    for number in GROWTH:
        _add_boxes(number, sandbox)
        if number > 1:  # With a single securebox, its list is the home page.
            _report_pages(report, client, sandbox, number)
        cpu[number] = _cpu(lambda: client.get("/", follow=True))
        figure = f"{cpu[number] / cpu[GROWTH[0]]:.1f} x, {_trips(client, sandbox):.1f} trips"
        report(f"home of {number}: CPU, round trips of 50 ms", figure, f"-, {TRIPS[number]}")
    Securebox.objects.all().delete()
    sandbox.reset()


def _add_boxes(number: int, sandbox: Sandbox) -> None:
    """As many as that in all, each with an unread message."""
    for n in range(Securebox.objects.count(), number):
        box = Securebox.objects.create(slug=f"box{n}", name=f"Box{n:02}", title=f"Box {n}")
        sandbox.add(ADDRESS, f"Letter {n}", securebox=box.name)


def _report_pages(report: Report, client: Client, sandbox: Sandbox, boxes: int) -> None:
    caches = {**settings.CACHES, "default": {"BACKEND": "tests.support.costs.CountingCache"}}
    with override_settings(CACHES=caches):
        for name, path in _pages(client).items():
            client.get("/")  # So that the counts are fresh.
            costs = costs_of(lambda path=path: client.get(path), sandbox)
            figure = f"{costs.queries}, {costs.cache}, {costs.upstream}"
            queries, calls = GOALS[name]
            report(f"{name} of {boxes}: queries, cache, API", figure, f"{queries}, {calls}, -")


def _pages(client: Client) -> Mapping[str, str]:
    html = client.get("/inbox/box0/").content.decode()
    (reference,) = re.findall(r'class="mail-link"\s+href="/inbox/box0/([^/"]+)/', html)
    return {
        "poll": "/unread.json",
        "home": "/",
        "list": "/inbox/box0/",
        "conversation": f"/inbox/box0/{reference}/",
        "compose": "/inbox/box0/compose/",
    }


def _cpu(ask: Callable[[], object]) -> float:
    batches = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for _ in range(BATCH):
            ask()
        batches.append(time.process_time() - started)
    return statistics.median(batches)


def _trips(client: Client, sandbox: Sandbox) -> float:
    trips = []
    with quick_upstream(sandbox) as url, override_settings(SECUREMAIL_API_URL=url):
        for _ in range(1 + ROUNDS):
            cache.clear()
            started = time.perf_counter()
            client.get("/", follow=True)
            trips.append((time.perf_counter() - started) / DELAY)
    return statistics.median(trips[1:])  # The first opens the connections.
