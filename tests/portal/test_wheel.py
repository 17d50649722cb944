"""The wheel that `pip wheel .` builds holds the whole portal, and an installed one runs in an empty folder."""

import os
import re
import socket
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest

import portal
from portal import style_sheets
from tests.support.patience import await_true

pytestmark = [pytest.mark.slow, pytest.mark.proof]

PROJECT = Path(__file__).resolve().parents[2]
SETTINGS = """
SECRET_KEY=a-key-for-tests-that-signs-nothing-anybody-needs-to-trust
FIELD_ENCRYPTION_KEYS=a-key-for-tests-that-encrypts-no-mail-here0=
SECUREMAIL_API_URL=http://127.0.0.1:9/nexus/v3
SECUREMAIL_API_KEY=key-for-tests
"""


def run(*command: str | Path, cwd: Path) -> str:
    """Its output, with nothing of the tests' own settings."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(cwd)}
    done = subprocess.run(  # noqa: S603  A command of our own.
        [*map(str, command)], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def tracked(*folders: str) -> list[str]:
    listed = run("git", "ls-files", "--cached", "--others", "--exclude-standard", *folders, cwd=PROJECT)
    return [name for name in listed.splitlines() if (PROJECT / name).is_file()]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Built from a copy: setuptools leaves files behind, and would pack those of an earlier build."""
    copy, built = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("wheel")
    for name in tracked():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        copyfile(PROJECT / name, copy / name)
    options = ["--no-deps", "--no-build-isolation", "--disable-pip-version-check", "--wheel-dir", built]
    run(sys.executable, "-m", "pip", "wheel", *options, ".", cwd=copy)
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The folder of programs of an environment with the wheel, and with the packages of this one."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    ours = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "the-packages-of-the-tests.pth").write_text("\n".join(ours))
    python = folder / "bin" / "python"
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--no-deps",
        "--no-index",
        wheel,
        cwd=folder,
    )
    return folder / "bin"


@pytest.fixture
def empty(tmp_path) -> Path:
    """A folder with nothing but an `.env`."""
    (tmp_path / ".env").write_text(SETTINGS)
    return tmp_path


@pytest.fixture
def served(installed, empty) -> Iterator[str]:
    """The address of a portal that runs from the wheel, behind gunicorn."""
    portal_command = installed / "securebox-portal"
    run(portal_command, "check", cwd=empty)
    run(portal_command, "migrate", cwd=empty)
    run(portal_command, "collectstatic", "--no-input", cwd=empty)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        command = [installed / "python", "-m", "gunicorn", "--config", "python:portal.gunicorn.config"]
        command += ["--bind", f"fd://{listener.fileno()}", "portal.wsgi"]
        process = subprocess.Popen(  # noqa: S603  A command of our own.
            [*map(str, command)], cwd=empty, env={"PATH": os.environ["PATH"]}, pass_fds=[listener.fileno()]
        )
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        yield address
    finally:
        process.terminate()
        process.wait(60)


def fetch(address: str) -> str:
    with urllib.request.urlopen(address, timeout=60) as response:
        return response.read().decode()


def test_it_holds_every_file_of_the_packages_and_all_templates_and_static_files(wheel):
    packed = {"templates": "portal/packed/templates", "static": "portal/packed/static"}
    expected = set(tracked("portal", "inbox"))
    for folder, place in packed.items():
        expected |= {name.replace(folder, place, 1) for name in tracked(folder)}
    held = set(zipfile.ZipFile(wheel).namelist())
    assert {name for name in held if ".dist-info/" not in name} == expected
    assert wheel.name.startswith(f"securebox_portal-{portal.__version__}-")


def test_an_installed_one_shows_its_pages_with_their_style(served):
    page = fetch(f"{served}/accounts/login/")
    (style,) = re.findall(r'href="(/static/css/portal\.[0-9a-f]{12}\.css)"', page)
    sheet = (PROJECT / "static/css/portal.css").read_text()
    theme = (PROJECT / "static/brand/theme.css").read_text()
    assert fetch(served + style) == style_sheets.shorten(style_sheets.with_theme(sheet, theme))
    assert "customElements" in fetch(f"{served}/embed/v1.js")


def test_an_installed_one_says_which_processes_run(installed, empty, served):
    assert fetch(f"{served}/healthz") == "ok"
    assert await_true(lambda: "pages on " in run(installed / "securebox-portal", "keys", cwd=empty))


def test_an_installed_one_keeps_its_data_in_the_folder_where_it_runs(installed, empty):
    run(installed / "securebox-portal", "migrate", cwd=empty)
    assert (empty / "portal.sqlite3").exists()
    assert "portal.sqlite3" not in {path.name for path in installed.parent.rglob("*")}


def test_an_installed_one_has_the_sandbox(installed, empty):
    command = [str(installed / "securebox-portal"), "sandbox", "--port", "0"]
    with subprocess.Popen(command, cwd=empty, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  A command of our own.
        address = process.stdout.readline().split()[-1].removesuffix("/nexus/v3")
        assert re.search(r'href="/static/sandbox/desk\.css', fetch(f"{address}/desk/"))
        assert fetch(f"{address}/static/sandbox/desk.css")
        process.terminate()
