"""Measurements in turns, since a machine that others use gets slower and quicker meanwhile."""

import statistics
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import NamedTuple, TypeVar

Name = TypeVar("Name", bound=Hashable)


class Figure(NamedTuple):
    """A median, and the quartiles around it: the noise of the machine."""

    median: float
    lower: float
    upper: float

    @property
    def with_noise(self) -> str:
        return f"{self.median:.2f} ({self.lower:.2f}-{self.upper:.2f})"


def figure_of(values: Sequence[float]) -> Figure:
    lower, median, upper = statistics.quantiles(values, n=4, method="inclusive")
    return Figure(median, lower, upper)


def in_turns(measured: Mapping[Name, Callable[[], float]], rounds: int) -> dict[Name, list[float]]:
    """What each of them returned, round by round; every other round in the opposite order.

    A round before these is not counted: programs load what they need, and connections are opened.
    """
    costs: dict[Name, list[float]] = {name: [] for name in measured}
    for number in range(rounds + 1):
        for name in list(measured)[:: 1 if number % 2 else -1]:
            cost = measured[name]()
            if number:
                costs[name].append(cost)
    return costs


def ratio(costs: Mapping[Name, Sequence[float]], of: Name, to: Name) -> Figure:
    """Of the costs of one to those of the other, each within its round."""
    return figure_of([one / other for one, other in zip(costs[of], costs[to], strict=True)])
