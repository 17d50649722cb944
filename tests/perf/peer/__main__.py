import argparse
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from typing import NamedTuple, Protocol

import tests.support.plugin  # noqa: F401  Before Django: it sets the environment.

# isort: split
import django

django.setup()

from django.core.management import call_command  # noqa: E402  After django.setup().

from tests.perf import letters, passwords, portals  # noqa: E402  After django.setup().
from tests.perf.peer import __doc__ as description  # noqa: E402  After django.setup().
from tests.perf.peer import packages, roundcube  # noqa: E402  After django.setup().
from tests.perf.peer.portal_person import PortalPerson  # noqa: E402  After django.setup().
from tests.perf.peer.roundcube_person import RoundcubePerson  # noqa: E402  After django.setup().
from tests.perf.rounds import figure_of, in_turns, ratio  # noqa: E402  After django.setup().
from tests.support.sandbox import start_sandbox  # noqa: E402  After django.setup().

PERSON = "ann"
LETTERS = [50, 1, 1]  # In the person's secureboxes. Roundcube has those of the first.
PEER = "Roundcube"
Key = tuple[str, str]  # Whose: Roundcube, or where a portal keeps what it knows; and what the person does.


class Person(Protocol):
    def rest(self) -> None: ...


class System(Protocol):
    def cost_of(self, ask: Callable[[], object], requests: int) -> float: ...


class Pair(NamedTuple):
    """What is compared: the methods of our person and of Roundcube's, and the goal for the ratio."""

    name: str
    ours: str
    theirs: str
    goal: str = "-"


PAIRS = (
    Pair("poll / refresh", "poll", "refresh", "0.8"),
    Pair("list of 50 / inbox view", "list", "inbox", "0.5"),
    Pair("  list of 50 / list in an open page", "list", "list"),
    Pair("conversation / message", "message", "message", "0.7"),
    Pair("  formatted, and the letter's frame", "formatted_message", "formatted_message"),
    Pair("compose", "compose", "compose", "0.7"),
    Pair("draft saved", "draft", "draft", "0.8"),
    Pair("sign-in", "sign_in", "sign_in", "0.8"),
    Pair("  its page alone", "sign_in_page", "sign_in_page"),
)


def measure(rounds: int, requests: int) -> None:
    with ExitStack() as ended:
        peer = ended.enter_context(roundcube.running(PERSON, LETTERS[0]))
        theirs = RoundcubePerson(peer, PERSON, LETTERS[0])
        measured: dict[Key, Callable[[], float]] = {
            (PEER, pair.theirs): partial(cost_of, pair.theirs, theirs, peer, requests) for pair in PAIRS
        }
        sandbox = ended.enter_context(start_sandbox())
        letters.deliver(sandbox, PERSON, LETTERS)
        all_stores = ended.enter_context(portals.all_stores())
        guests = [f"guest{number}" for number in range(requests)]
        for stores in all_stores:
            filling = portals.Filling({PERSON: len(LETTERS), **dict.fromkeys(guests, 1)})
            settings = "tests.perf.peer.settings"
            portal = ended.enter_context(portals.running(stores, "peer", sandbox, filling, settings))
            ours = PortalPerson(portal, PERSON, guests)
            measured |= {
                (stores.name, pair.ours): partial(cost_of, pair.ours, ours, portal, requests)
                for pair in PAIRS
            }
        say(f"{rounds} rounds of {requests} requests of each kind ...")
        nginx, whole = peer.nginx_seconds(), peer.seconds()
        costs = in_turns(measured, rounds)
        nginx_part = (peer.nginx_seconds() - nginx) / (peer.seconds() - whole)
        hashing = figure_of([passwords.check() for _ in range(rounds)])
    for stores in all_stores:
        report(stores.name, costs)
    say(f"\nOf Roundcube's processor time, nginx takes {nginx_part:.0%}.")
    say(
        f"A password takes {hashing.median * 1000:.0f} ms more here, on purpose; it is not in the sign-in above."
    )


def cost_of(thing: str, person: Person, system: System, requests: int) -> float:
    cost = system.cost_of(getattr(person, thing), requests)
    person.rest()
    return cost


def report(system: str, costs: Mapping[Key, Sequence[float]]) -> None:
    """Milliseconds of both, and the ratio with its quartiles beside the goal."""
    say(f"\n{system:<42}{'ours':>8}{'theirs':>10}   ratio              goal")
    for pair in PAIRS:
        ours, theirs = figure_of(costs[system, pair.ours]), figure_of(costs[PEER, pair.theirs])
        both = f"{ours.median * 1000:>5.1f} ms{theirs.median * 1000:>7.1f} ms"
        compared = ratio(costs, (system, pair.ours), (PEER, pair.theirs)).with_noise
        say(f"{pair.name:<42}{both}   {compared:<18} {pair.goal}")


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  The result.


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="make bench-peer", description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=9, help="5 or more (default: 9)")
    parser.add_argument("--requests", type=int, default=20, help="of each kind in a round (default: 20)")
    arguments = parser.parse_args()
    packages.ensure()
    call_command("collectstatic", verbosity=0, interactive=False)
    measure(arguments.rounds, arguments.requests)


if __name__ == "__main__":
    main()
