"""Patterns that operators give for what people type, such as a policy number: regular expressions of a safe kind.

Python's `re` may try all ways in which the parts of a pattern can share a text between them, which can take hours. So a
pattern here has no groups, and the number of those ways is calculated before it is used.
"""

import re
from functools import lru_cache

MAX_LENGTH = 200  # Characters of a text that is compared.
MAX_WAYS = 50_000  # Compared in milliseconds. Two parts of any length have fewer.

_ESCAPED = r"\\[dDsSwW]|\\[^A-Za-z0-9\s]"
# In a class, doubled signs are reserved for sets of a future Python.
_CLASS = rf"\[\^?(?:{_ESCAPED}|(?!--|&&|~~|\|\|)[^\\\[\]])+\]"
_LITERAL = r"[^\\\[\](){}*+?|^$]"
_PART = re.compile(
    rf"(?P<or>\|)|(?:{_ESCAPED}|{_CLASS}|{_LITERAL})(?P<count>[*+?]|\{{\d{{1,3}}(?:,\d{{0,3}})?\}})?"
)


class BadPattern(ValueError):
    """It cannot be read, or has groups, anchors or other parts that are not allowed here."""


class SlowPattern(ValueError):
    """Comparing it could take too long."""


def check(pattern: str) -> None:
    """Raises BadPattern and SlowPattern. A pattern consists of

    - characters, `.`, classes such as `[A-Z]`, and `\\d`, `\\s`, `\\w` and their opposites, for ASCII alone;
    - each with a count, if it does not stand for one character: `?`, `*`, `+`, `{6}` or `{2,10}`;
    - `|` between alternatives.
    """
    ways, position = [1], 0
    while position < len(pattern):
        part = _PART.match(pattern, position)
        if part is None:
            raise BadPattern
        position = part.end()
        if part["or"]:
            ways.append(1)
        else:
            ways[-1] *= _ways(part["count"])
    if sum(ways) > MAX_WAYS:
        raise SlowPattern
    try:
        re.compile(pattern)
    except re.error:
        raise BadPattern from None


def matches(pattern: str, text: str) -> bool:
    """Whether the pattern matches the whole text, of at most MAX_LENGTH characters. Raises as `check` does."""
    return len(text) <= MAX_LENGTH and _compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=100)
def _compiled(pattern: str) -> re.Pattern[str]:
    check(pattern)
    return re.compile(pattern, re.ASCII)


def _ways(count: str | None) -> int:
    """How many lengths a part with this count can have."""
    if count in ("*", "+"):
        return MAX_LENGTH
    if count in (None, "?"):
        return 1 if count is None else 2
    least, comma, most = count.strip("{}").partition(",")
    if not comma:
        return 1
    return max(1, (int(most) if most else MAX_LENGTH) - int(least) + 1)
