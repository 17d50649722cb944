"""A browser that does not answer fails a test, and the next one finds it well."""

from asyncio import CancelledError

import pytest

from tests.browser import waiting


@pytest.fixture
def plain(browser):
    with browser.new_context() as context:
        yield context.new_page()


def test_a_call_that_never_ends_is_ended_and_no_other(browser, plain):
    stop = waiting.end_calls_that_hang(browser, 0.5)
    with pytest.raises(CancelledError, match="does not answer"):
        plain.evaluate("new Promise(() => {})")
    for _ in range(40):
        plain.wait_for_timeout(50)
    stop()
    assert plain.evaluate("1 + 1") == 2


def test_what_never_comes_is_named(plain, monkeypatch):
    monkeypatch.setattr(type(plain), "wait_for_timeout", lambda *_: None)
    with pytest.raises(AssertionError, match="This never came: rain"):
        waiting.wait_on(plain, lambda: False, "rain")
