"""The script that a company's website loads, as it is served."""

import gzip
import re

import brotli
import pytest
from django.conf import settings
from django.utils import translation

from portal.embed import labels
from portal.embed.views import package, script
from portal.scripts import modules

MOST_BYTES = 8192
MOST_BYTES_OF_PAGES = 3072
FILES = {"/embed/v1.js": "text/javascript; charset=utf-8", "/embed/v1.d.ts": "text/plain; charset=utf-8"}
SOURCE = settings.BASE_DIR / "static" / "embed"
TYPES = package.TYPES.read_text()
MODULES = {
    path: path.read_text() for name in ("main.js", "shown.js") for path in modules(SOURCE / "v1" / name)
}
both = pytest.mark.parametrize("address", FILES)


@pytest.fixture(autouse=True)
def _database(db) -> None:
    """A health check of the start may look at it; the script itself does not."""


def test_the_compressed_script_is_small():
    size, of_pages = (len(script.read(name).encoded["gzip"]) for name in (script.SCRIPT, script.PAGES))
    print(f"The compressed script has {size} bytes, its second file {of_pages}.")  # noqa: T201  To be read.
    assert size < MOST_BYTES
    assert of_pages < MOST_BYTES_OF_PAGES


def test_the_second_file_is_kept_by_its_version_and_asked_for_by_the_first(client):
    version = script.read(script.PAGES).version
    assert f"?pages={version}`" in client.get("/embed/v1.js").text
    response = client.get("/embed/v1.js", {"pages": version})
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "export{Panel,View}" in response.text
    former = client.get("/embed/v1.js", {"pages": "of-another-release"})
    assert (former.content, former["Cache-Control"]) == (response.content, "no-cache")


def test_the_first_file_lends_the_second_what_it_always_has():
    """A browser may have the first one from before an update: add to these, and keep what they mean."""
    lent = re.search(r"export const core = \{ (.+) \};", MODULES[SOURCE / "v1" / "pages.js"])
    assert lent and lent[1].split(", ") == [
        "Frame",
        "frameRoot",
        "identity",
        "introduce",
        "problemNodes",
        "setSignedIn",
        "views",
    ]


def test_it_speaks_every_language_of_the_portal(settings, monkeypatch):
    settings.LANGUAGES = [("de", "Deutsch"), ("en", "English")]
    monkeypatch.setattr(labels, "_", lambda text: f"{translation.get_language()}: {text}")
    (first, english), (second, german) = labels.by_language()
    assert [first, second] == ["en", "de"], "The portal's own language stands in for any other."
    assert (english["label"], german["label"]) == ("en: Messages", "de: Messages")
    script.read.cache_clear()
    text = script.read(script.SCRIPT).plain.decode()
    script.read.cache_clear()
    assert '["de",{"label":"de: Messages"' in text and "{{" not in text.replace("`${{", "")


@both
def test_every_website_may_load_it_and_keep_it_for_a_day(client, address):
    response = client.get(address)
    assert response["Content-Type"] == FILES[address]
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["Cache-Control"] == "public, max-age=86400, stale-while-revalidate=86400"
    assert response["X-Content-Type-Options"] == "nosniff"


@both
def test_it_is_the_same_for_every_visitor(client, alice_client, address):
    for_stranger, for_alice = client.get(address), alice_client.get(address)
    assert for_stranger.content == for_alice.content
    assert not for_stranger.cookies and not for_alice.cookies
    assert for_stranger["Vary"] == for_alice["Vary"] == "Accept-Encoding"


@both
def test_a_browser_that_has_it_is_not_sent_it_again(client, address):
    tag = client.get(address)["ETag"]
    response = client.get(address, headers={"If-None-Match": tag, "Accept-Encoding": "gzip"})
    assert (response.status_code, response.content) == (304, b"")
    assert response["ETag"] == tag
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "no-store" not in response["Cache-Control"]  # Else it would be thrown away for being the same.
    assert client.get(address, headers={"If-None-Match": '"another"'}).status_code == 200


@both
@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip", "gzip"), ("br", "br"), ("gzip, deflate, br, zstd", "br"), ("br;q=0, gzip;q=0.5", "gzip")],
)
def test_it_is_compressed_as_well_as_the_browser_accepts(client, address, accepted, encoding):
    response = client.get(address, headers={"Accept-Encoding": accepted})
    assert response["Content-Encoding"] == encoding
    restored = {"gzip": gzip.decompress, "br": brotli.decompress}[encoding](response.content)
    assert restored == client.get(address).content


@both
@pytest.mark.parametrize("accepted", ["", "zstd", "gzip;q=0", "gzip; q=0.0, br;q=0.", "xgzipx"])
def test_it_is_plain_for_other_browsers(client, address, accepted):
    response = client.get(address, headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in response
    assert b"secure-inbox" in response.content


@both
def test_it_rejects_post(client, address):
    assert client.post(address).status_code == 405
    assert client.head(address).status_code == 200


def test_the_types_name_every_call_and_element():
    source = "".join(MODULES.values())
    calls = source[source.index("const calls = {") : source.index("function push(")]
    names = re.findall(r"^  (?:async )?(\w+)(?:\(.*\) \{|: .*,)$", calls, re.MULTILINE)
    assert names == [
        "identify",
        "signOut",
        "refresh",
        "open",
        "close",
        "isOpen",
        "toggle",
        "compose",
        "getUnread",
        "on",
    ]
    for name in [*names, "push"]:
        assert re.search(rf"^  {name}[(<]", TYPES, re.MULTILINE), name
    for tag in re.findall(r'customElements\.define\("([\w-]+)"', source):
        assert f'    "{tag}": ' in TYPES, tag


def test_the_types_name_every_event_and_attribute():
    source = "".join(MODULES.values())
    events = set(re.findall(r'emit\("(\w+)"', source))
    assert events == {"ready", "unread", "sent", "identity", "signedin", "signedout", "problem"}
    events |= {"open", "opened", "close", "closed"}  # Dispatched by pairs.
    for event in events:
        assert f'"secure-inbox:{event}": CustomEvent' in TYPES, event
    (_language, words), *_others = labels.by_language()
    for attribute in [
        *(name for name in words if name != "badge-label"),
        *re.findall(r'getAttribute\("([\w-]+)"\)', source),
        "position",
        "locale",
        "color-scheme",
    ]:
        assert f"`{attribute}`" in TYPES, attribute
