"""The corpus itself, and what becomes of its letters in the functions that make them safe to show."""

import re
from collections import Counter

from inbox.markup.tables import CLASSES
from inbox.rendering import formatted, linked_text, plain, preview, words_of
from tests.hostile_letters.corpus import CORPUS, TRACE, Hostile
from tests.hostile_letters.outline import Outline

ELEMENTS = set(
    """
    a abbr b blockquote br caption code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i ins li ol p pre q s small
    span strong sub sup table tbody td tfoot th thead tr u ul
    """.split()
)
ATTRIBUTES = {
    "dir",
    "lang",
    "title",
    "href",
    "rel",
    "target",
    "start",
    "colspan",
    "rowspan",
    "align",
    "class",
}
# To a browser, a backslash is a slash; with fewer than two, the address would be one of the portal's own pages.
LINKS_IN_HTML = re.compile(r"https?:[/\\]{2}|mailto:|tel:", re.IGNORECASE)
LINKS_IN_TEXT = re.compile(r"https?://|mailto:", re.IGNORECASE)
EARLIER = "<p>Dear Alice,</p>" * 20  # Long enough to be folded.
# Of a cell. A hundred cells over 1,000 columns and 65,534 rows keep a browser busy for five seconds.
MAX_SPAN = 30


def forbidden(markup: str, elements: set[str], links: re.Pattern[str]) -> list[object]:
    """Everything in this markup that is not plain formatting or a safe link."""
    return [
        (tag, attributes)
        for tag, attributes in Outline(markup).elements
        if not (tag in elements and is_harmless(tag, dict(attributes), links))
    ]


def is_harmless(tag: str, attributes: dict[str, str | None], links: re.Pattern[str]) -> bool:
    opens_apart = attributes.get("target") == "_blank" and "noopener" in str(attributes.get("rel"))
    is_link = tag == "a" and "href" in attributes
    return (
        attributes.keys() <= ATTRIBUTES
        and ("class" not in attributes or attributes["class"] in CLASSES[tag])
        and all(is_small(value or "") for key, value in attributes.items() if key in ("colspan", "rowspan"))
        and (not is_link or (opens_apart and bool(links.match(as_a_browser_reads(attributes["href"] or "")))))
    )


def is_small(span: str) -> bool:
    return span.isascii() and span.isdigit() and int(span) <= MAX_SPAN


def as_a_browser_reads(address: str) -> str:
    """Browsers ignore tabs and line breaks in an address."""
    return address.translate(dict.fromkeys(map(ord, "\t\n\r")))


def test_the_corpus_has_hundreds_of_classes_each_with_a_name_of_its_own():
    names = Counter(hostile.name for hostile in CORPUS)
    assert len(names) >= 250 and max(names.values()) == 1
    assert len({hostile.template for hostile in CORPUS}) == len(CORPUS)


def test_a_class_leaves_a_trace_of_its_own():
    (svg,) = (hostile for hostile in CORPUS if hostile.name == "handler-svg-load")
    assert svg.content() == f"<svg onload=top.{TRACE}={svg.number}>"
    (image,) = (hostile for hostile in CORPUS if hostile.name == "remote-img")
    assert image.content("127.0.0.1:9") == f'<img src="https://127.0.0.1:9/spy/{image.number}">'


def test_nothing_but_formatting_and_safe_links_is_left_of_a_letter():
    assert {hostile.name: left for hostile in CORPUS if (left := left_of(hostile))} == {}


def left_of(hostile: Hostile) -> list[object]:
    """What of it is forbidden, and yet comes out of the functions that make it safe to show."""
    content = hostile.content().encode("utf-8", "replace").decode()
    found = []
    for letter in (content, f'<p>Thank you.</p><blockquote type="cite">{EARLIER}{content}'):
        shown = formatted(letter, folded=True)
        found += forbidden(shown.markup + shown.quoted if shown else "", ELEMENTS, LINKS_IN_HTML)
    found += forbidden(plain(None, content).markup, {"a"}, LINKS_IN_TEXT)
    for text in (content, words_of(None, content), preview(None, content)):
        found += forbidden(linked_text(text), {"a"}, LINKS_IN_TEXT)
    return found
