"""Stencils: markup that is the same on many pages, or in many rows of one, but for a few texts.

Rendering a template costs some microseconds for each tag and each variable in it, and a list has fifty rows. But they
are of few kinds: read or unread, answered or not. So a template is rendered once for each kind, with a gap for each
text, and kept; a row then costs its texts alone. What was filled in is not kept, so nothing that is shown can be old.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from functools import lru_cache
from inspect import unwrap
from typing import Final, TypeGuard
from urllib.parse import quote

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.html import escape, format_html
from django.utils.translation import get_language

Value = str | int | Enum | None
_Surroundings = tuple[str | None, str]

_KEPT: Final = 2_000  # Stencils, of a kilobyte or two. Each department has some of its own.
# Of the private use area: neither templates nor translations have them, and escaping leaves them alone.
_OPENS, _CLOSES = "\ue000", "\ue001"
_QUOTED: Final = {quote(_OPENS): _OPENS, quote(_CLOSES): _CLOSES}  # As `{% url %}` writes them.
_NO_GAPS: Final = dict.fromkeys(map(ord, _OPENS + _CLOSES))
# Without the look for lazy texts, of which there are none here: it takes longer than the escaping.
_escape: Final[Callable[[str], str]] = unwrap(escape)
_BRACES: Final = str.maketrans({"{": "{{", "}": "}}", _OPENS: "{", _CLOSES: "}"})


class Kind(str):
    """A text that is no gap, since the template compares it or makes an address of it: one of a few.

    It is kept, until others take its place: so it is one of ours or of an operator's, never from a customer or the API.
    """


def filled(template: str, **values: Value) -> str:
    """The template with these values, as `{% include %}` with `only` renders it.

    A text is a gap, unless it is empty: the template may show it and ask whether there is one, but neither filter nor
    compare it. `{% url %}` takes one that needs no quoting in an address, such as a reference. The other values make
    the kind of the stencil; there should be few of them.
    """
    return _filled(template, _surroundings(), values)


def each_filled(template: str, rows: Iterable[Mapping[str, Value]]) -> str:
    """The template with the values of each row, one after the other."""
    surroundings = _surroundings()
    every = [_filled(template, surroundings, values) for values in rows]
    return format_html("{}" * len(every), *every) if every else ""


def _surroundings() -> _Surroundings:
    """What a template depends on besides its values."""
    return get_language(), get_script_prefix()


def _filled(template: str, surroundings: _Surroundings, values: Mapping[str, Value]) -> str:
    texts = {name: _escaped(value) for name, value in values.items() if value and _is_text(value)}
    kind = tuple([(name, value) for name, value in values.items() if name not in texts])
    # In development, a template may be edited at any time.
    stencil = (_stencil if settings.DEBUG else _kept_stencil)(template, surroundings, kind, tuple(texts))
    return format_html(stencil, **texts) if texts else stencil


def _is_text(value: Value) -> TypeGuard[str]:
    return type(value) is str or (isinstance(value, str) and not isinstance(value, (Kind, Enum)))


def _escaped(text: str) -> str:
    return text if hasattr(text, "__html__") else _escape(text)


def _stencil(
    template: str, _surroundings: _Surroundings, kind: tuple[tuple[str, Value], ...], gaps: tuple[str, ...]
) -> str:
    for name, value in kind:
        # Another object may change, or say more than what makes it equal to the one of an earlier page.
        if not isinstance(value, Value):
            raise TypeError(f"{template}: {name} is a {type(value).__name__}, which makes no kind.")
    context = {name: _without_gaps(value) for name, value in kind}
    context |= {name: f"{_OPENS}{name}{_CLOSES}" for name in gaps}
    markup: str = render_to_string(template, context)
    if not gaps:
        return markup
    for quoted, mark in _QUOTED.items():
        markup = markup.replace(quoted, mark)
    return markup.translate(_BRACES)


def _without_gaps(value: Value) -> Value:
    """What makes a kind may be a text of an operator's, who may have typed anything."""
    if not isinstance(value, Kind):
        return value
    text = value.translate(_NO_GAPS)
    for quoted in _QUOTED:
        text = text.replace(quoted, quoted.lower())  # The same to browsers, and no gap here.
    return Kind(text)


_kept_stencil = lru_cache(_KEPT)(_stencil)
