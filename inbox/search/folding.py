"""Text without what a search leaves out: case, accents and vowel points, forms of a letter, signs without width."""

import unicodedata

# Invisible within a word: soft hyphens, joiners, marks of direction, variation selectors. Tatweel stretches a word.
_LEFT_OUT = dict.fromkeys(
    [
        0xAD,
        0x34F,
        0x61C,
        0x640,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFE00, 0xFE10),
        0xFEFF,
    ]
)
# Typed by hand they are straight, and word processors bend them.
_ALIKE = str.maketrans("‘’ʼ‚‐‑‒–—", "''''-----")


def fold(text: str) -> str:
    """The text for comparing. Folding it sign by sign gives the same.

    As Unicode's caseless matching for compatibility equivalents (D146), and without marks that stand above or below a
    letter. Vowel signs of Indic scripts and Thai are kept: they are letters there.
    """
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", text.translate(_LEFT_OUT)).casefold()
    text = unicodedata.normalize("NFKD", text).translate(_ALIKE)
    return "".join([sign for sign in text if not unicodedata.combining(sign)])
