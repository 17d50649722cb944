"""What tells a program to end, set by a signal."""

import signal
import sys
from itertools import count
from threading import Thread, main_thread
from types import FrameType
from typing import Any

from portal.stopping import Stop
from tests.support.patience import a_minute_at_most


def on_signal(stop: Stop) -> None:
    signal.signal(signal.SIGUSR1, lambda *_: stop.set())


def signalled_at(step: int, stop: Stop) -> bool:
    """Have the signal come at this instruction of `wait` and what it calls. False if it has fewer of them."""
    left, before = step, sys.gettrace()

    def look(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal left
        frame.f_trace_opcodes = True
        if event == "opcode":
            left -= 1
            if left == 0:
                signal.raise_signal(signal.SIGUSR1)
        return look

    sys.settrace(look)
    try:
        stop.wait(0.001)
    finally:
        sys.settrace(before)
    return left <= 0


def test_a_signal_may_set_it_at_any_moment_of_waiting():
    """An Event of `threading` would wait for itself, for ever."""
    before = signal.getsignal(signal.SIGUSR1)
    with a_minute_at_most():
        for step in count(1):
            on_signal(stop := Stop())
            if not signalled_at(step, stop):
                break
            assert stop.is_set() and stop.wait(60)
    signal.signal(signal.SIGUSR1, before)
    assert step > 10


def test_a_signal_ends_the_waiting():
    before = signal.getsignal(signal.SIGUSR1)
    on_signal(stop := Stop())
    with a_minute_at_most():
        Thread(target=signal.pthread_kill, args=(main_thread().ident, signal.SIGUSR1)).start()
        assert stop.wait(600)
    signal.signal(signal.SIGUSR1, before)


def test_it_is_told_to_everyone_who_waits_and_to_who_comes_later():
    stop, told = Stop(), []
    threads = [Thread(target=lambda: told.append(stop.wait(60))) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert not stop.wait(0.01) and not stop.is_set()
    stop.set()
    for thread in threads:
        thread.join(60)
    assert told == [True] * 3 and stop.wait(0)
