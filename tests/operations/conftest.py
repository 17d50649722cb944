from concurrent.futures import Future
from contextlib import nullcontext

import pytest

from portal.operations import samples


class AtOnce:
    """In place of a thread, which would not see the rows of a test's transaction."""

    def submit(self, run) -> Future:
        future = Future()
        future.set_result(run())
        return future


@pytest.fixture(autouse=True)
def _look_up_at_once(monkeypatch):
    monkeypatch.setattr(samples, "_pool", AtOnce())
    monkeypatch.setattr(samples, "brief_connection", lambda _seconds: nullcontext())
    samples.forget()
    yield
    samples.forget()
