"""`make bench`: measure the pages. Compare ratios of one run; milliseconds differ between machines.

An "empty page" is a view that returns nothing, behind the same middleware: without a session and with one. Its CPU time
is the unit. The upstream is a sandbox in a process of its own, and its time is not counted.

`make bench ARGS=servers` measures the pages on gunicorn alone; `make bench ARGS=growth` writes what docs/scaling.md and
its plot say of boxes, rows, accounts and lines of the log.
"""

import argparse
import gc
import logging
import os
import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import tests.support.plugin  # noqa: F401  Before Django: it sets the environment.

# isort: split
import django
from django.conf import settings

django.setup()

from django.contrib.auth.hashers import PBKDF2PasswordHasher  # noqa: E402  After django.setup().
from django.core.cache import cache  # noqa: E402  After django.setup().
from django.core.management import call_command  # noqa: E402  After django.setup().
from django.test import Client, override_settings  # noqa: E402  After django.setup().

from inbox.models import Securebox  # noqa: E402  After django.setup().
from portal.accounts.models import Consumer  # noqa: E402  After django.setup().
from tests.conftest import sign_in  # noqa: E402  After django.setup().
from tests.perf import growth, in_process, on_servers, page_costs  # noqa: E402  After django.setup().
from tests.perf.load import Consumers, Portal  # noqa: E402  After django.setup().
from tests.support.sandbox import Sandbox, start_sandbox  # noqa: E402  After django.setup().

ALICE = "alice@example.com"
ROUNDS = 9
BOXES = 8
# For the hanging box: the number of consumers who view it (more than the server has threads), the number who view
# another box, and the seconds of load.
LOOKING, READING, LOADED = 40, 20, 10
ASKED = 200  # Timings of each response that must not reveal whether an account exists.


def wall(ask: Callable[[], Any]) -> float:
    started = time.perf_counter()
    ask()
    return time.perf_counter() - started


def report(what: str, figure: str, goal: str) -> None:
    print(f"{what:<46}{figure:>22}   goal {goal}")  # noqa: T201  The result.


def arrange(sandbox: Sandbox) -> Client:
    for number in range(BOXES):
        Securebox.objects.create(slug=f"box{number}", name=f"Box{number}", title=f"Box {number}")
    alice = Consumer.objects.create_user(ALICE)
    alice.mark_verified()
    letter = {
        "address": ALICE,
        "securebox": "Box0",
        "text": "A letter of some length. " * 20,
        "status": "read",
    }
    sandbox.add_many([{**letter, "subject": f"Letter {number}"} for number in range(60)])
    return sign_in(alice)


def conversation(client: Client) -> str:
    """The address of one."""
    reference = re.search(r'value="(o\.[^"]+)"', client.get("/inbox/box0/").content.decode())
    assert reference is not None
    return f"/inbox/box0/{reference[1]}/"


def measure_round_trips(client: Client, sandbox: Sandbox) -> None:
    sandbox.fault("delay", seconds=0.05)
    trips = []
    for _ in range(ROUNDS):
        cache.clear()
        trips.append(wall(lambda: client.get("/")) / 0.05)
    sandbox.heal()
    figure = f"{statistics.median(trips):.1f} round trips"
    report(f"home with {BOXES} boxes, upstream 50 ms", figure, "1.4")


def measure_hanging_box(client: Client, sandbox: Sandbox) -> None:
    for box in Securebox.objects.all()[5:]:
        box.delete()
    sandbox.fault("hang", securebox="Box0")
    cache.clear()
    report("one hanging box of five: home page", f"{wall(lambda: client.get('/')):.1f} s", "4 s")
    sandbox.heal()
    everybody = [sign_up(number) for number in range(LOOKING + 2 * READING)]
    looking, before, after = everybody[:LOOKING], everybody[LOOKING:-READING], everybody[-READING:]
    with Portal(sandbox) as portal, Consumers(portal, looking, "/inbox/box0/", pause=2.0):
        with Consumers(portal, before, "/inbox/box1/", pause=1.0) as others:
            healthy = others.pages_per_second(LOADED)
        sandbox.fault("hang", securebox="Box0")
        # New consumers again, the hardest case: the cache has no earlier count of theirs to show.
        with Consumers(portal, after, "/inbox/box1/", pause=1.0) as others:
            hanging = others.pages_per_second(LOADED)
        sandbox.heal()
    report("  other consumers' pages, of healthy", f"{hanging / healthy:.0%}", "90 %")


