import threading

import pytest

from tests.support.patience import MINUTE


@pytest.fixture
def over():
    """Ends the calls in progress, at the end of the test at the latest."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def patient(settings):
    """Calls hang until a test ends them: on a busy machine, all that is to happen meanwhile may take long."""
    settings.SECUREMAIL_READ_TIMEOUT = settings.SECUREMAIL_DEADLINE = MINUTE
