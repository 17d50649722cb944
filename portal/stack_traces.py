"""What may be told of an exception: classes, and places in the code. Its text may hold data.

The exception is what `ImproperlyConfigured` says: what is wrong with the configuration is for the operator to read.
"""

import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ImproperlyConfigured

_MOST_FRAMES: Final = 40  # Of one exception: the innermost. Log collectors cut off very long lines.


@dataclass(frozen=True)
class Frame:
    file: str
    line: int
    function: str


@dataclass(frozen=True)
class Raised:
    """`kind` is the exception's class; `text` is empty except for ImproperlyConfigured. The innermost frame is last."""

    kind: str
    text: str
    frames: tuple[Frame, ...]


def chain(error: BaseException) -> list[Raised]:
    """The exception, then those that it contains or follows."""
    return list(_chain(error, set()))


def describe(error: BaseException | None) -> str | None:
    """The same as text: a line for each exception and each frame."""
    return "\n".join(line for raised in chain(error) for line in _lines(raised)) if error else None


def class_name(value: object) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}"


def _chain(error: BaseException, seen: set[int]) -> Iterator[Raised]:
    seen.add(id(error))
    frames = tuple(
        Frame(frame.f_code.co_filename, line, frame.f_code.co_qualname)
        for frame, line in list(traceback.walk_tb(error.__traceback__))[-_MOST_FRAMES:]
    )
    yield Raised(class_name(error), str(error) if isinstance(error, ImproperlyConfigured) else "", frames)
    parts = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    for other in (*parts, before):
        if other is not None and id(other) not in seen:
            yield from _chain(other, seen)


def _lines(raised: Raised) -> Iterator[str]:
    yield f"{raised.kind}: {raised.text}" if raised.text else raised.kind
    for frame in raised.frames:
        yield f"  {frame.file}:{frame.line} in {frame.function}"
