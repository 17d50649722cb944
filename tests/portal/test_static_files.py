"""Static files as production serves them: under names that change with their content."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import FileSystemStorage

from portal.staticfiles import HashedStaticFilesStorage

ROOT = Path(settings.STATIC_ROOT)
IMPORT = re.compile(r'(?:from |import\(|^import )"(\.[^"]+)"', re.MULTILINE)
FILE = re.compile(r'(?:href|src)="/static/([^"]+)"')
HASHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
ENTRIES = ["account", "connector", "frame", "portal", "refused"]
MOST_FILES, MOST_BYTES = 5, 12_000  # Of the sign-in page, with the page itself, compressed.


def imports(name: str) -> set[str]:
    """A script under its hashed name, and all that it loads at its start, by their paths in STATIC_ROOT."""
    found, text = {name}, (ROOT / name).read_text()
    for imported in re.findall(r'from "(\.[^"]+)"', text):
        found |= imports(str(((ROOT / name).parent / imported).resolve().relative_to(ROOT.resolve())))
    return found


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_script_is_one_file_that_loads_others_by_their_hashed_names(entry):
    name = staticfiles_storage.stored_name(f"js/{entry}.js")
    assert imports(name) == {name}
    for imported in IMPORT.findall((ROOT / name).read_text()):
        assert HASHED.search(imported) and ((ROOT / name).parent / imported).exists()


def test_a_script_is_joined_again_when_files_are_collected_again(tmp_path):
    storage = HashedStaticFilesStorage(location=tmp_path, base_url="/static/")
    source = FileSystemStorage(settings.BASE_DIR / "static")
    for _ in range(2):
        list(storage.post_process({"js/portal.js": (source, "js/portal.js")}))
        (name,) = tmp_path.glob("js/portal.????????????.js")
        assert "followUnread" in name.read_text() and "import" not in name.read_text()


def test_browsers_keep_a_script_for_good(client, db):
    name = staticfiles_storage.stored_name("js/portal.js")
    response = client.get(f"/static/{name}")
    assert "immutable" in response["Cache-Control"]
    assert response["Content-Type"].startswith("text/javascript")
    response.close()


def test_the_sign_in_page_needs_few_and_small_files(client, db):
    """Most users see it with an empty cache, some of them on a phone with a poor connection."""
    page, files = load(client, "/accounts/login/")
    assert len(files) + 1 <= MOST_FILES
    assert len(page) + sum(map(compressed_size, files)) <= MOST_BYTES


def test_after_signing_in_a_page_needs_one_file_more(alice_client, client):
    """The script of all pages of a signed-in user, whichever page comes first."""
    known = load(client, "/accounts/login/")[1]
    for address in ("/", "/inbox/claims/", "/inbox/claims/compose/"):
        (name,) = load(alice_client, address)[1] - known
        assert name == staticfiles_storage.stored_name("js/portal.js")


def load(client, address: str) -> tuple[bytes, set[str]]:
    """A page, compressed, and all the files that it loads."""
    page = client.get(address, headers={"Accept-Encoding": "gzip"}).content
    text = gzip.decompress(page) if page.startswith(b"\x1f\x8b") else page
    return page, {name for found in FILE.findall(text.decode()) for name in imports_of(found)}


def imports_of(name: str) -> set[str]:
    return imports(name) if name.endswith(".js") else {name}


def compressed_size(name: str) -> int:
    compressed = ROOT / f"{name}.gz"
    return (compressed if compressed.exists() else ROOT / name).stat().st_size
