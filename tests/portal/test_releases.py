"""The version stands in one place, and every release says what an upgrade to it asks of operators."""

import re
import tomllib
from pathlib import Path

import pytest

import portal

PROJECT = Path(__file__).resolve().parents[2]
CHANGELOG = (PROJECT / "CHANGELOG.md").read_text()
SECTIONS = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n)*)", CHANGELOG, re.M))
RELEASES = [title for title in SECTIONS if title != "Unreleased"]


def test_the_newest_release_of_the_changelog_is_the_version():
    assert RELEASES[0].partition(" - ")[0] == portal.__version__
    assert list(SECTIONS) in (RELEASES, ["Unreleased", *RELEASES])


@pytest.mark.parametrize("title", RELEASES)
def test_a_release_has_a_number_a_date_and_says_how_to_upgrade(title):
    assert re.fullmatch(r"\d+\.\d+\.\d+ - \d{4}-\d{2}-\d{2}", title)
    (note,) = re.findall(r"^### Upgrading\n((?:(?!###).*\n)*)", SECTIONS[title], re.M)
    assert [word for word in ("side by side", "igrations", "order") if word not in note] == []


def test_the_version_stands_in_one_place():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    assert "version" not in project and project["dynamic"] == ["version"]
    sources = (path for folder in ("inbox", "portal") for path in (PROJECT / folder).rglob("*.py"))
    naming = [path.name for path in sources if f'"{portal.__version__}"' in path.read_text()]
    assert naming == ["__init__.py"]


def test_the_page_on_releases_builds_the_wheel_of_this_version():
    page = (PROJECT / "docs/releases.md").read_text()
    assert f"securebox_portal-{portal.__version__}-py3-none-any.whl" in page
