"""The portal's side of a campaign: `python -m tests.chaos.campaign.crew CONFIG`, started by `tests.chaos.campaign.run`.

Django is set up once. Each process of the portal is a fork of this one; if it dies, a new fork replaces it. Prints
"written" when all messages are written, and waits for a line on standard input before it sweeps and inspects.
"""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import django

django.setup()

import time_machine  # noqa: E402  After django.setup().
from django.conf import settings  # noqa: E402  After django.setup().
from django.core.management import call_command  # noqa: E402  After django.setup().
from django.db import connections  # noqa: E402  After django.setup().
from django.template.loader import get_template  # noqa: E402  After django.setup().

from inbox.outgoing import schedule  # noqa: E402  After django.setup().
from inbox.resilience import breaker  # noqa: E402  After django.setup().
from tests.chaos.campaign import inspection, people, trouble  # noqa: E402  After django.setup().
from tests.chaos.campaign.browser import new_client  # noqa: E402  After django.setup().
from tests.chaos.campaign.config import SWEEPING, WRITING, Config  # noqa: E402  After django.setup().
from tests.chaos.campaign.diary import Diary  # noqa: E402  After django.setup().
from tests.chaos.campaign.plan import clock_of  # noqa: E402  After django.setup().
from tests.chaos.campaign.time_scale import scaled  # noqa: E402  After django.setup().
from tests.chaos.campaign.writing import Desk  # noqa: E402  After django.setup().

CALM = 60  # Seconds of the campaign's time between the last message and the inspection.

Work = Callable[[Config, str, int], None]


@dataclass
class Member:
    """A process of the portal, which is started again when it dies. With `ends`, a normal end means that it is done."""

    name: str
    work: Work
    ends: bool = False
    pid: int = 0
    life: int = -1

    def start(self, config: Config) -> int:
        """Fork the process, and return by how many seconds its clock is wrong."""
        self.life += 1
        clock = clock_of(config.seed, self.name, self.life)
        self.pid = os.fork()
        if self.pid == 0:
            os._exit(self._live(config, clock))
        return clock

    def _live(self, config: Config, clock: int) -> int:
        try:
            with time_machine.travel(time.time() + clock, tick=True):
                self.work(config, self.name, self.life)
        except Exception:  # noqa: BLE001  The exit status reports any exception.
            traceback.print_exc()
            return 1
        return 0


def write(config: Config, name: str, _life: int) -> None:
    Desk(config, config.diaries / f"{name}.jsonl").write_all(config.numbers(int(name.split("-")[1])))


def quicken() -> None:
    """Scale the portal's schedules to the campaign's pace."""
    for name in ("RETRY_DELAYS", "LOOKUP_DELAYS"):
        setattr(schedule, name, tuple(scaled(seconds) for seconds in getattr(schedule, name)))
    schedule.CLAIM_GRACE = scaled(schedule.CLAIM_GRACE)
    breaker.PAUSE = scaled(breaker.PAUSE)


def prepare(config: Config) -> None:
    if not Path(settings.STATIC_ROOT, "staticfiles.json").exists():
        call_command("collectstatic", verbosity=0, interactive=False)
    call_command("migrate", verbosity=0, interactive=False)
    people.settle(config.writers)
    warm_up()
    connections.close_all()  # Two processes must not share a connection.


def warm_up() -> None:
    """Load what each process would load again. No call upstream: that would start threads, before the forks."""
    new_client().get("/accounts/login/")
    for name in ("compose", "outgoing_message"):
        get_template(f"inbox/{name}.html")


class Crew:
    """All processes. Those that still run at the end of the `with` statement are ended."""

    def __init__(self, config: Config, members: list[Member]) -> None:
        self._config = config
        self._members = members
        self._running: dict[int, Member] = {}
        self._diary = Diary(config.diaries / "crew.jsonl")

    def __enter__(self) -> Self:
        for member in self._members:
            self._start(member)
        return self

    def __exit__(self, *_: object) -> None:
        for pid in self._running:
            os.kill(pid, signal.SIGTERM)
        for pid in self._running:
            os.waitpid(pid, 0)

    def see_them_write(self) -> None:
        """Wait until all processes with `ends` are done. Raises RuntimeError if one fails instead of being killed."""
        while any(member.ends for member in self._running.values()):
            pid, status = os.wait()
            member = self._running.pop(pid)
            if os.WIFEXITED(status) and os.WEXITSTATUS(status):
                raise RuntimeError(f"{member.name} failed.")
            if not (member.ends and os.WIFEXITED(status)):
                self._start(member)

    def _start(self, member: Member) -> None:
        clock = member.start(self._config)
        self._running[member.pid] = member
        self._diary.note(did="started", member=member.name, clock=clock)


def main(path: str) -> None:
    config = Config.read(Path(path))
    prepare(config)
    quicken()
    members = [Member(f"writing-{number}", write, ends=True) for number in range(WRITING)]
    members += [Member(f"sweeping-{number}", trouble.sweep) for number in range(SWEEPING)]
    members += [Member("watching", trouble.watch), Member("locking", trouble.lock_database)]
    with Crew(config, members) as crew:
        crew.see_them_write()
        print("written", flush=True)  # noqa: T201  Read by `run`.
        sys.stdin.readline()
        time.sleep(scaled(CALM))
    inspection.sweep_until_quiet()
    inspection.inspect(config)


if __name__ == "__main__":
    main(sys.argv[1])
