"""`make soak`: people use two instances for a long time, at an even pace. Does their memory grow, does anything fail?

    make soak ARGS="--minutes 20 --rate 20"

Everything runs as in `tests.cluster`: nginx, PostgreSQL, Redis, two instances, two that deliver. Memory at the end is
compared with memory after the warm-up, a quarter of the time. The exit status is 1 if it has grown by 5 % or more in
one of the processes, or if a page failed.
"""

import argparse
import itertools
import random
import signal
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path

import tests.support.plugin  # noqa: F401  Before Django: it sets the environment.

# isort: split
import django

django.setup()

from django.core.management import call_command  # noqa: E402  After django.setup().

from tests.cluster.cluster import PEOPLE, Cluster, running_cluster  # noqa: E402  After django.setup().
from tests.cluster.visitor import Answer, Visitor  # noqa: E402  After django.setup().

GROWTH = 0.05
BROWSERS = 16  # At the same time.
LETTERS = 30  # In each mailbox.
WARM_UP = 0.25  # Of the whole time.
LETTER = (
    "<h1>Your claim</h1><p>All is <b>well</b>.</p><table><tr><th>Item<th>Amount<tr><td>Roof<td>1,200</table>"
)


class Soak:
    """What people do in turn, and what became of it."""

    def __init__(self, cluster: Cluster, seed: int) -> None:
        self._cluster = cluster
        self._chance = random.Random(seed)  # noqa: S311  Not for secrets.
        self._lock = threading.Lock()
        self._messages = itertools.count()
        self.statuses: Counter[int] = Counter()
        self.seconds: list[float] = []

    def ask(self, number: int) -> None:
        """One request of one of the people."""
        person = number % PEOPLE
        with self._lock:
            action = self._chance.choice(self._actions)
        began = time.monotonic()
        try:
            status = action(self, self._cluster.visitor(person), person).status
        except (OSError, HTTPException):
            status = 0
        with self._lock:
            self.statuses[status] += 1
            self.seconds.append(time.monotonic() - began)

    def _home(self, visitor: Visitor, person: int) -> Answer:
        return visitor.get("/")

    def _poll(self, visitor: Visitor, person: int) -> Answer:
        return visitor.get("/unread.json")

    def _inbox(self, visitor: Visitor, person: int) -> Answer:
        return visitor.get(f"/inbox/a{person}/")

    def _letter(self, visitor: Visitor, person: int) -> Answer:
        page = self._inbox(visitor, person)
        links = [part for part in page.text.split('"') if part.startswith(f"/inbox/a{person}/o.")]
        return visitor.get(links[0].replace("&amp;", "&")) if links else page

    def _letter_formatted(self, visitor: Visitor, person: int) -> Answer:
        page = self._letter(visitor, person)
        frames = [part for part in page.text.split('"') if "/body/" in part]
        return visitor.get(frames[0].replace("&amp;", "&")) if frames else page

    def _draft(self, visitor: Visitor, person: int) -> Answer:
        """Saved, opened and discarded: a person may keep a hundred drafts, and each page would get longer by them."""
        path = f"/inbox/b{person}/compose/"
        form = visitor.compose(path) | {"subject": "A draft", "text": "Some words. " * 40, "action": "save"}
        saved = visitor.post(path, form)
        if saved.status != HTTPStatus.FOUND:
            return saved
        draft = visitor.get(saved.location)
        nonce = saved.location.partition("draft=")[2]
        return visitor.post(f"/outgoing/{nonce}/discard/", draft.hidden_fields)

    def _message(self, visitor: Visitor, person: int) -> Answer:
        return visitor.send(f"/inbox/b{person}/compose/", f"Message {next(self._messages)}")

    def _sign_in_page(self, visitor: Visitor, person: int) -> Answer:
        return self._cluster.visitor().get("/accounts/login/")

    # Polls are the most frequent, as they are in life.
    _actions: tuple[Callable[["Soak", Visitor, int], Answer], ...] = (
        *6 * (_poll,),
        *3 * (_home,),
        *3 * (_inbox,),
        *2 * (_letter,),
        *2 * (_letter_formatted,),
        _draft,
        _message,
        _sign_in_page,
    )


