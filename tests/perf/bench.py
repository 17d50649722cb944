"""`make bench`: measure the pages. Compare ratios of one run; milliseconds differ between machines.

An "empty page" is a view that returns nothing, behind the same middleware and with the same session. Its CPU time is
the unit. The upstream is a sandbox in a process of its own, and its time is not counted.
"""

import gc
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

from django.contrib.auth.hashers import PBKDF2PasswordHasher  # noqa: E402  After django.setup().
from django.core.cache import cache  # noqa: E402  After django.setup().
from django.core.management import call_command  # noqa: E402  After django.setup().
from django.http import HttpRequest, HttpResponse  # noqa: E402  After django.setup().
from django.test import Client, override_settings  # noqa: E402  After django.setup().
from django.urls import path  # noqa: E402  After django.setup().

from inbox.models import Securebox  # noqa: E402  After django.setup().
from portal.accounts.models import Consumer  # noqa: E402  After django.setup().
from portal.urls import urlpatterns as portal_urls  # noqa: E402  After django.setup().
from tests.conftest import sign_in  # noqa: E402  After django.setup().
from tests.perf import page_costs  # noqa: E402  After django.setup().
from tests.perf.load import Consumers, Portal  # noqa: E402  After django.setup().
from tests.support.sandbox import Sandbox, start_sandbox  # noqa: E402  After django.setup().

ALICE = "alice@example.com"
ROUNDS, BATCH = 9, 30
BOXES = 8
# For the hanging box: the number of consumers who view it (more than the server has threads), the number who view
# another box, and the seconds of load.
LOOKING, READING, LOADED = 40, 20, 10
ASKED = 200  # Timings of each response that must not reveal whether an account exists.


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("empty/", empty), *portal_urls]


def cpu(ask: Callable[[], Any]) -> float:
    """CPU seconds of this process for one call: the median of several batches."""
    return statistics.median(_batch(ask) for _ in range(ROUNDS))


def cpu_between(more: Callable[[], Any], less: Callable[[], Any]) -> float:
    """How many more CPU seconds one call takes than the other: in turns, since the machine has other things to do."""
    return statistics.median(_batch(more) - _batch(less) for _ in range(ROUNDS))


def _batch(ask: Callable[[], Any]) -> float:
    started = time.process_time()
    for _ in range(BATCH):
        ask()
    return (time.process_time() - started) / BATCH


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


def list_page(client: Client, size: int) -> None:
    with override_settings(PORTAL_PAGE_SIZE=size):
        client.get("/inbox/box0/")


def measure_cpu(client: Client, sandbox: Sandbox) -> None:
    client.get("/unread.json")  # This caches the counts for 30 seconds.
    unit = cpu(lambda: client.get("/empty/"))
    report("empty page, CPU", f"{unit * 1000:.2f} ms", "(the unit)")
    client.get("/unread.json")
    sandbox.forget_calls()
    report("unread poll, counts fresh", f"{cpu(lambda: client.get('/unread.json')) / unit:.1f} x", "2 x")
    report("  upstream calls", str(len(sandbox.calls())), "0")
    for size, goal in ((10, "10 x"), (50, "15 x")):
        figure = cpu(partial(list_page, client, size)) / unit
        report(f"inbox page of {size}", f"{figure:.1f} x", goal)
    rows = cpu_between(partial(list_page, client, 50), partial(list_page, client, 10))
    report("  a row", f"{rows / 40 * 1000:.2f} ms", "0.15 ms")
    reference = re.search(r'value="(o\.[^"]+)"', client.get("/inbox/box0/").content.decode())
    assert reference is not None
    path = f"/inbox/box0/{reference[1]}/"
    report("page of a conversation", f"{cpu(lambda: client.get(path)) / unit:.1f} x", "10 x")
    sandbox.forget_calls()
    client.get(path)
    report("  upstream calls", str(len(sandbox.calls())), "2")
    report("compose page", f"{cpu(lambda: client.get('/inbox/box0/compose/')) / unit:.1f} x", "8 x")


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


def main() -> None:
    gc.enable()  # As on a server; the plugin above has switched it off for the tests.
    # Without Django's test environment: it copies the context of each template, which a server does not.
    settings.ALLOWED_HOSTS.append("testserver")
    settings.ROOT_URLCONF = __name__
    settings.LOGGING_CONFIG = None
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    with start_sandbox() as sandbox:
        settings.SECUREMAIL_API_URL, settings.SECUREMAIL_API_KEY = sandbox.url, sandbox.api_key
        page_costs.measure(report, sandbox)
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
