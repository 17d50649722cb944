import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.demo.demo_process import RUNNING, Demo


@pytest.fixture(scope="session")
def left_behind(tmp_path_factory) -> Path:
    """The data of a demo that has run once and was ended with Ctrl-C."""
    first = Demo(tmp_path_factory.mktemp("first")).wait_for(RUNNING)
    assert first.end() == 0
    return first.folder


@pytest.fixture(scope="session")
def demo(left_behind, tmp_path_factory) -> Iterator[Demo]:
    """A running demo. Tests that change or stop it start their own."""
    running = Demo(shutil.copytree(left_behind, tmp_path_factory.mktemp("running") / "demo"))
    yield running.wait_for(RUNNING)
    running.end()


@pytest.fixture
def folder(left_behind, tmp_path) -> Path:
    """A copy of a demo's data, which a test may change. Starting on it is much faster than a first start."""
    return shutil.copytree(left_behind, tmp_path / "demo")


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
