"""Icons, and how to reach the company. Built into all templates (`TEMPLATES` in the settings)."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import gettext as _

from portal import paths
from portal.brand import theme
from portal.brand.contact import Contact, contact

register = template.Library()

_SPRITE: Final = "icons.svg"
_BOX_COLOURS: Final = 8
_SYMBOL: Final = re.compile(r'<symbol id="([\w-]+)"( class="directional")? viewBox="0 0 (\d+)')


@dataclass(frozen=True)
class Symbol:
    """How one drawing of the sprite is shown. A directional one is mirrored where people read from right to left."""

    is_directional: bool
    is_small: bool

    @property
    def classes(self) -> str:
        return ("icon" if self.is_small else "drawing") + (" directional" if self.is_directional else "")

    @property
    def width(self) -> int:
        return 20 if self.is_small else 120

    @property
    def height(self) -> int:
        return 20 if self.is_small else 88


@register.simple_tag
def icon(name: str) -> str:
    """A drawing of static/icons.svg, beside words that say the same: nothing is read aloud for it.

    The large ones have the class "drawing". Raises KeyError for a name that the file does not have.
    """
    return _markup(name)


@register.simple_tag
def icon_names() -> list[str]:
    """The name of every drawing, for the page of all components."""
    return list(_symbols())


@register.simple_tag
def portal_contact() -> Contact:
    """PORTAL_CONTACT. Works without a request, in mails and in the pages of errors."""
    return contact()


@register.filter
def box_class(number: int) -> str:
    """The class that gives a department, by its number, one of the eight colours of css/portal.css."""
    return f"box-{(number - 1) % _BOX_COLOURS + 1}"


@register.simple_tag
def department_mark(number: int, title: str) -> str:
    """A department's initial in its colour; beside its title, so nothing is read aloud for it."""
    return format_html('<span class="mark {}" aria-hidden="true">{}</span>', box_class(number), title[:1])


@register.simple_tag
def footer_links() -> list[tuple[str, str]]:
    """Words and address of each link at the foot of the pages that the company has set."""
    links = [
        (_("Help"), settings.PORTAL_HELP_URL),
        (_("Privacy"), settings.PORTAL_PRIVACY_URL),
        (_("Accessibility"), settings.PORTAL_ACCESSIBILITY_URL),
    ]
    return [(words, url) for words, url in links if url]


@register.simple_tag
def theme_colors() -> dict[str, str]:
    """The colour of the bar at the top, in each scheme: browsers on phones put it around the page."""
    return _bar_colors(settings.PORTAL_BRAND_DIR)


@cache
def _bar_colors(_brand_folder: str) -> dict[str, str]:
    try:
        return {scheme: theme.as_hex(theme.theme().colour("--header", scheme)) for scheme in theme.SCHEMES}
    except theme.UnknownColour:
        return {}


@cache
def _markup(name: str) -> str:
    symbol = _symbols()[name]
    markup = '<svg class="{}" width="{}" height="{}" aria-hidden="true"><use href="{}#{}"/></svg>'
    return format_html(markup, symbol.classes, symbol.width, symbol.height, static(_SPRITE), name)


@cache
def _symbols() -> dict[str, Symbol]:
    text = (paths.FILES / "static" / _SPRITE).read_text()
    return {
        name: Symbol(bool(directional), width == "24") for name, directional, width in _SYMBOL.findall(text)
    }
