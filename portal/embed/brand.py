"""How the portal's pages look on one website: what an operator sets in its row, and the style sheet that it becomes.

What is empty is the portal's own, from `theme.css`. Sheet and logo have addresses of their own (`views.brand`), with a
hash of the content, so that browsers keep them, and a change is seen at once.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.brand import contrast, theme

COLOURS: Final = ("brand", "on_brand", "ink", "page", "header", "on_header")
_ROOT_PIXELS: Final = 16
_FAMILY: Final = r'(?:"[A-Za-z0-9 -]+"|[A-Za-z][A-Za-z0-9-]*(?: [A-Za-z0-9-]+)*)'
# What operators call the colours, those included that derive from others.
_WORDS: Final = {
    "--brand": _("buttons and links"),
    "--brand-strong": _("pressed buttons (made of their colour and that of words)"),
    "--brand-soft": _("chosen rows (made of the colour of buttons)"),
    "--on-brand": _("words on buttons"),
    "--ink": _("words"),
    "--soft": _("quiet words (made of the colours of words and page)"),
    "--page": _("the page"),
    "--surface": _("sheets on the page (made of the colours of words and page)"),
    "--header": _("the bar at the top"),
    "--on-header": _("words in that bar"),
}


def _text(label: Any, max_length: int, **options: Any) -> Any:
    return models.CharField(label, max_length=max_length, blank=True, default="", db_default="", **options)


def _colour(label: Any) -> Any:
    is_colour = RegexValidator(r"\A#(?:[0-9a-fA-F]{3}){1,2}\Z", _("Write it as in #1d5b79."))
    return _text(label, 7, validators=[is_colour])


class Brand(models.Model):
    """The part of a website's row that is about its look."""

    shown_name = _text(_("name"), 80, help_text=_("Shown there in place of PORTAL_NAME."))
    brand = _colour(_("buttons and links"))
    dark_brand = _colour(_("on dark pages"))
    on_brand = _colour(_("words on buttons"))
    dark_on_brand = _colour(_("on dark pages"))
    ink = _colour(_("words"))
    dark_ink = _colour(_("on dark pages"))
    page = _colour(_("the page"))
    dark_page = _colour(_("on dark pages"))
    header = _colour(_("the bar at the top"))
    dark_header = _colour(_("on dark pages"))
    on_header = _colour(_("words in that bar"))
    dark_on_header = _colour(_("on dark pages"))
    corners = models.PositiveSmallIntegerField(
        _("corners"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(32)],
        help_text=_("How round they are, in pixels: 0 for none."),
    )
    font = _text(
        _("font"),
        200,
        validators=[RegexValidator(rf"\A{_FAMILY}(?:, ?{_FAMILY})*\Z", _("Write it as in Georgia, serif."))],
        help_text=_("One that devices have, and what stands in for it: Georgia, Times New Roman, serif."),
    )
    logo = models.BinaryField(null=True, editable=False)
    logo_version = _text(_("logo"), 12, editable=False)

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Refuse colours that cannot be read, and leave alone what cannot be read in the portal's own theme already."""
        known = contrast.compare(theme.theme())
        pairs = contrast.compare(theme.theme(self.sheet()))
        if unreadable := [pair for pair in pairs if not pair.is_readable and pair not in known]:
            raise ValidationError([_sentence(pair) for pair in unreadable])

    def set_logo(self, png: bytes | None) -> None:
        """Of a PNG that `pictures.check_png` accepts, or None for no logo."""
        self.logo, self.logo_version = png, _version(png) if png else ""

    def sheet(self) -> str:
        """The style sheet, after the portal's `theme.css`; empty if the website has nothing of its own."""
        plain, colours = dict(self._plain()), dict(self._colours())
        if not plain and not colours:
            return ""
        return f":root{{{_rules(plain)}}}@supports (color:light-dark(red,red)){{:root{{{_rules(colours)}}}}}"

    @property
    def sheet_url(self) -> str:
        sheet = self.sheet()
        return f"/embed/brand/{self.pk}-{_version(sheet.encode())}.css" if sheet else ""

    @property
    def logo_url(self) -> str:
        return f"/embed/brand/{self.pk}-{self.logo_version}.png" if self.logo_version else ""

    def _plain(self) -> Iterator[tuple[str, str]]:
        """Also for browsers that do not know light-dark(): they show light pages."""
        for name in COLOURS:
            if light := getattr(self, name):
                yield _property(name), light
        if self.corners is not None:
            yield "--round", f"{self.corners / _ROOT_PIXELS:g}rem"
        if self.font:
            yield "--font", self.font

    def _colours(self) -> Iterator[tuple[str, str]]:
        portals = _portals(settings.PORTAL_BRAND_DIR)
        for name in COLOURS:
            light, dark, key = getattr(self, name), getattr(self, f"dark_{name}"), _property(name)
            if light or dark:
                light, dark = light or portals["light"][key], dark or portals["dark"][key]
                yield key, f"light-dark({light},{dark})"


@cache
def _portals(_brand_folder: str) -> Any:
    return theme.theme().properties


def _property(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _rules(properties: dict[str, str]) -> str:
    return ";".join(f"{name}:{value}" for name, value in properties.items())


def _version(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def _sentence(pair: contrast.Pair) -> str:
    named = {
        "words": _WORDS[pair.words],
        "ground": _WORDS[pair.ground],
        "contrast": number_format(pair.contrast or 0.0, 2),
    }
    if pair.scheme == "light":
        text = gettext(
            "On light pages, “%(words)s” and “%(ground)s” are too close to each other: their contrast is "
            "%(contrast)s : 1 and has to be 4.5 : 1. Make one of the two lighter or darker."
        )
    else:
        text = gettext(
            "On dark pages, “%(words)s” and “%(ground)s” are too close to each other: their contrast is "
            "%(contrast)s : 1 and has to be 4.5 : 1. Make one of the two lighter or darker."
        )
    return text % named
