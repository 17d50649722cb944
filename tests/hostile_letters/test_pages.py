"""The corpus on every page that shows text of strangers: a page is built as it is around harmless words.

What opens letters one by one does so with a sample; `make proof` opens all of them.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

import pytest
from django.test import Client

from inbox import quoting
from inbox.models import Securebox
from tests.conftest import sign_in
from tests.hostile_letters.corpus import CORPUS, Hostile
from tests.hostile_letters.outline import Outline
from tests.hostile_letters.test_corpus import ELEMENTS, LINKS_IN_HTML, LINKS_IN_TEXT, forbidden
from tests.hostile_letters.upstream import harmless, hostile_letter, reference, serving
from tests.inbox.windows import Window
from tests.support.wire import Wire

BIDI_CONTROLS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
CUT = ("p", (("class", "help cut"),))  # "This is the beginning of a long message."
NOT_SHOWN = ("p", (("class", "not-shown"),))  # "This message has no text.", and the like.
PREVIEW = ("span", (("dir", "auto"),))  # In a list. Missing where a letter has no words.
NOT_ALWAYS = (NOT_SHOWN, PREVIEW)
PAGE = 100  # The most that an operator may set.
Letters = Sequence[Hostile]

one_by_one = pytest.mark.parametrize(
    "letters", [CORPUS[::80], pytest.param(CORPUS, marks=pytest.mark.proof)], ids=["sample", "all"]
)


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with Wire() as wire:
        yield wire


@pytest.fixture
def upstream(wire: Wire, settings) -> Wire:
    settings.SECUREMAIL_API_URL = wire.url
    settings.PORTAL_PAGE_SIZE = PAGE
    return wire


@pytest.fixture
def browser(upstream, alice) -> Client:
    """Alice's."""
    return sign_in(alice)


def page(browser: Client, address: str) -> Outline:
    response = browser.get(address)
    assert response.status_code == 200
    return Outline(response.content.decode())


def both(
    upstream: Wire, browser: Client, letters: Letters, address: str, userdata: dict[str, str] | None = None
) -> tuple[Outline, Outline]:
    """The page at this address with hostile letters, and with harmless ones."""
    upstream.script(serving([hostile_letter(hostile) for hostile in letters], userdata))
    attacked = page(browser, address)
    upstream.script(
        serving([harmless(hostile) for hostile in letters], dict.fromkeys(userdata or {}, "word"))
    )
    return attacked, page(browser, address)


def one_line(content: str) -> str:
    """As a line shows it: without what is invisible, or would change the direction of what follows."""
    words = " ".join(as_sent(content).split())
    line = "".join(c for c in words if unicodedata.category(c) != "Cc" and c not in BIDI_CONTROLS)
    return line if any(c.isprintable() and c != " " for c in line) else ""


def as_sent(content: str) -> str:
    """Lone surrogates are nothing that a page could hold."""
    return content.encode("utf-8", "replace").decode()


def is_shown_as(shown: str, content: str, otherwise: str) -> bool:
    """Whether this is the content on one line, its beginning, or what is shown for none."""
    line = one_line(content)
    is_beginning = shown.endswith("…") and len(shown) > 500 and line.startswith(shown[:-1].strip())
    return is_beginning or shown == (line or otherwise)


@pytest.mark.parametrize(
    "some", [CORPUS[::5], pytest.param(CORPUS, marks=pytest.mark.proof)], ids=["sample", "all"]
)
def test_a_list_shows_subjects_and_names_as_they_are(upstream, browser, some):
    for first in range(0, len(some), PAGE):
        letters = some[first : first + PAGE]
        attacked, usual = both(upstream, browser, letters, "/inbox/claims/")
        built = [[element for element in of.elements if element != PREVIEW] for of in (attacked, usual)]
        assert built[0] == built[1]
        subjects, names = attacked.texts("bdi.mail-subject"), attacked.texts("bdi")
        assert [
            (hostile.name, subject, name)
            for hostile, subject, name in zip(letters, subjects, names, strict=True)
            if not is_shown_as(subject, hostile.content(), "(no subject)")
            or not is_shown_as(name, hostile.content(), "Claims")
        ] == []


