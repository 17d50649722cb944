import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import OpenerDirector

import pytest

from portal.demo.cast import ANNA
from tests.demo.demo_process import RUNNING, Demo
from tests.demo.website_visitor import Visitor

# What the shell of someone who runs a real portal may hold, beyond tests.demo.demo_process.FOREIGN.
REAL_PORTAL = {"DJANGO_SETTINGS_MODULE": "portal.settings", "ENV_FILE": "", "SECRET_KEY": "s" * 50}


@dataclass(frozen=True)
class EndedDemo:
    """A demo that ran and was ended with Ctrl-C: its mail, and two clients that signed in as Anna."""

    demo: Demo
    real_database: Path
    messages: list[dict[str, Any]]
    portal_client: OpenerDirector
    website_client: Visitor

    @property
    def folder(self) -> Path:
        return self.demo.folder


@pytest.fixture(scope="session")
def ended(tmp_path_factory) -> EndedDemo:
    folder = tmp_path_factory.mktemp("first")
    real_database = folder / "real.sqlite3"
    demo = Demo(folder, DATABASE_URL=f"sqlite:///{real_database}", **REAL_PORTAL).wait_for(RUNNING)
    portal_client = demo.sign_in(ANNA.address, ANNA.password)
    website_client = Visitor(f"http://127.0.0.1:{demo.site_port}")
    website_client.sign_in(ANNA)
    messages = demo.messages()
    assert demo.end() == 0
    return EndedDemo(demo, real_database, messages, portal_client, website_client)


@pytest.fixture(scope="session")
def demo(ended, tmp_path_factory) -> Iterator[Demo]:
    """A running demo, on the data of the ended one and other ports. Tests that change or end it start their own."""
    running = Demo(shutil.copytree(ended.folder, tmp_path_factory.mktemp("running") / "demo"))
    yield running.wait_for(RUNNING)
    assert running.end(signal.SIGTERM) == 0
    assert running.is_gone() and "Traceback" not in running.terminal()


@pytest.fixture
def folder(ended, tmp_path) -> Path:
    """A copy of a demo's data, which a test may change. Starting on it is much faster than a first start."""
    return shutil.copytree(ended.folder, tmp_path / "demo")


@pytest.fixture
def start() -> Iterator[Callable[..., Demo]]:
    """Start demos, with the arguments of `Demo`. Those that still run after the test are ended."""
    started: list[Demo] = []

    def start_one(*arguments, **options) -> Demo:
        started.append(Demo(*arguments, **options))
        return started[-1]

    yield start_one
    for each in started:
        each.end()
