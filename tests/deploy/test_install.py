"""docs/operations.md, "On machines with systemd", followed to the letter in an empty folder instead of a machine's."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.cluster import answer_of
from tests.cluster.program import Program
from tests.deploy.files import PROJECT
from tests.support.patience import await_true
from tests.support.proxy import free_port

pytestmark = [pytest.mark.slow, pytest.mark.proof]

PAGE = (PROJECT / "docs/operations.md").read_text()
SECTION = PAGE.split("### On machines with systemd")[1].split("\n### ")[0]
STEPS = re.findall(r"^```sh\n(.*?)^```$", SECTION, re.M | re.S)
# What only a whole machine has. Each notes how it was called.
STAND_INS = ("systemctl", "systemd-sysusers", "chown", "nginx")
# `portal-manage` changes to the portal's user, which is not here.
SETPRIV = '#!/bin/sh\nwhile [ "${1#--}" != "$1" ]; do shift; done\nexec "$@"\n'
FOLDERS = re.compile(r"(?<![\w.])/(opt|etc|usr/lib/sysusers\.d|usr/local/bin)\b")


@pytest.fixture(scope="module")
def machine(tmp_path_factory) -> Path:
    """An empty folder with the release as it is downloaded, and what stands in for the machine's programs."""
    root = tmp_path_factory.mktemp("machine")
    for folder in (
        "usr/lib/sysusers.d",
        "usr/local/bin",
        "etc/systemd/system",
        "etc/nginx/conf.d",
        "stand-ins",
    ):
        (root / folder).mkdir(parents=True)
    for name in STAND_INS:
        _write(root / "stand-ins" / name, f'#!/bin/sh\necho {name} "$@" >> {root}/called\n')
    _write(root / "stand-ins/setpriv", SETPRIV)
    with tarfile.open(root / "securebox-portal-1.0.0.tar.gz", "w:gz") as archive:
        for path in _released_files():
            archive.add(PROJECT / path, f"securebox-portal-1.0.0/{path}")
    return root


@pytest.fixture(scope="module")
def installed(machine) -> Iterator[Path]:
    """After all steps. Between the second and the third, the settings are filled in."""
    for number, step in enumerate(STEPS, start=1):
        run = subprocess.run(  # noqa: S603  The page's own commands.
            ["/bin/bash", "-euc", FOLDERS.sub(lambda found: f"{machine}/{found[1]}", step)],
            cwd=machine,
            env=_environment(machine),
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, f"Step {number}: {run.stdout}{run.stderr}"
        if number == 2:
            _move_into(machine)
            _fill_in(machine)
    return machine


def test_the_page_has_its_steps():
    assert len(STEPS) == 6


def test_each_program_of_the_machine_is_asked_for_what_it_should_do(installed):
    called = (installed / "called").read_text().splitlines()
    units = {word for line in called if line.startswith("systemctl enable") for word in line.split()[3:]}
    files = {re.sub(r"@\w+", "@", unit) + ("" if "." in unit else ".service") for unit in units}
    assert (
        files - {"portal@.socket", "portal@.service", "portal-deliver@.service", "portal-tidy.timer"} == set()
    )
    assert all((installed / "etc/systemd/system" / name).exists() for name in files)
    assert "nginx -t" in called and "systemctl reload nginx" in called
    assert "mail.example.com" not in (installed / "etc/nginx/conf.d/portal.conf").read_text()


def test_the_settings_are_not_for_everybody_s_eyes(installed):
    assert (installed / "etc/portal/portal.env").stat().st_mode & 0o777 == 0o640


def test_what_was_installed_serves_pages_delivers_and_tidies(installed):
    port = free_port()
    command = [*_exec_start(installed, "portal@.service"), "--bind", f"127.0.0.1:{port}"]
    environment = _environment(installed) | {"ENV_FILE": f"{installed}/etc/portal/portal.env"}
    folder = installed / "opt/portal/current"
    portal = Program(
        command, environment, installed / "portal.log", lambda: answer_of(port, "/readyz"), folder
    )
    portal.start()
    try:
        assert await_true(
            lambda: answer_of(port, "/readyz") == 200
        )  # A busy database may take too long at first.
    finally:
        portal.stop()
    for arguments in (["deliver"], ["tidy"], ["migrate", "--check"]):
        command = [f"{installed}/usr/local/bin/portal-manage", *arguments]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603  Ours.


def _released_files() -> list[str]:
    git = str(shutil.which("git"))
    command = [git, "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)  # noqa: S603  Ours.
    return [path for path in listed.stdout.splitlines() if (PROJECT / path).is_file()]


def _environment(machine: Path) -> dict[str, str]:
    # The Python that runs the tests is the machine's.
    paths = [
        f"{machine}/stand-ins",
        f"{machine}/usr/local/bin",
        str(Path(sys.executable).parent),
        os.environ["PATH"],
    ]
    return {"PATH": ":".join(paths), "HOME": str(machine)}


def _move_into(machine: Path) -> None:
    """What was copied names the folders of a real machine."""
    for folder in ("etc/systemd/system", "usr/local/bin"):
        for path in (machine / folder).iterdir():
            path.write_text(FOLDERS.sub(lambda found: f"{machine}/{found[1]}", path.read_text()))


def _fill_in(machine: Path) -> None:
    values = {
        "SECRET_KEY": "a-key-of-sixty-characters-for-an-installation-that-is-a-test",
        "FIELD_ENCRYPTION_KEYS": "a-key-for-tests-that-encrypts-no-mail-here0=",
        "SECUREMAIL_API_KEY": "a-key-for-tests",
        "DATABASE_URL": f"sqlite:///{machine}/portal.sqlite3",
        "CACHE_URL": "locmemcache://",
        "EMAIL_URL": "smtp://localhost:25",
        "SECURE_PROXY_HEADER": "X-Forwarded-Proto",
        "TRUSTED_PROXY_COUNT": "1",
    }
    path = machine / "etc/portal/portal.env"
    text = path.read_text()
    for name, value in values.items():
        text, found = re.subn(rf"^(?:# )?{name}=.*$", f"{name}={value}", text, count=1, flags=re.M)
        assert found, f"The example no longer has {name}"
    path.write_text(text)


def _exec_start(machine: Path, unit: str) -> list[str]:
    (line,) = re.findall(r"^ExecStart=(.+)$", (machine / "etc/systemd/system" / unit).read_text(), re.M)
    return str(line).split()


def _write(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)
