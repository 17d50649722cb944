"""Run one campaign: the upstream in this process, the portal in processes of its own. Then judge the result."""

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.chaos.campaign import stage
from tests.chaos.campaign.config import Config
from tests.chaos.campaign.diary import Entry, all_entries
from tests.chaos.campaign.plan import plan
from tests.chaos.campaign.verdict import Held, Verdict, Written, gather, judge

PROJECT = Path(__file__).resolve().parents[3]


class Upstream(Protocol):
    """The interface of an upstream."""

    seen: Counter[str]

    @property
    def url(self) -> str: ...

    @property
    def api_key(self) -> str: ...

    def heal(self) -> None: ...

    def held(self) -> list[Held]: ...

    def taken_from_agents(self) -> int: ...


@dataclass(frozen=True)
class Result:
    """`doubts` has, by nonce, for how many seconds a message was unconfirmed; None if it was so at the end."""

    config: Config
    written: list[Written]
    held: list[Held]
    verdict: Verdict
    diary: list[Entry]
    faults: Counter[str]
    doubts: dict[str, float | None]
    taken_from_agents: int
    seconds: float

    @property
    def kept(self) -> bool:
        return not self.verdict.broken and not self.taken_from_agents


def run(upstream: Upstream, *, messages: int, seed: int) -> Result:
    """Raises RuntimeError if the campaign itself fails, since it would then prove nothing."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="campaign-") as folder:
        config = Config(folder, seed, messages)
        config.diaries.mkdir()
        with stage.database(Path(folder)) as database_url:
            _play(upstream, config, database_url)
        diary = list(all_entries(config.diaries))
        rows = json.loads(config.found.read_text())
        doubts = json.loads(config.watched.read_text())
    plans = [plan(seed, number, config.writers) for number in range(messages)]
    written = gather(plans, diary, rows)
    if sum(one.answered for one in written) < messages * 0.9:
        raise RuntimeError("The portal took over hardly any messages.")
    held = upstream.held()
    return Result(
        config=config,
        written=written,
        held=held,
        verdict=judge(written, held, diary),
        diary=diary,
        faults=+upstream.seen,
        doubts=doubts,
        taken_from_agents=upstream.taken_from_agents(),
        seconds=time.monotonic() - started,
    )


def _play(upstream: Upstream, config: Config, database_url: str) -> None:
    path = Path(config.folder) / "config.json"
    config.write(path)
    command = [sys.executable, "-m", "tests.chaos.campaign.crew", str(path)]
    environment = stage.environment(Path(config.folder), database_url, upstream.url, upstream.api_key)
    with subprocess.Popen(  # noqa: S603  A command of our own.
        command, cwd=PROJECT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as crew:
        assert crew.stdin is not None
        assert crew.stdout is not None
        written = crew.stdout.readline() == "written\n"
        upstream.heal()
        crew.stdin.write("healed\n")
        crew.stdin.close()
        if crew.wait() or not written:
            raise RuntimeError("The portal's side of the campaign failed; what it said is above.")
