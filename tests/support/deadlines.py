"""Short deadlines for what never comes, which leave a busy machine the time to ask for it."""

from collections.abc import Callable

import pytest

from inbox.resilience import fanout
from inbox.securemail import transport
from portal import guarded_http
from tests.support.clock import HeldClock
from tests.support.patience import await_true


def hold_deadlines(
    monkeypatch: pytest.MonkeyPatch, until: Callable[[], object] | None = None, ahead: float = 0.0
) -> None:
    """The deadlines of the API's clients begin once a request was sent, or with `until`, once that has happened."""
    clock = HeldClock(until or _is_sent, ahead)
    for module in (transport, guarded_http):
        monkeypatch.setattr(module, "time", clock)


def _is_sent() -> bool:
    """Whether anything of this thread's call was sent."""
    exchange = guarded_http.current_exchange.get(None)
    return exchange is not None and exchange.sent


def give_up_on_the_last(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time for several calls is over once all but one have come, however long that takes.

    Returns the seconds that they would have had.
    """
    allowed: list[float] = []
    finish = fanout.finish

    def finish_early(started, seconds):
        allowed.append(seconds)
        await_true(lambda: [future.done() for future in started].count(False) <= 1)
        return finish(started, 0)

    monkeypatch.setattr(fanout, "finish", finish_early)
    return allowed
