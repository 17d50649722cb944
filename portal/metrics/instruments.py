"""Instruments of prometheus-client, which cost nothing until they are switched on.

Several processes of one machine share their numbers through files in the folder PROMETHEUS_MULTIPROC_DIR, if the
environment names one: see https://prometheus.github.io/client_python/multiprocess/. Without it, a process has numbers
of its own.
"""

import logging
import os
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.core import GaugeMetricFamily, Metric

logger = logging.getLogger(__name__)

PREFIX: Final = "securebox_"
FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"

# What prometheus-client raises for a file that is empty, or holds something else.
_BROKEN: Final = (ValueError, RuntimeError, struct.error)

_on: "CollectorRegistry | None" = None


class Instrument:
    """One metric. `labels` are the names of its labels; methods take their values in this order."""

    declared: ClassVar[list["Instrument"]] = []

    def __init__(self, name: str, description: str, labels: Sequence[str] = (), **options: Any) -> None:
        self.name = PREFIX + name
        self.description = description
        self.labels = tuple(labels)
        self._options = options
        self._series: Any = None  # Of prometheus-client, while the metrics are on.
        self.declared.append(self)

    @property
    def sample_names(self) -> tuple[str, ...]:
        """The names under which Prometheus finds it."""
        return (self.name,)

    def switch_on(self, registry: "CollectorRegistry") -> None:
        import prometheus_client  # Not at the start: a portal without metrics does not load it.

        kind = getattr(prometheus_client, type(self).__name__)
        self._series = kind(self.name, self.description, self.labels, registry=registry, **self._options)

    def switch_off(self) -> None:
        self._series = None

    def _change(self, method: str, amount: float, labels: tuple[str, ...]) -> None:
        """A metric that cannot be written, as on a full disk, must not cost anyone a page."""
        if self._series is None:
            return
        try:
            series = self._series.labels(*labels) if labels else self._series
            getattr(series, method)(amount)
        except OSError:
            logger.exception("The metrics of this process end: their file cannot be written")
            switch_off()


class Counter(Instrument):
    @property
    def sample_names(self) -> tuple[str, ...]:
        return (f"{self.name}_total",)

    def add(self, *labels: str) -> None:
        self._change("inc", 1, labels)


class Histogram(Instrument):
    @property
    def sample_names(self) -> tuple[str, ...]:
        return (f"{self.name}_bucket", f"{self.name}_count", f"{self.name}_sum")

    def observe(self, seconds: float, *labels: str) -> None:
        self._change("observe", seconds, labels)


class Gauge(Instrument):
    """What is so now in this process. A scrape sums it over the processes that are alive."""

    def __init__(self, name: str, description: str, labels: Sequence[str] = ()) -> None:
        super().__init__(name, description, labels, multiprocess_mode="livesum")

    def set(self, value: float, *labels: str) -> None:
        self._change("set", value, labels)

    @contextmanager
    def raised(self, *labels: str) -> Iterator[None]:
        """One more during the body."""
        self._change("inc", 1, labels)
        try:
            yield
        finally:
            self._change("dec", 1, labels)


class AtScrape(Instrument):
    """A gauge whose values are looked up when Prometheus asks, such as from the database."""

    def switch_on(self, registry: "CollectorRegistry") -> None:
        """Nothing: it has no state."""

    def family(self, values: Iterable[tuple[tuple[str, ...], float]]) -> "GaugeMetricFamily":
        """The gauge with these values, each with the values of its labels."""
        from prometheus_client.core import GaugeMetricFamily

        family = GaugeMetricFamily(self.name, self.description, labels=self.labels)
        for labels, value in values:
            family.add_metric(labels, value)
        return family


def switch_on() -> None:
    """Begin to measure in this process. Raises OSError if the folder cannot be used."""
    global _on
    # An empty one would mean the working directory to the library.
    folder = os.environ.get(FOLDER) or os.environ.pop(FOLDER, "")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        _forget_dead(Path(folder))
    from prometheus_client import CollectorRegistry

    switch_off()
    _on = CollectorRegistry()
    for instrument in Instrument.declared:
        instrument.switch_on(_on)


def switch_off() -> None:
    global _on
    _on = None
    for instrument in Instrument.declared:
        instrument.switch_off()


def is_shared() -> bool:
    """Whether the processes of this machine share their numbers."""
    return bool(os.environ.get(FOLDER))


def exposition(at_scrape: Iterable["GaugeMetricFamily"]) -> bytes:
    """All metrics in Prometheus' text format. Raises OSError if the folder cannot be read."""
    from prometheus_client import CollectorRegistry, generate_latest

    counted = _on or CollectorRegistry()
    if folder := os.environ.get(FOLDER):
        _forget_dead(Path(folder))
        counted = CollectorRegistry()
        counted.register(_Families(_shared(Path(folder))))
    looked_up = CollectorRegistry()
    looked_up.register(_Families(at_scrape))
    return bytes(generate_latest(counted) + generate_latest(looked_up))


class _Families:
    """What prometheus-client calls a collector."""

    def __init__(self, families: "Iterable[Metric]") -> None:
        self._families = list(families)

    def collect(self) -> "list[Metric]":
        return self._families


def _shared(folder: Path) -> "Iterable[Metric]":
    """What all processes of this machine have counted. Leaves out files that cannot be read, as after a full disk."""
    from prometheus_client.multiprocess import MultiProcessCollector

    merge: Callable[[list[str]], Iterable[Metric]] = MultiProcessCollector.merge
    files = [str(file) for file in folder.glob("*.db")]
    try:
        return merge(files)
    except _BROKEN:
        return merge([file for file in files if _can_be_read(file, merge)])


def _can_be_read(file: str, merge: "Callable[[list[str]], Iterable[Metric]]") -> bool:
    try:
        merge([file])
    except _BROKEN:
        logger.warning("A file of the metrics cannot be read: %s", Path(file).name)
        return False
    return True


def _forget_dead(folder: Path) -> None:
    """Remove the gauges of processes that have ended: they have nothing open and hold no place any more.

    Here instead of in a hook of the web server, since `deliver` has none, and a killed process calls none. Counters
    stay: they must not go down.
    """
    for file in folder.glob("gauge_live*_*.db"):
        process = file.stem.rpartition("_")[2]
        if process.isdecimal() and not _is_alive(int(process)):
            file.unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # Another user's.
    return True
