"""What a letter repeats of an earlier one, at its end: mail programs put it there when somebody answers."""

import re

_MIN_LINES = 3  # A shorter quote is read faster than it is unfolded.
_MAX_HEAD = 300  # Characters.
# "On 3 March 2026, Priya Rao wrote:", which some programs write above a quote without ">".
_WROTE = re.compile(r"On .{4,300} wrote:\s*+")
# "-----Original Message-----", in any language.
_RULED = re.compile(r"-{4,}+ ?[^\s-].{2,40}?[^\s-] ?-{4,}+\s*+")

# The first of two lines: it begins like that, or ends with the writer's address.
_BROKEN = re.compile(r"On .*\d|.*\d.*<\S+@\S+>\s*$")


def split(text: str) -> tuple[str, str]:
    """The letter's own words, and the quote at its end with the line above it; empty if there is none to fold.

    A quote that is followed by words belongs to them, and stays. A letter that is nothing but a quote has none.
    """
    lines = text.split("\n")
    start = _ruled_from(lines)
    if start is None:
        start = _with_head(lines, _marked_from(lines))
    own, quote = "\n".join(lines[:start]).rstrip(), "\n".join(lines[start:]).strip("\n")
    is_worth_it = own.strip() and len(quote.split("\n")) >= _MIN_LINES
    return (own, quote) if is_worth_it else (text, "")


def _ruled_from(lines: list[str]) -> int | None:
    """The line that says that all that follows is an earlier message."""
    heads = (at for at, line in enumerate(lines) if _WROTE.fullmatch(line) or _RULED.fullmatch(line))
    for at in heads:
        following = next((line for line in lines[at + 1 :] if line.strip()), "")
        # With marks, the quote ends where they do.
        if not following.startswith(">"):
            return at
        return None
    return None


def _marked_from(lines: list[str]) -> int:
    """Where the lines that begin with ">" start, if the letter ends with such lines."""
    start = end = len(lines)
    for at in range(end - 1, -1, -1):
        if lines[at].startswith(">"):
            start = at
        elif lines[at].strip():
            break
    return start


def _with_head(lines: list[str], start: int) -> int:
    """The same with the line that introduces them, which may be broken into two."""
    if start == len(lines):
        return start
    at = start - 1
    while at >= 0 and not lines[at].strip():
        at -= 1
    if at < 0 or not lines[at].rstrip().endswith((":", "：")) or len(lines[at]) > _MAX_HEAD:
        return start
    is_broken = at > 0 and _BROKEN.match(lines[at - 1]) and not re.search(r"\d", lines[at])
    return at - 1 if is_broken else at
