"""Invisible characters: in what people paste, and in what strangers send."""

import re
import unicodedata

# What the Unicode Standard calls a newline (section 5.8): of Windows, old Macs, word processors and mainframes.
_LINE_BREAKS = ("\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029")
# Controls; overrides of direction, which let an address look like another; the byte order mark, joiners of lines, and
# deprecated signs. What scripts and emoji need is not among them: joiners, marks of direction, variation selectors.
_UNSEEN = "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202d\u202e\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb"
_HAS_UNSEEN = re.compile(f"[{_UNSEEN}]")
_WITHOUT_UNSEEN = dict.fromkeys(code for code in range(0x10000) if _HAS_UNSEEN.match(chr(code)))
# Tags, except in the flags of England, Scotland and Wales, and the space without width, except in scripts that do not
# separate words.
_FLAG = "\U0001f3f4[\U000e0020-\U000e007e]{1,6}\U000e007f"
_UNSEEN_HERE = re.compile(
    f"({_FLAG})|[\U000e0000-\U000e007f]+|(?<![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])\u200b+"
)
_PERHAPS_UNSEEN_HERE = re.compile("[\u200b\U000e0000-\U000e007f]")
# What any of the above stands for, and all line breaks but "\n".
_UNTIDY = re.compile(f"[\r\v\f\x85\u2028\u2029{_UNSEEN}\u200b\U000e0000-\U000e007f]")
# Embeddings and isolates: what one begins could end outside of the line that holds it.
_EMBEDDING = re.compile("[\u202a-\u202c\u2066-\u2069]")
# Space, and what Unicode calls "default ignorable", or shows as a blank.
_VISIBLE = re.compile(
    r"[^\s\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f"
    r"\u205f-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\U000e0000-\U000e0fff]"
)
_MAX_MARKS = 30  # On one letter. Scripts need three or four; browsers take minutes for thousands.
# Neither letters nor spaces; combining marks are among them.
_MANY_SIGNS = re.compile(rf"[^\x00-\u02ff\w\s]{{{_MAX_MARKS + 1},}}")


def has_visible(text: str) -> bool:
    """Whether there is anything to read in it."""
    return bool(_VISIBLE.search(text))


def tidied(text: str) -> str:
    """The text with "\\n" for every line break, and without invisible characters that do nothing, or only harm."""
    # Few lines have any of it, and looking for all at once is quick.
    if not _UNTIDY.search(text):
        return text
    for line_break in _LINE_BREAKS:
        text = text.replace(line_break, "\n")
    if _HAS_UNSEEN.search(text):
        text = text.translate(_WITHOUT_UNSEEN)
    # Few texts have any of these characters, and looking for one is quick.
    return _UNSEEN_HERE.sub(r"\1", text) if _PERHAPS_UNSEEN_HERE.search(text) else text


def one_line(text: str) -> str:
    """The text in one line, without invisible characters that could change what stands beside it."""
    return _EMBEDDING.sub("", re.sub("[\n\t]+", " ", tidied(text)))


def with_few_marks(text: str) -> str:
    """The text with as many combining marks on each letter as a script can need."""
    return _MANY_SIGNS.sub(lambda signs: _few_marks(signs[0]), text)


def _few_marks(signs: str) -> str:
    kept, marks = [], 0
    for sign in signs:
        marks = marks + 1 if unicodedata.category(sign).startswith("M") else 0
        if marks <= _MAX_MARKS:
            kept.append(sign)
    return "".join(kept)
