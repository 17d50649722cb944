"""Finds addresses in plain text: of web pages, and of people.

A web address is recognised by its scheme or its "www.". What ends a sentence, or closes a bracket that opened before
the address, is not part of it. A mail address is linked only where it is certain where it begins and ends: part of an
address would be another person's.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

# White space, quotation marks, and the punctuation of languages that need no space after an address.
_ENDS = r"\s<>\"“”„‟«»‹›。、，；：！？）】」』》〉〕\x00-\x1f\x7f-\x9f"
_BEGINS = r"[Hh][Tt][Tt][Pp][Ss]?://|[Ww]{3}\."
_WEB = rf"(?P<web>(?<![A-Za-z0-9_@.+/-])(?:{_BEGINS})[^{_ENDS}]++)"
# RFC 5322's dot-atom, without the signs that surround addresses more often than they are part of one.
_ATOM = "[A-Za-z0-9_+&'=%~!#$^-]"
_LABEL = r"[^\W_](?:-*+[^\W_])*+"
# Before it stands nothing, a space, an opening bracket or quotation mark, or what separates addresses in a list; an
# apostrophe or a star, only if such a thing stands before that.
_BEFORE = r"(?<![^\s<(\[{\"'“„«‹‘‚,;:|*])(?<![^\s<(\[{\"“„«‹,;:|]['‘*])"
# Behind it, nothing that could belong to it: not even an accent.
_AFTER = r"(?![\w@]|\.\w|[^\x00-\u02ff\w\s。、，；：！？）】」』》’”“»›…–—])"
_MAIL = rf"{_BEFORE}(?P<mail>[A-Za-z0-9_]{_ATOM}*+(?:\.{_ATOM}++)*+@{_LABEL}(?:\.{_LABEL})++){_AFTER}"
_ADDRESS = re.compile(f"{_WEB}|{_MAIL}")

_HOST = re.compile(rf"(?:{_BEGINS})[^\W_][\w.-]*+(?::[0-9]{{1,5}})?(?:[/?#]|$)")
_TRAILING = ".,;:!?'’‘`*_|…"
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_MAX_WORD = 200  # Characters that are looked at before a mail address.
_MAX_MAIL = 254  # Characters: what RFC 5321 allows.


class Link(NamedTuple):
    """A piece of a text, and the address that it leads to; empty if it is no address."""

    text: str
    address: str


def split(text: str) -> Iterator[Link]:
    """The text in pieces, without any change to it."""
    at = 0
    for found in _ADDRESS.finditer(text):
        shown = _without_end(found["web"]) if found["web"] else found["mail"]
        address = (
            _web_address(shown)
            if found["web"]
            else _mail_address(shown, text[max(0, found.start() - _MAX_WORD) : found.start()])
        )
        if address:
            yield Link(text[at : found.start()], "")
            yield Link(shown, address)
            at = found.start() + len(shown)
    yield Link(text[at:], "")


def _without_end(address: str) -> str:
    """The address without the punctuation of the sentence around it."""
    unopened = {close: address.count(close) - address.count(opening) for close, opening in _BRACKETS.items()}
    end = len(address)
    while end:
        last = address[end - 1]
        if last in _BRACKETS and unopened[last] > 0:
            unopened[last] -= 1
        elif last not in _TRAILING:
            break
        end -= 1
    return address[:end]


def _web_address(shown: str) -> str:
    if not _HOST.match(shown):
        return ""
    return shown if "://" in shown[:8] else f"https://{shown}"


def _mail_address(shown: str, before: str) -> str:
    word = before.rsplit(maxsplit=1)
    if len(shown) > _MAX_MAIL or (before[-1:] == ":" and "//" in word[-1]):  # A password in a web address.
        return ""
    return "mailto:" + quote(shown, safe="!$'*+@~^")
