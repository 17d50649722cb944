import signal
import sys

import pytest
from django.core.management.base import CommandError

from portal.demo.processes import Children
from tests.demo.demo_process import RUNNING, free_port, listens, wait_until

# Newer versions of Python warn about a fork while threads run, and threads of other tests may still run.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")

LISTENER = "import socket, time; s = socket.create_server(('127.0.0.1', {port})); time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + LISTENER


@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_cleanly(start, folder, with_signal):
    demo = start(folder).wait_for(RUNNING)
    assert demo.end(with_signal) == 0
    assert demo.is_gone()
    assert demo.terminal().endswith("The demo has stopped.\n")
    assert "Traceback" not in demo.terminal()


def test_a_signal_stops_it_while_it_starts(start, tmp_path):
    demo = start(tmp_path).wait_for("Starting the demo")
    assert demo.end() == 0
    assert demo.is_gone()
    assert "Traceback" not in demo.terminal()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells a child that its parent has died.")
def test_no_child_survives_a_killed_demo(start, folder):
    demo = start(folder).wait_for(RUNNING)
    demo.end(signal.SIGKILL)
    assert wait_until(demo.is_gone)


def test_when_one_child_ends_its_status_is_reported_and_the_others_stop():
    port = free_port()
    with Children() as children:
        children.start("survivor", ["-c", LISTENER.format(port=port)], {})
        assert wait_until(lambda: listens(port))
        children.start("victim", ["-c", "raise SystemExit(3)"], {})
        with pytest.raises(CommandError, match=r"The victim has stopped \(exit status 3\)"):
            children.watch()
    assert not listens(port)


def test_a_child_that_ignores_sigterm_is_killed(monkeypatch):
    monkeypatch.setattr("portal.demo.processes.STOP_SECONDS", 0.2)
    port = free_port()
    with Children() as children:
        children.start("mule", ["-c", STUBBORN.format(port=port)], {})
        assert wait_until(lambda: listens(port))
    assert not listens(port)