def test_what_a_search_finds_is_shown_as_text(upstream, browser):
    """Whichever of the letters have the words, and whatever of them is marked."""

    def found(letters: list[dict[str, object]]) -> Outline:
        upstream.script(serving(letters))
        return Outline(browser.post("/search/", {"words": "r", "department": "claims"}).content.decode())

    def kinds(of: Outline) -> set[tuple[str, tuple[str, ...]]]:
        return {(tag, tuple(name for name, _value in attributes)) for tag, attributes in of.elements}

    some = CORPUS[::5]
    attacked, usual = (found([make(hostile) for hostile in some]) for make in (hostile_letter, harmless))
    assert len(attacked.texts("bdi.mail-subject")) > 20
    assert kinds(attacked) <= kinds(usual)


def test_details_show_userdata_as_it_is(upstream, browser, claims: Securebox):
    userdata = {hostile.name: as_sent(hostile.content()) for hostile in CORPUS}
    claims.shown_details = "\n".join(f"{name} = {name}" for name in userdata)
    claims.save()
    address = f"/inbox/claims/{reference(CORPUS[0])}/details/"
    attacked, usual = both(upstream, browser, CORPUS[:1], address, userdata)
    assert attacked.elements == usual.elements
    assert attacked.texts("bdi") == list(userdata.values())


@one_by_one
@pytest.mark.parametrize("view", ["text", "formatted"])
def test_a_letters_page_holds_nothing_new_but_links_and_its_title_stays_in_order(
    upstream, browser, letters, view
):
    for hostile in letters:
        address = f"/inbox/claims/{reference(hostile)}/?view={view}"
        attacked, usual = both(upstream, browser, [hostile], address)
        if not attacked.texts("form.view-switch"):
            # Nothing in it can be formatted: it has no tag, or nothing that can be seen.
            words = None if NOT_SHOWN in attacked.elements else harmless(hostile)["body"]
            upstream.script(serving([{**harmless(hostile), "html": None, "body": words}]))
            usual = page(browser, address)
        elements = [element for element in attacked.elements if element not in NOT_ALWAYS]
        links = [element for element in elements if element not in usual.elements]
        expected = [element for element in usual.elements if element not in NOT_ALWAYS]
        assert [element for element in elements if element not in links] == expected, hostile
        assert {tag for tag, _attributes in links} <= {"a"}, hostile
        addresses = [dict(attributes).get("href") or "" for _tag, attributes in links]
        assert all(LINKS_IN_TEXT.match(address) for address in addresses if address), hostile
        (title,) = attacked.texts("title")
        assert title.endswith(" · Secure messages") and not BIDI_CONTROLS & set(title), hostile


@one_by_one
def test_a_letters_frame_holds_formatting_and_safe_links(upstream, browser, letters):
    for hostile in letters:
        upstream.script(serving([hostile_letter(hostile)]))
        frame = browser.get(f"/inbox/claims/{reference(hostile)}/body/").content.decode()
        _head, plain, body = re.split(
            r'<div class="letter( plain)?"\s+dir="auto"\s+lang="[A-Za-z0-9-]*">', frame
        )
        letter = body.removesuffix("</div>\n    </main>\n  </body>\n</html>\n")
        assert forbidden(letter, ELEMENTS, LINKS_IN_TEXT if plain else LINKS_IN_HTML) == [], hostile


@one_by_one
def test_a_reply_shows_a_letter_and_can_be_sent(upstream, browser, letters, monkeypatch):
    """Nothing is new on its page but links."""
    monkeypatch.setattr(quoting, "_FEW_LINES", 10_000)  # How long letters fold is another matter.
    monkeypatch.setattr(quoting, "_FEW_CHARACTERS", 10_000)
    for hostile in letters:
        address = f"/inbox/claims/compose/?reply={reference(hostile)}"
        attacked, usual = both(upstream, browser, [hostile], address)
        elements = list(attacked.elements)
        if CUT in elements:
            at = elements.index(CUT)
            del elements[at : at + 2]  # With its link.
        links = [element for element in elements if element not in usual.elements]
        assert [element for element in elements if element not in links] == usual.elements, hostile
        assert {tag for tag, _attributes in links} <= {"a"}, hostile
        addresses = [dict(attributes).get("href") or "" for _tag, attributes in links]
        assert all(LINKS_IN_TEXT.match(one) for one in addresses if one), hostile
        upstream.script(serving([hostile_letter(hostile)]))
        reply = Window(browser, address).send(subject="Re: Your letter", text="Thank you.")
        assert reply.shows("Your message was sent"), hostile
