"""Stencils: markup that is the same on many pages, or in many rows of one, but for a few texts.

Rendering a template costs some microseconds for each tag and each variable in it, and a list has fifty rows. But they
are of few kinds: read or unread, answered or not. So the template is rendered once for each kind, with a gap for each
text, and kept; a row then costs its texts alone. What was filled in is not kept.
"""

from collections.abc import Hashable, Iterable, Mapping
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

_KEPT: Final = 500  # Stencils, of a kilobyte or two each.
# Of the private use area: neither templates nor translations have them, and escaping leaves them alone.
_OPENS, _CLOSES = "\ue000", "\ue001"
_BRACES: Final = str.maketrans({"{": "{{", "}": "}}", _OPENS: "{", _CLOSES: "}"})


def filled(template: str, **values: Hashable) -> str:
    """The template with these values, and nothing else from any context.

    A text is a gap, unless it is empty: the template can show it, and ask whether there is one, but neither filter nor
    compare it. All other values, and empty texts, make a kind: let there be few.
    """
    return _filled(template, _ambience(), values)


def each_filled(template: str, rows: Iterable[Mapping[str, Hashable]]) -> str:
    """The template with the values of each row, one after the other."""
    ambience = _ambience()
    return format_html_join("", "{}", ((_filled(template, ambience, values),) for values in rows))


def _filled(template: str, ambience: tuple[str | None, str], values: Mapping[str, Hashable]) -> str:
    texts = {name: value for name, value in values.items() if value and type(value) in (str, SafeString)}
    kind = tuple([(name, value) for name, value in values.items() if name not in texts])
    return format_html((_stencil if settings.DEBUG else _kept_stencil)(template, ambience, kind, tuple(texts)), **texts)


def _ambience() -> tuple[str | None, str]:
    """What templates depend on besides their values."""
    return get_language(), get_script_prefix()


def _stencil(
    template: str, _ambience: tuple[str | None, str], kind: tuple[tuple[str, Hashable], ...], gaps: tuple[str, ...]
) -> str:
    context = dict(kind) | {name: f"{_OPENS}{name}{_CLOSES}" for name in gaps}
    return render_to_string(template, context).translate(_BRACES)


_kept_stencil = lru_cache(_KEPT)(_stencil)
