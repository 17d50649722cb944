"""The processor time of other processes, to the nanosecond. Linux only."""

import time
from pathlib import Path


def seconds(process: int) -> float:
    """What the process and all its descendants have used. Those that have ended are not counted."""
    return sum(_seconds_of(each) for each in tree(process))


def tree(process: int) -> list[int]:
    """The process and its descendants, such as gunicorn, its workers, and what these have started."""
    children = (
        int(child)
        for thread in Path(f"/proc/{process}/task").iterdir()
        for child in (thread / "children").read_text().split()
    )
    return [process, *(each for child in children for each in tree(child))]


def megabytes(process: int) -> float:
    """The memory of the process alone, shared pages included."""
    status = Path(f"/proc/{process}/status").read_text()
    (line,) = [each for each in status.splitlines() if each.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


def _seconds_of(process: int) -> float:
    # What clock_getcpuclockid(3) returns: /proc/PID/stat has the same in hundredths of a second, too coarse for a page.
    return time.clock_gettime((~process << 3) | 2)
