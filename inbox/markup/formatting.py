"""Whether a letter says anything by its formatting that its plain text does not say."""

import re

from inbox.markup import tables
from inbox.markup.tokens import Kind, Token, attributes_of, decoded

# With words in them.
_TELLING = set("b caption dd del dt em h1 h2 h3 h4 h5 h6 i ins li s strong sub sup th u".split())
# What an address that is written out as text may lack.
_ADDRESS = re.compile(r"^(?:https?:[/\\]{2}(?:www\.)?|mailto:|tel:|www\.)|[/.,;:!?\s]+$", re.IGNORECASE)


def is_formatted(tokens: list[Token]) -> bool:
    """Whether words stand out: headings, lists, bold ones, links under words, tables of data.

    Paragraphs, line breaks, quotes and tables that only place things on the page are nothing that a text loses.
    """
    open_tags: set[str] = set()
    link = words = ""
    for kind, value, attributes in tokens:
        if kind is Kind.TEXT:
            if not (text := decoded(value).strip()):
                continue
            if open_tags:
                return True
            words += text if link else ""
        elif value == "a":
            if link and words and _bare(words) != _bare(link):
                return True
            link, words = attributes_of(attributes).get("href", "") if kind is Kind.START else "", ""
        elif value in _TELLING:
            (open_tags.add if kind is Kind.START else open_tags.discard)(value)
    return tables.DATA in tables.classes(tokens).values()


def _bare(address: str) -> str:
    return _ADDRESS.sub("", _ADDRESS.sub("", address.strip())).casefold()