def resident(cluster: Cluster) -> dict[str, float]:
    """The memory of each process that should not grow, in megabytes."""
    portals = {f"portal {n}": each.worker for n, each in enumerate(cluster.portals, 1)}
    deliverers = {f"deliver {n}": each.pid for n, each in enumerate(cluster.deliverers, 1)}
    return {name: _megabytes(pid) for name, pid in (portals | deliverers).items()}


def _megabytes(pid: int) -> float:
    (line,) = [
        each for each in Path(f"/proc/{pid}/status").read_text().splitlines() if each.startswith("VmRSS")
    ]
    return int(line.split()[1]) / 1024


def at_an_even_pace(rate: float, seconds: float) -> Iterator[int]:
    began = time.monotonic()
    for number in itertools.count():
        due = number / rate
        if due > seconds:
            return
        time.sleep(max(0.0, began + due - time.monotonic()))
        yield number


def run(cluster: Cluster, minutes: float, rate: float, seed: int) -> bool:
    """Whether all went well. Prints a line every twentieth of the time, and the outcome."""
    for person in range(PEOPLE):
        for number in range(LETTERS):
            cluster.sandbox.add(
                cluster.address(person), f"Letter {number}", securebox=f"Boxa{person}", html=LETTER
            )
    for deliverer in cluster.deliverers:
        deliverer.start()
    soak, seconds = Soak(cluster, seed), minutes * 60
    samples: list[tuple[float, dict[str, float]]] = []
    began = time.monotonic()
    with ThreadPoolExecutor(BROWSERS) as browsers:
        for number in at_an_even_pace(rate, seconds):
            browsers.submit(soak.ask, number)
            if number % max(1, int(rate * seconds / 60)) == 0:
                samples.append((time.monotonic() - began, resident(cluster)))
                if len(samples) % 3 == 1:
                    say(_describe(samples[-1], soak))
    return _report(samples, soak, seconds)


def _describe(sample: tuple[float, dict[str, float]], soak: Soak) -> str:
    at, memory = sample
    sizes = ", ".join(f"{name} {size:.0f} MB" for name, size in memory.items())
    return f"{at / 60:6.1f} min   {sum(soak.statuses.values()):6d} requests   {sizes}"


def _report(samples: list[tuple[float, dict[str, float]]], soak: Soak, seconds: float) -> bool:
    warm = [memory for at, memory in samples if WARM_UP * seconds <= at <= 2 * WARM_UP * seconds]
    late = [memory for at, memory in samples if at >= (1 - WARM_UP) * seconds]
    growths = {}
    for name in warm[0]:
        before, after = (statistics.median(memory[name] for memory in part) for part in (warm, late))
        growths[name] = after / before - 1
        say(f"{name:12}{before:6.1f} MB after the warm-up, {after:6.1f} MB at the end: {growths[name]:+.1%}")
    times = statistics.quantiles(soak.seconds, n=100)
    say(f"answers: {dict(sorted(soak.statuses.items()))}")
    say(f"half of them in {times[49] * 1000:.0f} ms, 99 % in {times[98] * 1000:.0f} ms")
    failed = sum(number for status, number in soak.statuses.items() if status not in (200, 302))
    well = failed == 0 and max(growths.values()) < GROWTH
    say("All is well." if well else f"NOT WELL: {failed} failed; memory may grow by less than {GROWTH:.0%}.")
    return well


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  It is run in a terminal.


def main() -> int:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--rate", type=float, default=20, help="requests in a second (default: 20)")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    # As from the keyboard: the servers end with it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    call_command("collectstatic", verbosity=0, interactive=False)
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, running_cluster(Path(folder)) as cluster:
        return 0 if run(cluster, arguments.minutes, arguments.rate, arguments.seed) else 1


if __name__ == "__main__":
    sys.exit(main())
