import pytest
from django.core.management.base import CommandError

from portal.demo.processes import Children
from tests.demo.demo_process import free_port, listens
from tests.support.patience import await_true

# Newer versions of Python warn about a fork while threads run, and threads of other tests may still run.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")

LISTENER = "import socket, time; s = socket.create_server(('127.0.0.1', {port})); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + LISTENER


def test_when_one_child_ends_its_status_is_reported_and_the_others_stop():
    port = free_port()
    with Children() as children:
        children.start("survivor", ["-c", LISTENER.format(port=port)], {})
        assert await_true(lambda: listens(port))
        children.start("victim", ["-c", "raise SystemExit(3)"], {})
        with pytest.raises(CommandError, match=r"The victim has stopped \(exit status 3\)"):
            children.watch()
    assert not listens(port)


def test_a_child_that_ignores_sigterm_is_killed(monkeypatch):
    monkeypatch.setattr("portal.demo.processes.STOP_SECONDS", 0.2)
    port = free_port()
    with Children() as children:
        children.start("mule", ["-c", STUBBORN.format(port=port)], {})
        assert await_true(lambda: listens(port))
    assert not listens(port)
