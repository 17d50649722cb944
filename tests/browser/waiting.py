"""Waiting for a browser, and no longer than is of use."""

import asyncio
from collections.abc import Callable

from playwright.sync_api import Browser, Page

# Seconds. Twice this time, and twice over, as a test that fails is run once more, is less than the faulthandler_timeout
# of pytest. That one would end the process, and print no line of the test, whose stack is in a greenlet of its own.
HANGS = 150.0


def wait_on(page: Page, condition: Callable[[], object], what: str) -> None:
    """Let the page go on until the condition is true, which it causes outside itself.

    Fails, with `what` it waited for, after more than a minute.
    """
    for _ in range(6000):
        if condition():
            return
        page.wait_for_timeout(10)
    raise AssertionError(f"This never came: {what}")


def end_calls_that_hang(browser: Browser, seconds: float = HANGS) -> Callable[[], None]:
    """From now on, until what is returned is called: a call raises CancelledError after twice this time at the latest.

    Many calls of Playwright, such as `evaluate`, have no deadline of their own.
    """
    loop = browser._loop  # There is no other way to it.
    timer: asyncio.TimerHandle

    def look(before: set[asyncio.Task[object]]) -> None:
        nonlocal timer
        calls = {task for task in asyncio.all_tasks(loop) if hasattr(task, "__pw_caller_frame__")}
        for task in calls & before:
            task.cancel("The browser does not answer.")
        timer = loop.call_later(seconds, look, calls)

    look(set())
    return lambda: timer.cancel()
