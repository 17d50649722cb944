"""The colours of the pages, as browsers make them of css/portal.css and the company's theme.css.

Reads what these two files need: custom properties, light-dark(), color-mix() in sRGB, hexadecimal and rgb() colours.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from django.conf import settings

from portal import paths

Scheme = Literal["light", "dark"]
Colour = tuple[float, float, float]  # Red, green and blue, from 0 to 1, gamma-encoded as in sRGB.

SCHEMES: Final[tuple[Scheme, ...]] = ("light", "dark")
_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_FOR_DARK: Final = re.compile(
    r"@media\s*\(prefers-color-scheme:\s*dark\)\s*\{((?:[^{}]*\{[^{}]*\})*)[^{}]*\}"
)
_PROPERTY: Final = re.compile(r"(--[\w-]+)\s*:\s*([^;{}]+)")
_CALL: Final = re.compile(r"([a-z-]+)\((.*)\)", re.DOTALL)
_HEX: Final = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_PERCENT: Final = re.compile(r"\s+(\d+(?:\.\d+)?)%$")
_NAMES: Final = {"white": "#ffffff", "black": "#000000"}


class UnknownColour(ValueError):
    """A value that only a browser can read, or none. Its text is the value."""


@dataclass(frozen=True)
class Theme:
    """The custom properties in each scheme, with the company's in place of ours."""

    properties: Mapping[Scheme, Mapping[str, str]]

    def colour(self, name: str, scheme: Scheme) -> Colour:
        """Of a property such as `--brand`. Raises UnknownColour."""
        return self._evaluate(f"var({name})", scheme, depth=0)

    def contrast(self, name: str, other: str, scheme: Scheme) -> float:
        """From 1 to 21, as WCAG 2.2 defines it. Raises UnknownColour."""
        lighter, darker = sorted(
            (_luminance(self.colour(one, scheme)) for one in (name, other)), reverse=True
        )
        return (lighter + 0.05) / (darker + 0.05)

    def _evaluate(self, value: str, scheme: Scheme, depth: int) -> Colour:
        value = _NAMES.get(value.strip().lower(), value.strip())
        if _HEX.fullmatch(value):
            return _from_hex(value)
        call = _CALL.fullmatch(value)
        if call is None or depth > 20:  # Properties that name each other.
            raise UnknownColour(value)
        name, arguments = call[1], _arguments(call[2])
        if name == "var":
            known = self.properties[scheme].get(arguments[0], ",".join(arguments[1:]))
            return self._evaluate(known, scheme, depth + 1)
        if name == "light-dark" and len(arguments) == 2:
            return self._evaluate(arguments[scheme == "dark"], scheme, depth + 1)
        if name == "color-mix" and len(arguments) == 3 and arguments[0] == "in srgb":
            return self._mix(arguments[1], arguments[2], scheme, depth + 1)
        if name == "rgb" and len(numbers := re.findall(r"\d+(?:\.\d+)?", call[2])) == 3:
            red, green, blue = (min(float(number), 255) / 255 for number in numbers)
            return red, green, blue
        raise UnknownColour(value)

    def _mix(self, first: str, second: str, scheme: Scheme, depth: int) -> Colour:
        """The first has its percentage, as in all mixtures of ours, and the second the rest."""
        percent = _PERCENT.search(first)
        if percent is None or _PERCENT.search(second):
            raise UnknownColour(f"{first}, {second}")
        share = float(percent[1]) / 100
        one = self._evaluate(first[: percent.start()], scheme, depth)
        other = self._evaluate(second, scheme, depth)
        red, green, blue = (a * share + b * (1 - share) for a, b in zip(one, other, strict=True))
        return red, green, blue


def theme(of_website: str = "") -> Theme:
    """The theme of this installation; where a website shows it, with the style sheet of that website."""
    ours = (paths.FILES / "static/css/portal.css").read_text()
    return read(ours, company_file().read_text(), of_website)


def company_file() -> Path:
    """The company's theme.css, or else ours."""
    own = Path(settings.PORTAL_BRAND_DIR) / "theme.css"
    return own if settings.PORTAL_BRAND_DIR and own.is_file() else paths.FILES / "static/brand/theme.css"


@lru_cache(maxsize=4)
def read(*sheets: str) -> Theme:
    """A browser that knows light-dark() takes the last value of each property. Ours comes first: it gives way."""
    found: dict[Scheme, dict[str, str]] = {"light": {}, "dark": {}}
    for css in sheets:
        text = _COMMENT.sub("", css)
        for scheme in SCHEMES:
            found[scheme].update(_properties(_FOR_DARK.sub("", text)))
        found["dark"].update(_properties(" ".join(_FOR_DARK.findall(text))))
    return Theme(found)


def as_hex(colour: Colour) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)


def _properties(css: str) -> dict[str, str]:
    return {name: value.strip() for name, value in _PROPERTY.findall(css)}


def _arguments(text: str) -> list[str]:
    """The parts between commas that are within no further parentheses."""
    parts, depth = [""], 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]


def _from_hex(value: str) -> Colour:
    digits = value[1:] if len(value) == 7 else "".join(digit * 2 for digit in value[1:])
    red, green, blue = (int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4))
    return red, green, blue


def _luminance(colour: Colour) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
