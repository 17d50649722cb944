"""Reading a list far back, page after page, within a budget of calls and seconds."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from time import monotonic
from typing import TypeVar

from inbox.paging import PageRows, Source, Start, read_page
from inbox.securemail import BadAnswer, TooLong, Unavailable

T = TypeVar("T")
# Fewer than an API gives at once, however few that are (paging.LEAST_CAP): each call finds others.
_OVERLAP = 2
_LESS = 5  # By which the size of the pages is divided where a response was too long.


class BudgetSpent(Unavailable):
    """The call was not made, since no further one may be made for this purpose."""


def read_pages(source: Source, start: Start, size: int, *, calls: int, seconds: float) -> Iterator[PageRows]:
    """Page after page, until the list ends: with at most so many calls, none of them begun after so many seconds.

    Where messages are so long that the client does not read the response, the pages become smaller. Raises the errors
    of `paging.read_page`.
    """
    budget = _Budget(calls, seconds)
    source = replace(source, rows=budget.limited(source.rows), count=budget.limited(source.count))
    following: Start | None = start
    while following and not budget.is_spent:
        try:
            calls, seconds = budget.calls, budget.seconds
            page = read_page(source, following, size, overlap=_OVERLAP, calls=calls, seconds=seconds)
        except BudgetSpent:
            return
        except TooLong:
            if size < _LESS:
                raise
            size //= _LESS
        except BadAnswer:
            # Where the oldest messages come first, it takes several calls to find the end: too few were left for that.
            if following == start or not budget.is_spent:
                raise
            return
        else:
            yield page
            following = page.next


class _Budget:
    """So many calls, none of them begun after so many seconds."""

    def __init__(self, calls: int, seconds: float) -> None:
        self.calls = calls
        self._until = monotonic() + seconds

    @property
    def seconds(self) -> float:
        return self._until - monotonic()

    @property
    def is_spent(self) -> bool:
        return self.calls <= 0 or self.seconds <= 0

    def limited(self, call: Callable[..., T]) -> Callable[..., T]:
        """The same call, which raises BudgetSpent in place of making one too many."""

        def limited_call(*arguments: int) -> T:
            if self.is_spent:
                raise BudgetSpent("list", certainly_not_sent=True, reason="no call left")
            self.calls -= 1
            return call(*arguments)

        return limited_call
