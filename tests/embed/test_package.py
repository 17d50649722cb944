"""The npm package around the website's script, as the portal gives it. tests/browser/embed uses it in frameworks."""

import io
import json
import re
import tarfile

import pytest
from django.conf import settings

import portal
from portal.embed.views.package import PACKAGE
from portal.embed.views.script import PAGES, SCRIPT, read

MANIFEST = json.loads((PACKAGE / "package.json").read_text())
ELEMENTS = (PACKAGE / "elements.d.ts").read_text()


@pytest.fixture(autouse=True)
def _database(db) -> None:
    """A health check of the start may look at it; the package itself does not."""


def test_the_portal_gives_it_to_everyone_as_npm_takes_it(client, alice_client):
    response = client.get("/embed/package.tgz", headers={"Accept-Encoding": "gzip, br"})
    assert response["Content-Type"] == "application/gzip"
    assert "Content-Encoding" not in response
    assert response.content == alice_client.get("/embed/package.tgz").content
    with tarfile.open(fileobj=io.BytesIO(response.content)) as archive:
        assert set(archive.getnames()) == {f"package/{path.name}" for path in PACKAGE.iterdir()}
        manifest = archive.extractfile("package/package.json")
        assert manifest and json.loads(manifest.read()) == MANIFEST


def test_its_version_is_that_of_the_portal_whose_script_it_needs():
    assert MANIFEST["version"] == portal.__version__


def test_it_exports_only_what_it_holds_and_needs_no_other_package():
    targets = [
        target
        for entry in MANIFEST["exports"].values()
        if isinstance(entry, dict)
        for target in entry.values()
    ]
    assert [target for target in targets if not (PACKAGE / target).is_file()] == []
    assert "dependencies" not in MANIFEST
    assert MANIFEST["peerDependenciesMeta"].keys() == MANIFEST["peerDependencies"].keys()


def test_it_asks_the_script_for_the_calls_of_its_types():
    asked = re.search(r"^const CALLS = \[(.+)\];$", (PACKAGE / "load.js").read_text(), re.MULTILINE)
    interface = re.search(
        r"^export interface SecureInboxApi \{$(.+?)^\}$", (PACKAGE / "v1.d.ts").read_text(), re.M | re.S
    )
    assert asked and interface
    typed = set(re.findall(r"^  (\w+)[(<]", interface[1], re.MULTILINE))
    assert set(re.findall(r'"(\w+)"', asked[1])) == typed - {"push"}


def test_its_types_have_the_attributes_that_the_elements_document():
    types = (PACKAGE / "v1.d.ts").read_text()
    comments = re.findall(
        r"/\*\*((?:(?!\*/).)*)\*/\nexport interface \w+ extends HTMLElement", types, re.DOTALL
    )
    documented = {name for text in comments for name in re.findall(r"`([\w-]+)`", text)}
    assert len(comments) == 3
    assert set(re.findall(r'^  "?([\w-]+)"?\?:', ELEMENTS, re.MULTILINE)) == documented


def test_the_docs_name_the_sizes_of_the_script():
    text = (settings.BASE_DIR / "docs" / "embedding.md").read_text()
    named = re.search(
        r"one file of (\d+) kB.+?second part of the script, (\d+) kB or (\d+) kB with gzip", text, re.DOTALL
    )
    assert named
    first, pages = read(SCRIPT), read(PAGES)
    sizes = [len(first.plain), len(pages.plain), len(pages.encoded["gzip"])]
    assert sizes == pytest.approx([1000 * int(number) for number in named.groups()], abs=1000)