class QuickHasher(PBKDF2PasswordHasher):
    """A twentieth of the usual iterations, so that other differences between two responses are more visible."""

    iterations = PBKDF2PasswordHasher.iterations // 20


# The forms into which a stranger can type an address, with the other fields.
QUESTIONS = {
    "wrong password": ("/accounts/login/", "login", {"password": "a-wrong-password"}),
    "code to sign in": ("/accounts/login/code/", "email", {}),
    "new password": ("/accounts/password/reset/", "email", {}),
    "sign-up": (
        "/accounts/signup/",
        "email",
        {"first_name": "Eve", "last_name": "Example", "password1": "a-kettle-on-the-hob"},
    ),
}


def measure_enumeration() -> None:
    """Compare the time for a known address with the time for an unknown one, in turns."""
    Consumer.objects.create_user("known@example.com", "a-lamp-by-the-window").mark_verified()
    for name, (page, field, form) in QUESTIONS.items():
        took: dict[bool, list[float]] = {True: [], False: []}
        for number in range(2 * ASKED):
            cache.clear()  # Clear the rate limits: otherwise they would answer instead of the view.
            known = number % 2 == 0
            typed = {**form, field: "known@example.com" if known else f"unknown{number}@example.com"}
            took[known].append(wall(partial(Client().post, page, typed)))
        ratio = statistics.median(took[True]) / statistics.median(took[False])
        report(f"{name}: known against unknown address", f"{ratio:.2f}", "0.90 to 1.10")


def sign_up(number: int) -> str:
    """Create a consumer, sign in, and return the value of the session cookie."""
    consumer = Consumer.objects.create_user(f"consumer{number}@example.com")
    consumer.mark_verified()
    return sign_in(consumer).cookies["sessionid"].value


def measure_everything(sandbox: Sandbox) -> None:
    settings.SECUREMAIL_API_URL, settings.SECUREMAIL_API_KEY = sandbox.url, sandbox.api_key
    page_costs.measure(report, sandbox)
    client = arrange(sandbox)
    in_process.measure(report, client, sandbox, conversation(client))
    on_servers.measure(report, sandbox)
    measure_round_trips(client, sandbox)
    hashers = [f"{__name__}.QuickHasher", *settings.PASSWORD_HASHERS]
    with override_settings(PASSWORD_HASHERS=hashers, PORTAL_SIGNUP="open"):
        measure_enumeration()
    measure_hanging_box(client, sandbox)


SECTIONS: dict[str, Callable[[Sandbox], None]] = {
    "all": measure_everything,
    "servers": partial(on_servers.measure, report),
    "growth": growth.measure,
}


@contextmanager
def log_to(stream: TextIO) -> Iterator[None]:
    handlers = [one for one in logging.root.handlers if isinstance(one, logging.StreamHandler)]
    before = [handler.setStream(stream) for handler in handlers]
    try:
        yield
    finally:  # An error of the bench itself has to be seen.
        for handler, own in zip(handlers, before, strict=True):
            handler.setStream(own)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("section", nargs="?", choices=SECTIONS, default="all")
    section = SECTIONS[parser.parse_args().section]
    gc.enable()  # As on a server; the plugin above has switched it off for the tests.
    # Without Django's test environment: it copies the context of each template, which a server does not.
    settings.ALLOWED_HOSTS.append("testserver")
    settings.ROOT_URLCONF = "tests.perf.empty_pages"
    settings.LOGGING_CONFIG = None
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    # Writing the log is part of what a page costs, so it is written, to nowhere.
    with Path(os.devnull).open("w") as nowhere, start_sandbox() as sandbox, log_to(nowhere):
        section(sandbox)


if __name__ == "__main__":
    main()
