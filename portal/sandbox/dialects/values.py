"""The value of a dialect, such as the 5 of `cap=5`: how it is named in documentation, and how it is parsed."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# The characters that RFC 9110 allows in the name of a header.
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
KEY = re.compile(r"[!-+\--~]{1,200}")  # Printable ASCII without the comma, which separates several.


@dataclass(frozen=True)
class Value:
    """`parse` raises ValueError, with a text that says what is needed."""

    name: str
    parse: Callable[[str], Any]


def whole_number(name: str, lowest: int, highest: int) -> Value:
    def parse(text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,10}", text) or not lowest <= int(text) <= highest:
            raise ValueError(f"a whole number from {lowest} to {highest}")
        return int(text)

    return Value(name, parse)


def one_of(*choices: str) -> Value:
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(f"one of {', '.join(choices)}")
        return text

    return Value("|".join(choices), parse)


def text_like(name: str, pattern: str | re.Pattern[str], rule: str) -> Value:
    """A text that the pattern matches as a whole. `rule` says so in words."""

    def parse(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(rule)
        return text

    return Value(name, parse)


def list_of(name: str, item: Value, *, separator: str = ",") -> Value:
    """One value or several."""

    def parse(text: str) -> list[Any]:
        return [item.parse(part) for part in text.split(separator)]

    return Value(name, parse)


def dotted(name: str) -> Value:
    """A key, or several that lead into each other: `data.items`."""
    return list_of(
        name, text_like(name, r"[A-Za-z0-9_-]{1,64}", "keys, with dots between them"), separator="."
    )
