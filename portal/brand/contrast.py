"""Which words stand on what, and whether they can be read there."""

from dataclasses import dataclass
from typing import Final

from portal.brand.theme import SCHEMES, Scheme, Theme, UnknownColour

# Words, and what they stand on.
READ_TOGETHER: Final = (
    ("--ink", "--page"),
    ("--ink", "--surface"),
    ("--ink", "--brand-soft"),
    ("--soft", "--page"),
    ("--soft", "--surface"),
    ("--on-brand", "--brand"),
    ("--on-brand", "--brand-strong"),
    ("--brand", "--page"),
    ("--brand", "--surface"),
    ("--brand-strong", "--brand-soft"),
    ("--on-header", "--header"),
)
READABLE: Final = 4.5  # WCAG 2.2, 1.4.3 Contrast (Minimum).


@dataclass(frozen=True)
class Pair:
    """Two colours that are read together. Without a contrast, `unknown` is the value that only a browser can read."""

    words: str
    ground: str
    scheme: Scheme
    contrast: float | None
    unknown: str = ""

    @property
    def is_known(self) -> bool:
        return self.contrast is not None

    @property
    def is_readable(self) -> bool:
        return self.contrast is None or self.contrast >= READABLE


def compare(colours: Theme) -> list[Pair]:
    """Every pair, on light and on dark pages."""
    return [_pair(colours, *pair, scheme) for pair in READ_TOGETHER for scheme in SCHEMES]


def _pair(colours: Theme, words: str, ground: str, scheme: Scheme) -> Pair:
    try:
        return Pair(words, ground, scheme, colours.contrast(words, ground, scheme))
    except UnknownColour as unknown:
        return Pair(words, ground, scheme, None, str(unknown))
