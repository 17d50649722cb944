"""The components of a running portal, and their licences."""

import re
from importlib import metadata
from pathlib import Path

import pytest

from tests.support.sbom import add_licences, canonical, licences, locked

PROJECT = Path(__file__).resolve().parents[2]
SPDX = r"[A-Za-z0-9.-]+( (AND|OR) [A-Za-z0-9.-]+)*"


def test_every_locked_component_has_a_known_licence():
    """Look a new one up in its distribution, and write it into requirements/licences.txt."""
    assert set(licences()) == locked()
    assert [name for name, licence in licences().items() if not re.fullmatch(SPDX, licence)] == []


def test_the_licences_are_those_that_the_installed_packages_state():
    stated = {}
    for distribution in metadata.distributions():
        name, expression = (
            canonical(distribution.metadata["Name"]),
            distribution.metadata.get("License-Expression"),
        )
        if expression and name in licences():
            stated[name] = expression
    assert len(stated) > 15 and stated.items() <= licences().items()


def test_the_page_for_reviewers_names_each_licence_that_asks_something_of_a_company():
    copyleft = {name for name, licence in licences().items() if re.search("GPL|MPL", licence)}
    section = (PROJECT / "docs/security.md").read_text().split("\n## Components")[1].split("\n## ")[0]
    assert set(re.findall(r"`([\w-]+)`", section)) & set(licences()) == copyleft


def test_a_component_without_a_licence_stops_the_list():
    with pytest.raises(KeyError):
        add_licences([{"name": "unheard-of"}])


def test_pages_bring_no_script_font_or_picture_of_others():
    """All files of pages are the project's own. A file of somebody else's belongs into the list of components."""
    kinds = {path.suffix for path in (PROJECT / "static").rglob("*") if path.is_file()}
    assert kinds == {".css", ".js", ".svg", ".ts"}
    text = "".join(path.read_text() for path in (PROJECT / "static").rglob("*.[cjst]*s"))
    assert not re.search(r"@license|SPDX|Copyright|@font-face", text, re.I)
