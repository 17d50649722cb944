"""What the most expensive letters cost: the shapes are in `shapes.py`."""

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from inbox.markup import sanitizer
from inbox.rendering import formatted, plain, preview
from tests.inbox.markup.shapes import KNOWN, shapes

CPU = 0.5  # Seconds, for one way of showing a letter.
LOOKS = 5  # At what takes longer. Other programs may have slowed it down, but nothing makes it faster.
MEMORY = 50 * 1024 * 1024  # Bytes.


@pytest.mark.parametrize("name", KNOWN)
def test_a_known_shape_is_shown_or_refused_before_any_parser_reads_it(name, caplog):
    shown = formatted(KNOWN[name])
    assert shown is None or len(shown.markup) < 2_000_000
    assert "could not be sanitised" not in caplog.text
    assert preview(None, KNOWN[name]) is not None


@pytest.mark.proof
@pytest.mark.skipif(sys.platform != "linux", reason="Memory and other processes are seen through /proc.")
def test_no_shape_costs_much():
    formatted("<p>The process that sanitises is started.</p>")
    dear = {}
    for name, letter in shapes(500):
        for show in (
            formatted,
            lambda letter: formatted(letter, folded=True),
            lambda letter: plain(None, letter),
            lambda letter: plain("See the HTML.", letter),
            lambda letter: preview(None, letter),
        ):
            Path("/proc/self/clear_refs").write_text("5")  # Forgets the largest size so far.
            size = memory("VmRSS")
            seconds = cost_of(show, letter)
            more = memory("VmHWM") - size
            if more > MEMORY or (seconds > CPU and least_cost_of(show, letter) > CPU):
                dear[name] = seconds, more
    assert dear == {}


def least_cost_of(show: Callable[[str], object], letter: str) -> float:
    return min(cost_of(show, letter) for _ in range(LOOKS))


def cost_of(show: Callable[[str], object], letter: str) -> float:
    """Processor seconds."""
    before = cpu_seconds()
    show(letter)
    return cpu_seconds() - before


def cpu_seconds() -> float:
    """Of this process and of those that it started."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    running = 0.0
    for process in sanitizer._pool._idle:
        fields = Path(f"/proc/{process._process.pid}/stat").read_text().rpartition(")")[2].split()
        running += (int(fields[11]) + int(fields[12])) / 100  # USER_HZ is 100 on Linux.
    return time.process_time() + ended.ru_utime + ended.ru_stime + running


def memory(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))
