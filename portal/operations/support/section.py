from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """`advice` is what to do, or what to tell the customer. `is_trouble` if it keeps them from something."""

    topic: str
    state: str
    advice: str = ""
    details: tuple[str, ...] = ()
    is_trouble: bool = False


@dataclass(frozen=True)
class Section:
    """`nothing` is what it says without lines."""

    title: str
    lines: tuple[Line, ...]
    nothing: str = ""
