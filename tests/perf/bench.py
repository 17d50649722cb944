"""Measures the pages: `make bench`. Ratios of one run count; milliseconds differ from machine to machine.

An "empty page" is a view that returns nothing, behind the same middleware and the same session. Its CPU time is the
unit. The upstream is a sandbox in a process of its own, whose time is not counted.
"""

import gzip
import re
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urljoin

import tests.support.plugin  # noqa: F401  Before Django: it sets the environment.

# isort: split
import django
from django.conf import settings

django.setup()

from django.contrib.auth.hashers import PBKDF2PasswordHasher  # noqa: E402  Once Django is set up.
from django.core.cache import cache  # noqa: E402  Once Django is set up.
from django.core.management import call_command  # noqa: E402  Once Django is set up.
from django.http import HttpRequest, HttpResponse  # noqa: E402  Once Django is set up.
from django.test import Client, override_settings  # noqa: E402  Once Django is set up.
from django.urls import path  # noqa: E402  Once Django is set up.

from inbox.models import Securebox  # noqa: E402  Once Django is set up.
from portal.accounts.models import Consumer  # noqa: E402  Once Django is set up.
from portal.urls import urlpatterns as portal_urls  # noqa: E402  Once Django is set up.
from tests.perf.load import Consumers, Portal  # noqa: E402  Once Django is set up.
from tests.support.sandbox import Sandbox, start_sandbox  # noqa: E402  Once Django is set up.

ALICE = "alice@example.com"
ROUNDS, BATCH = 9, 30
BOXES = 8
# With one box hanging: so many people look at it, more than the server has threads, and so many at another box, for
# so many seconds.
LOOKING, READING, LOADED = 40, 20, 10
ASKED = 200  # Timings of each answer that is not to tell whether there is an account.


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("empty/", empty), *portal_urls]


def cpu(ask: Callable[[], Any]) -> float:
    """Seconds of this process's CPU for one call: the median of some batches."""
    batches = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for _ in range(BATCH):
            ask()
        batches.append((time.process_time() - started) / BATCH)
    return statistics.median(batches)


def wall(ask: Callable[[], Any]) -> float:
    started = time.perf_counter()
    ask()
    return time.perf_counter() - started


def report(what: str, figure: str, goal: str) -> None:
    print(f"{what:<46}{figure:>22}   goal {goal}")  # noqa: T201  What it is run for.


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
    client = Client()
    client.force_login(alice)
    return client


def measure_cpu(client: Client, sandbox: Sandbox) -> None:
    client.get("/")  # The counts are fresh from here on, for thirty seconds.
    unit = cpu(lambda: client.get("/empty/"))
    report("empty page, CPU", f"{unit * 1000:.2f} ms", "(the unit)")
    client.get("/")
    sandbox.forget_calls()
    report("unread poll, counts fresh", f"{cpu(lambda: client.get('/unread.json')) / unit:.1f} x", "2 x")
    report("  upstream calls", str(len(sandbox.calls())), "0")
    for size, goal in ((10, "10 x"), (50, "15 x")):
        with override_settings(PORTAL_PAGE_SIZE=size):
            client.get("/")
            figure = cpu(lambda: client.get("/inbox/box0/")) / unit
            report(f"inbox page of {size}", f"{figure:.1f} x", goal)
    reference = re.search(r'value="(o\.[^"]+)"', client.get("/inbox/box0/").content.decode())
    assert reference is not None
    sandbox.forget_calls()
    client.get(f"/inbox/box0/{reference[1]}/")
    report("message page, upstream calls", str(len(sandbox.calls())), "1")


def measure_round_trips(client: Client, sandbox: Sandbox) -> None:
    sandbox.fault("delay", seconds=0.05)
    trips = []
    for _ in range(ROUNDS):
        cache.clear()
        trips.append(wall(lambda: client.get("/")) / 0.05)
    sandbox.heal()
    figure = f"{statistics.median(trips):.1f} round trips"
    report(f"home with {BOXES} boxes, upstream 50 ms", figure, "1.4")


def measure_first_visit(client: Client) -> None:
    page = client.get("/accounts/login/", headers={"accept-encoding": "gzip"})
    html = page.content.decode()
    waiting = re.findall(r'(?:href|src)="(/static/[^"]+)"', html)
    files: set[str] = set()
    sent = len(page.content)
    while waiting:
        name = waiting.pop()
        if name in files:
            continue
        files.add(name)
        answer = Client().get(name, headers={"accept-encoding": "gzip"})
        content = b"".join(answer.streaming_content)
        answer.close()
        sent += len(content)
        if name.endswith(".js"):
            script = gzip.decompress(content) if answer.get("Content-Encoding") == "gzip" else content
            waiting += [urljoin(name, path) for path in re.findall(r'from "(\.[^"]+)"', script.decode())]
    report("first visit, requests", str(1 + len(files)), "5")
    report("  sent", f"{sent / 1000:.1f} kB", "30 kB")


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
        # Newcomers again, the hardest case: of nobody is a count remembered that could stand in for this box's.
        with Consumers(portal, after, "/inbox/box1/", pause=1.0) as others:
            hanging = others.pages_per_second(LOADED)
        sandbox.heal()
    report("  other consumers' pages, of healthy", f"{hanging / healthy:.0%}", "90 %")


class QuickHasher(PBKDF2PasswordHasher):
    """A twentieth of the work: what else differs between two answers shows the more."""

    iterations = PBKDF2PasswordHasher.iterations // 20


# What a stranger can ask about an address, and what they would type.
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
    """How long a known address takes, against one that nobody has, in turns."""
    Consumer.objects.create_user("known@example.com", "a-lamp-by-the-window").mark_verified()
    for name, (page, field, form) in QUESTIONS.items():
        took: dict[bool, list[float]] = {True: [], False: []}
        for number in range(2 * ASKED):
            cache.clear()  # Of limits, which would answer in the view's place.
            known = number % 2 == 0
            typed = {**form, field: "known@example.com" if known else f"unknown{number}@example.com"}
            took[known].append(wall(partial(Client().post, page, typed)))
        ratio = statistics.median(took[True]) / statistics.median(took[False])
        report(f"{name}: known against unknown address", f"{ratio:.2f}", "0.90 to 1.10")


def sign_up(number: int) -> str:
    """A consumer's session, by the value of its cookie."""
    consumer = Consumer.objects.create_user(f"consumer{number}@example.com")
    consumer.mark_verified()
    client = Client()
    client.force_login(consumer)
    return client.cookies["sessionid"].value


def main() -> None:
    # Not Django's test environment: it copies every template's context, which no server does.
    settings.ALLOWED_HOSTS.append("testserver")
    settings.ROOT_URLCONF = __name__
    settings.LOGGING_CONFIG = None
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    with start_sandbox() as sandbox:
        settings.SECUREMAIL_API_URL, settings.SECUREMAIL_API_KEY = sandbox.url, sandbox.api_key
        client = arrange(sandbox)
        measure_cpu(client, sandbox)
        measure_round_trips(client, sandbox)
        measure_first_visit(Client())
        hashers = [f"{__name__}.QuickHasher", *settings.PASSWORD_HASHERS]
        with override_settings(PASSWORD_HASHERS=hashers, PORTAL_SIGNUP="open"):
            measure_enumeration()
        measure_hanging_box(client, sandbox)


if __name__ == "__main__":
    main()
