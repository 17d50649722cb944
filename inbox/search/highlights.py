"""Where the words of a search stand in a line of text. Templates mark them, and escape the text as any other."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inbox.search.folding import fold

_BEFORE = 40  # Characters of an excerpt in front of the first word that is found.
_LAST_WORD = 20  # Characters: a word that does not fit is left out, unless it is longer.
_MAX_FOUND = 50  # Places in a line that are marked. A single letter may occur at each.
_PIECE = 256  # Characters that are folded together where only their number is needed.


@dataclass(frozen=True)
class Piece:
    """A part of a line. `found` says whether it is one of the words."""

    text: str
    found: bool = False


def marked(line: str, terms: Sequence[str]) -> tuple[Piece, ...]:
    """The line in pieces, none of them empty."""
    pieces, at = [], 0
    for start, end in _merged(_places(line, terms)):
        pieces += [Piece(line[at:start]), Piece(line[start:end], found=True)]
        at = end
    return tuple(piece for piece in (*pieces, Piece(line[at:])) if piece.text)


def excerpt(line: str, terms: Sequence[str], length: int) -> str:
    """So many characters of the line, with the first word that is found in it; or else its beginning."""
    first = _first_place(line, terms)
    start = _after_space(line, first - _BEFORE, first) if first > max(length - _BEFORE, 0) else 0
    shown = line[start : start + length].strip()
    if start + length < len(line):
        words, _space, last = shown.rpartition(" ")
        shown = f"{words if words and len(last) <= _LAST_WORD else shown}…"
    return f"…{shown}" if start else shown


def _places(line: str, terms: Sequence[str]) -> Iterator[tuple[int, int]]:
    folded, origins = [], []
    for at, sign in enumerate(line):
        part = fold(sign)
        folded.append(part)
        origins += [at] * len(part)
    text = "".join(folded)
    for term in terms:
        at = text.find(term)
        for _ in range(_MAX_FOUND):
            if at < 0:
                break
            end = origins[at + len(term) - 1] + 1
            # Accents that follow the last letter belong to it.
            while end < len(line) and not folded[end]:
                end += 1
            yield origins[at], end
            at = text.find(term, at + len(term))


def _merged(places: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _first_place(line: str, terms: Sequence[str]) -> int:
    """The index in the line of the term that occurs first; 0 if none does."""
    folded = fold(line)
    found = min((at for term in terms if (at := folded.find(term)) >= 0), default=-1)
    if found < 0:
        return 0
    at = 0
    while at < len(line) and (size := len(fold(line[at : at + _PIECE]))) <= found:
        found -= size
        at += _PIECE
    while at < len(line) and (size := len(fold(line[at]))) <= found:
        found -= size
        at += 1
    return min(at, len(line))


def _after_space(line: str, start: int, end: int) -> int:
    """The beginning of a word between these indices, if there is one."""
    space = line.find(" ", start, end)
    return start if space < 0 else space + 1
