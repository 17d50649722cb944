"""The units are valid, and systemd itself finds little that they expose."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from portal.gunicorn import config as gunicorn_config
from tests.deploy.files import SYSTEMD, settings_names

UNITS = sorted(
    path.name for path in SYSTEMD.glob("portal*.*") if path.suffix in (".service", ".socket", ".timer")
)
SERVICES = [name for name in UNITS if name.endswith(".service")]
EXPOSURE = 20  # Tenths of the ten points of `systemd-analyze security`: "ok" begins at 5.0, "medium" at 6.7.
needs_systemd = pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="systemd is not on this machine"
)
every_service = pytest.mark.parametrize("name", SERVICES)


def unit(name: str) -> configparser.ConfigParser:
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # Names are in capitals.
    parser.read(SYSTEMD / name)
    return parser


def instance(name: str) -> str:
    return name.replace("@.", "@8001.")


@pytest.fixture
def installed(tmp_path) -> Path:
    """The units as on a machine: their programs are there, and are named by their paths here."""
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for name in UNITS:
        text = re.sub(r"/opt/portal/current/\S+", str(program), (SYSTEMD / name).read_text())
        (tmp_path / instance(name)).write_text(text)
    return tmp_path


def analyse(*arguments: str) -> str:
    run = subprocess.run(  # noqa: S603  A command of our own.
        [str(shutil.which("systemd-analyze")), *arguments], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stderr


@needs_systemd
def test_systemd_understands_each_unit(installed):
    said = analyse("verify", "--man=no", *(str(installed / instance(name)) for name in UNITS))
    assert [line for line in said.splitlines() if str(installed) in line or "portal" in line] == []


@needs_systemd
@every_service
def test_a_service_exposes_little(installed, name):
    analyse("security", "--offline=true", f"--threshold={EXPOSURE}", str(installed / instance(name)))


@every_service
def test_a_service_reads_its_settings_from_the_file_and_starts_what_is_installed(name):
    service = unit(name)["Service"]
    variables = dict(pair.split("=", 1) for pair in service["Environment"].split())
    assert variables["ENV_FILE"] == "/etc/portal/portal.env" and set(variables) <= settings_names()
    assert service["ExecStart"].startswith("/opt/portal/current/.venv/bin/")
    assert service["User"] == "portal" and service["MemoryMax"] and service["TasksMax"]


def test_gunicorn_is_given_the_time_that_it_takes_to_end():
    assert int(unit("portal@.service")["Service"]["TimeoutStopSec"]) > gunicorn_config.graceful_timeout


def test_an_instance_keeps_its_socket_while_it_restarts():
    """Requests then wait in the socket's queue, instead of being refused."""
    assert unit("portal@.service")["Unit"]["Requires"] == "portal@%i.socket"
    assert unit("portal@.socket")["Socket"]["ListenStream"] == "127.0.0.1:%i"
    assert "--bind" not in unit("portal@.service")["Service"]["ExecStart"]


def test_what_is_used_up_comes_back():
    assert unit("portal@.service")["Service"]["Restart"] == "on-failure"
    assert unit("portal-deliver@.service")["Service"]["Restart"] == "always"
