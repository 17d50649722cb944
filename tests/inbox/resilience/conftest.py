import threading

import pytest


@pytest.fixture
def over():
    """Ends the calls in progress, at the end of the test at the latest."""
    event = threading.Event()
    yield event
    event.set()
