"""The image holds what the portal needs, none of the project's secrets, and runs without root."""

import re
import tomllib

from portal.gunicorn import config as gunicorn_config
from tests.deploy.files import DOCKERFILE, PROJECT

IGNORED = (PROJECT / ".dockerignore").read_text().split("\n")
STAGES = re.split(r"^FROM ", DOCKERFILE, flags=re.M)[1:]


def test_nothing_gets_in_but_what_is_named():
    """So that no .env, key, database or test does, whatever lies in the folder."""
    rules = [line for line in IGNORED if line and not line.startswith("#")]
    assert rules[0] == "*"
    taken = {rule.removeprefix("!") for rule in rules if rule.startswith("!")}
    assert taken == {"requirements/base.txt", "manage.py", "inbox", "portal", "static", "templates"}
    assert all((PROJECT / path).exists() for path in taken)


def test_packages_are_the_locked_ones_with_their_hashes():
    assert "--require-hashes --only-binary :all: -r /tmp/requirements.txt" in STAGES[0]
    assert "COPY requirements/base.txt /tmp/requirements.txt" in STAGES[0]


def test_it_runs_as_a_user_without_rights_whom_kubernetes_can_tell_from_root():
    assert re.findall(r"^USER (.+)$", STAGES[-1], re.M) == ["10001:10001"]


def test_it_has_nothing_that_builds():
    """What is installed comes from the stage before, which is thrown away."""
    assert len(STAGES) == 2
    assert not re.search(r"\b(apt-get|pip|gcc|curl|ADD)\b", STAGES[-1])


def test_its_python_is_one_that_the_portal_runs_on():
    (version,) = re.findall(r"^ARG BASE=python:(\d+)\.(\d+)-slim-\w+$", DOCKERFILE, re.M)
    needed = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert tuple(map(int, version)) >= tuple(map(int, needed.removeprefix(">=").split(".")))


def test_it_knows_whether_it_is_well_and_says_how_long_it_takes_to_end():
    assert "HEALTHCHECK" in STAGES[-1] and "/healthz" in STAGES[-1]
    assert f"for up to {gunicorn_config.graceful_timeout} seconds" in STAGES[-1]
