import signal
import sys

import pytest
from django.core.management.base import CommandError

from portal.demo.processes import Children
from tests.demo.demo_process import RUNNING, free_port, listens, wait_until

# Newer Pythons warn of any fork beside threads, and other tests' threads may still be there.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")

LISTENER = "import socket, time; s = socket.create_server(('127.0.0.1', {port})); time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + LISTENER


@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_without_a_fuss(start, folder, with_signal):
    demo = start(folder).wait_for(RUNNING)
    assert demo.end(with_signal) == 0
    assert demo.is_gone()
    assert demo.terminal().endswith("The demo has stopped.\n")
    assert "Traceback" not in demo.terminal()


def test_it_stops_in_the_middle_of_its_start(start, tmp_path):
    demo = start(tmp_path).wait_for("Starting the demo")
    assert demo.end() == 0
    assert demo.is_gone()
    assert "Traceback" not in demo.terminal()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells a child that its parent has died.")
def test_nothing_outlives_a_demo_that_was_killed(start, folder):
    demo = start(folder).wait_for(RUNNING)
    demo.end(signal.SIGKILL)
    assert wait_until(demo.is_gone)


def test_when_one_child_dies_the_reason_is_told_and_the_other_stops():
    port = free_port()
    with Children() as children:
        children.start("survivor", ["-c", LISTENER.format(port=port)], {})
        assert wait_until(lambda: listens(port))
        children.start("victim", ["-c", "raise SystemExit(3)"], {})
        with pytest.raises(CommandError, match=r"The victim has stopped \(exit status 3\)"):
            children.watch()
    assert not listens(port)


def test_a_child_that_does_not_want_to_stop_is_made_to(monkeypatch):
    monkeypatch.setattr("portal.demo.processes.STOP_SECONDS", 0.2)
    port = free_port()
    with Children() as children:
        children.start("mule", ["-c", STUBBORN.format(port=port)], {})
        assert wait_until(lambda: listens(port))
    assert not listens(port)
