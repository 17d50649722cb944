"""The language that a letter declares for itself."""

import re
from itertools import islice

from inbox.markup.tokens import Kind, attributes_of, tokens

_LOOKED_AT = 40  # Tags and texts: the elements that declare it come first.
_ROOTS = {"html", "body"}
# Of a language tag (RFC 5646), what mail programs write: "de", "de-CH", "zh-Hant-TW".
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}")


def language(markup: str | None) -> str:
    """As a language tag; empty if the letter does not say it, which HTML takes for "unknown"."""
    for kind, name, attributes in islice(tokens(markup or ""), _LOOKED_AT):
        if kind is Kind.START and name in _ROOTS:
            declared = attributes_of(attributes).get("lang", "").strip()
            if _TAG.fullmatch(declared):
                return declared
    return ""
