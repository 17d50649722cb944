"""Metrics cost nothing while they are off, and no page while they are on."""

import os
import re
import subprocess
import sys
from unittest import mock

from portal import metrics
from portal.metrics.instruments import Instrument


def test_names_and_labels_follow_the_conventions_of_prometheus():
    for metric in Instrument.declared:
        assert re.fullmatch(r"securebox_[a-z_]+[a-z]", metric.name), metric.name
        assert not metric.name.endswith(("_total", "_count", "_sum", "_bucket", "_ms", "_minutes")), (
            metric.name
        )
        assert "_seconds" in metric.name or not isinstance(metric, metrics.Histogram), metric.name
        assert metric.description[0].isupper() and not metric.description.endswith("."), metric.name
        assert set(metric.labels) <= {
            *(
                "box",
                "direction",
                "kind",
                "limit",
                "method",
                "operation",
                "outcome",
                "program",
                "state",
                "view",
            ),
        }, metric.name
    names = [metric.name for metric in Instrument.declared]
    assert len(set(names)) == len(names)


def test_a_process_without_metrics_does_not_load_the_library():
    code = (
        "import sys; from portal import metrics;"
        "metrics.request_answered('home', 200, 0.1); sys.exit('prometheus_client' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603  Ours.


def test_what_is_counted_is_in_the_exposition(measured):
    metrics.request_answered("home", 200, 0.07)
    metrics.request_answered("home", 503, 0.3)
    metrics.request_answered("home", 429, 0.001)
    text = measured()
    assert 'securebox_http_requests_total{outcome="ok",view="home"} 1.0' in text
    assert 'securebox_http_requests_total{outcome="server_error",view="home"} 1.0' in text
    assert 'securebox_http_requests_total{outcome="limited",view="home"} 1.0' in text
    assert 'securebox_http_request_duration_seconds_bucket{le="0.1",view="home"} 2.0' in text


def test_a_place_is_held_for_as_long_as_the_call_lasts(measured):
    sample = 'securebox_upstream_calls_in_progress{box="Claims01",direction="reading"}'
    with metrics.PLACES_HELD.raised("Claims01", "reading"):
        assert f"{sample} 1.0" in measured()
    assert f"{sample} 0.0" in measured()


def test_a_file_that_cannot_be_written_ends_the_metrics_and_not_the_page(measured, caplog):
    with mock.patch.object(metrics.REQUESTS, "_series") as series:
        series.labels.side_effect = OSError("no space")
        metrics.request_answered("home", 200, 0.1)
    assert "their file cannot be written" in caplog.text
    metrics.request_answered("home", 200, 0.1)
    assert "home" not in measured()


COUNT = """
import os, signal
from portal import metrics
from portal.metrics import instruments
instruments.switch_on()
metrics.request_answered("home", 200, 0.1)
metrics.BREAKER_OPEN.set(1, "Claims01", "reading")
"""
DIE = "os.kill(os.getpid(), signal.SIGKILL)"
SHOW = """
while not input(): pass
print(instruments.exposition([]).decode())
"""


def python(code, folder):
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    command = [sys.executable, "-c", code]
    return subprocess.Popen(  # noqa: S603  Ours.
        command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def test_processes_of_one_machine_share_their_numbers_and_a_killed_one_holds_nothing(tmp_path):
    folder = tmp_path / "made" / "at the start"
    with python(COUNT + DIE, folder) as killed, python(COUNT + SHOW, folder) as alive:
        assert killed.wait() == -9
        text, _errors = alive.communicate("now\n")
    assert 'securebox_http_requests_total{outcome="ok",view="home"} 2.0' in text
    assert 'securebox_upstream_breaker_open{box="Claims01",direction="reading"} 1.0' in text


def test_a_file_that_a_full_disk_has_left_behind_hides_nothing_else(tmp_path):
    broken = (b"", b"\x10\0\0\0", b"\x40\0\0\0" + bytes(60) + b"junk" * 20)
    for number, content in enumerate(broken):
        (tmp_path / f"counter_{99_990 + number}.db").write_bytes(content)
    with python(COUNT + SHOW, tmp_path) as alive:
        text, _errors = alive.communicate("now\n")
    assert 'securebox_http_requests_total{outcome="ok",view="home"} 1.0' in text
