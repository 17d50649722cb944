"""Static files as production serves them: under names that change with their content, of two releases at once."""

import gzip
import os
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import FileSystemStorage
from django.http import HttpResponse
from django.test import RequestFactory

from portal import checks
from portal.staticfiles import HashedStaticFilesStorage, StaticFilesMiddleware

ROOT = Path(settings.STATIC_ROOT)
IMPORT = re.compile(r'(?:from |import\(|^import )"(\.[^"]+)"', re.MULTILINE)
FILE = re.compile(r'(?:href|src)="/static/([^"#]+)')
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
        assert "refreshunread" in name.read_text() and "import" not in name.read_text()


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


def test_after_signing_in_a_page_needs_three_files_more(alice_client, client):
    """Script, style sheet and icons of all pages of a signed-in user, whichever page comes first."""
    known = load(client, "/accounts/login/")[1]
    later = {staticfiles_storage.stored_name(name) for name in ("css/inbox.css", "icons.svg", "js/portal.js")}
    for address in ("/", "/inbox/claims/", "/inbox/claims/compose/"):
        assert load(alice_client, address)[1] - known == later


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


# --- Two releases ------------------------------------------------------------------------------------------


class Releases:
    """Collects the static files of one release after another into one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "collected"

    def collect(self, **files: str) -> HashedStaticFilesStorage:
        """Files of the release by their names without `css/` and `.css`."""
        source = FileSystemStorage(self.folder / f"source-{len(list(self.folder.iterdir()))}")
        storage = HashedStaticFilesStorage(location=self.root, base_url="/static/")
        paths = {}
        for name, text in files.items():
            path = Path(source.path(f"css/{name}.css"))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            (self.root / "css").mkdir(exist_ok=True)
            (self.root / f"css/{name}.css").write_text(text)  # As collectstatic does.
            paths[f"css/{name}.css"] = (source, f"css/{name}.css")
        list(storage.post_process(paths))
        return storage

    def start(self) -> StaticFilesMiddleware:
        """What a process serves that starts now."""
        return StaticFilesMiddleware(lambda _request: HttpResponse("no static file", status=404))

    def manifest(self) -> HashedStaticFilesStorage:
        """What a process knows that starts now."""
        return HashedStaticFilesStorage(location=self.root, base_url="/static/")


@pytest.fixture
def releases(tmp_path, settings, db) -> Releases:
    settings.STATIC_ROOT = str(tmp_path / "collected")
    (tmp_path / "collected").mkdir()
    return Releases(tmp_path)


def get(process: StaticFilesMiddleware, url: str) -> HttpResponse:
    request = RequestFactory().get("/")
    request.path_info = url
    response = process(request)
    response.content_read = b"".join(response)
    response.close()
    return response


def test_a_process_serves_what_a_newer_release_has_collected_since(releases):
    releases.collect(page="a{}")
    process = releases.start()
    url = releases.collect(page="b{}").url("css/page.css")
    for _ in range(2):
        response = get(process, url)
        assert (response.status_code, response.content_read) == (200, b"b{}")
        assert "immutable" in response["Cache-Control"] and response["Content-Type"].startswith("text/css")


def test_a_new_process_serves_the_files_of_the_former_release_for_good(releases):
    url = releases.collect(page="a{}").url("css/page.css")
    releases.collect(page="b{}")
    response = get(releases.start(), url)
    assert response.content_read == b"a{}" and "immutable" in response["Cache-Control"]


def test_a_process_that_lacks_a_style_sheet_of_another_release_gives_its_own_for_a_minute(releases):
    releases.collect(page="a{}")
    process = releases.start()
    files = len(process.files)
    response = get(process, "/static/css/page.0123456789ab.css")
    assert response.content_read == b"a{}" and response["Cache-Control"] == "max-age=60, public"
    assert len(process.files) == files


@pytest.mark.parametrize("name", ["css/page.0123456789ab.js", "css/page.0123456789ab.css.gz"])
def test_no_script_stands_for_another(releases, name):
    releases.collect(page="a{}")
    (releases.root / "css/page.js").write_text("")
    assert get(releases.start(), f"/static/{name}").status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "css/new.css",
        "css/missing.0123456789ab.css",
        "../outside.0123456789ab.css",
        "css/../../outside.0123456789ab.css",
        "css//page.0123456789ab.css",
        "/etc/page.0123456789ab.css",
        "css/folder.0123456789ab.css",
        "css/\0.0123456789ab.css",
    ],
)
def test_nothing_else_on_the_disk_is_served(releases, name):
    releases.collect(page="a{}")
    process = releases.start()
    (releases.folder / "outside.0123456789ab.css").write_text("outside")
    (releases.root / "css/new.css").write_text("not hashed")
    (releases.root / "css/folder.0123456789ab.css").mkdir()
    assert get(process, f"/static/{name}").status_code == 404


def test_a_process_of_the_former_release_finds_all_its_names_when_it_starts_again(releases):
    old = releases.collect(page="a{}", dropped="d{}").url("css/dropped.css")
    for _ in range(2):
        releases.collect(page="b{}")
    assert releases.manifest().url("css/dropped.css") == old
    releases.collect(page="c{}")
    with pytest.raises(ValueError, match=r"dropped\.css"):
        releases.manifest().url("css/dropped.css")


def test_collecting_again_leaves_no_moment_without_a_file(releases, monkeypatch):
    names = {"page": "@import 'part.css'; .page { color: #123456 }" * 20, "part": "p{}"}
    url = releases.collect(**names).url("css/page.css")
    path = releases.root / url.removeprefix("/static/")
    kept = {one: one.stat().st_ino for one in path.parent.glob(f"{path.name}*")}
    releases.collect(**names)
    assert kept == {one: one.stat().st_ino for one in kept} and len(kept) == 3
    assert not list(releases.root.rglob("*.part"))


def test_files_are_deleted_a_month_after_the_last_release_that_had_them(releases):
    def age(days: int) -> None:
        for path in releases.root.rglob("*.css*"):
            time = path.stat().st_mtime - days * 86_400
            os.utime(path, (time, time))

    def kept() -> list[bool]:
        return [(releases.root / url.removeprefix("/static/")).exists() for url in urls]

    first, second, third = (f"{letter}{{color:#123456}}" * 20 for letter in "abc")
    urls = [releases.collect(page=text).url("css/page.css") for text in (first, second)]
    age(60)  # The second release has been in use for two months.
    urls.append(releases.collect(page=third).url("css/page.css"))
    assert kept() == [False, True, True]
    age(31)
    releases.collect(page="d{}")
    assert kept() == [False, False, True]


def test_a_server_does_not_start_on_the_files_of_another_release(releases, monkeypatch):
    monkeypatch.setattr(checks, "staticfiles_storage", releases.collect(portal="a{}"))
    assert [message.id for message in checks.static_files()] == ["portal.E013"]
