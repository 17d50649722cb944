"""The portal's side of a campaign: `python -m tests.campaign.crew CONFIG`, started by `tests.campaign.run`.

Django is set up once; each process of the portal is a fork of this one, and where one dies the next takes its place.
Says "written" when people are done, and waits for a line before it sweeps and inspects.
"""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import django

django.setup()

import time_machine  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from inbox import breaker  # noqa: E402
from inbox.outgoing import schedule  # noqa: E402
from tests.campaign import inspection, people, trouble  # noqa: E402
from tests.campaign.config import SWEEPING, WRITING, Config  # noqa: E402
from tests.campaign.pace import scaled  # noqa: E402
from tests.campaign.plan import clock_of  # noqa: E402
from tests.campaign.writing import Desk  # noqa: E402

CALM = 60  # Seconds of the campaign's time between the last message and the inspection.

Work = Callable[[Config, str, int], None]


@dataclass
class Member:
    """A process of the portal, in one life after the other; `ends` says that it is done when it ends well."""

    name: str
    work: Work
    ends: bool = False
    pid: int = 0
    life: int = field(default=-1)

    def start(self, config: Config) -> None:
        self.life += 1
        self.pid = os.fork()
        if self.pid == 0:
            os._exit(self._live(config))

    def _live(self, config: Config) -> int:
        try:
            clock = clock_of(config.seed, self.name, self.life)
            with time_machine.travel(time.time() + clock, tick=True):
                self.work(config, self.name, self.life)
        except Exception:  # noqa: BLE001  Whatever it is, the process that started this one is told.
            traceback.print_exc()
            return 1
        return 0


def write(config: Config, name: str, _life: int) -> None:
    Desk(config, config.diaries / f"{name}.jsonl").write_all(config.numbers(int(name.split("-")[1])))


def quicken() -> None:
    """The product's schedules, at the campaign's pace."""
    for name in ("SEND_AGAIN", "LOOK"):
        setattr(schedule, name, tuple(scaled(seconds) for seconds in getattr(schedule, name)))
    schedule.CLAIM_GRACE = scaled(schedule.CLAIM_GRACE)
    breaker.PAUSE = scaled(breaker.PAUSE)


def prepare(config: Config) -> None:
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("migrate", verbosity=0, interactive=False)
    people.settle(config.writers)
    connections.close_all()  # No connection may be shared by two processes.


def storm(members: list[Member], config: Config) -> None:
    """Until all that end have ended. Raises RuntimeError where a process fails instead of dying."""
    by_pid = {}
    waiting = {member.name for member in members if member.ends}
    for member in members:
        member.start(config)
        by_pid[member.pid] = member
    while waiting:
        pid, status = os.wait()
        member = by_pid.pop(pid)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status):
            raise RuntimeError(f"{member.name} failed.")
        if member.ends and os.WIFEXITED(status):
            waiting.discard(member.name)
        else:
            member.start(config)
            by_pid[member.pid] = member


def end(members: list[Member]) -> None:
    for member in members:
        os.kill(member.pid, signal.SIGTERM)
    for member in members:
        os.waitpid(member.pid, 0)


def main(path: str) -> None:
    config = Config.read(Path(path))
    prepare(config)
    quicken()
    writing = [Member(f"writing-{number}", write, ends=True) for number in range(WRITING)]
    sweeping = [Member(f"sweeping-{number}", trouble.sweep) for number in range(SWEEPING)]
    watching = Member("watching", trouble.watch)
    locking = Member("locking", trouble.lock_database)
    storm([*writing, *sweeping, watching, locking], config)
    print("written", flush=True)  # noqa: T201
    sys.stdin.readline()
    time.sleep(scaled(CALM))
    end([*sweeping, watching, locking])
    inspection.sweep_until_quiet()
    inspection.inspect(config)


if __name__ == "__main__":
    main(sys.argv[1])
