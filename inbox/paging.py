"""Reading a list page by page, the newest message first, whatever the API does.

One call with `index` and `count` is enough as long as the API does what it is asked. This module deals with the rest:

- **A cap.** An API may give fewer messages at once than it is asked for, so a short answer is no proof of the end. One
  that is shorter than LEAST_CAP is, or shorter than the longest answer seen lately: no cap can be smaller than that.
  Otherwise `count` decides, and reading goes on from the messages received. An empty answer ends every list, whatever
  `count` says.
- **The oldest first.** Where the API lists in that order, `count` tells where its list ends, which is read from there.
  If the two disagree, because mail arrived in between or they count differently, the end is looked for in the list.
- **Moving positions.** Messages that arrive, go, or are read under a filter move all later ones. The link to a page
  therefore carries the marks of messages before it (`Start`). A few messages more are read, and the page begins after
  those marked: a message may be shown twice, and none is skipped.

A page costs one call as a rule, and MAX_CALLS at most: after that it is shorter, and the next one goes on from there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from time import monotonic

from inbox.securemail import BadAnswer, Message, SecureMailError, Unavailable

MAX_CALLS = 10
MAX_SECONDS = 4.0  # After this time no further call is begun.
LEAST_CAP = 5  # No API gives fewer than this if it has more: the reference's default is 10.
OVERLAP = 5  # Messages before a page that are read again, to find those that its link marks.
KEPT_MARKS = 3  # Marks by which a page is found again from one of its messages.
_REMEMBERED = 3600.0  # Seconds for which the longest answer proves that the API has no smaller cap.

Rows = tuple[Message | None, ...]
"""Messages of a list; None for one that cannot be used, which has a position all the same."""


class ListChanged(Exception):
    """None of the messages that a link marks is where it could be: the list has to be read from its beginning."""


@dataclass(frozen=True)
class Source:
    """One list of the API: its calls, and how messages in it are marked.

    `name` is the connection's: the longest answer is remembered for it. `marks` returns the current mark of a message
    first, and then older ones that links may still carry; none for a message that cannot be shown.
    """

    name: str
    rows: Callable[[int, int], Rows]  # index, count
    count: Callable[[], int]
    marks: Callable[[Message], Sequence[str]]
    oldest_first: bool = False


@dataclass(frozen=True)
class Start:
    """Where a page begins: the number of newer messages, and the marks of some of these, in the list's order."""

    position: int
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stretch:
    """Consecutive messages, the newest first. `more` is true if older ones follow, or if that is not known."""

    rows: Rows
    more: bool


@dataclass(frozen=True)
class PageRows:
    """The messages of a page, and where it begins, for links back to it. `more` is true if another page follows."""

    rows: Rows
    start: Start
    more: bool
    source: Source = field(repr=False)

    @cached_property
    def next(self) -> Start | None:
        """Where the next page begins; None after the last. Each message is marked for it, so only on demand."""
        if not self.more:
            return None
        marked = _marks(self.source, self.rows)
        marks = tuple(found[0] for found in marked if found)
        # After the last usable message, since the unusable ones that follow have no mark. They are read once more.
        used = max((at + 1 for at, found in enumerate(marked) if found), default=len(marked))
        kept = (*self.start.marks[-1:], *marks) if marks or not self.rows else ()
        return Start(self.start.position + used, kept)


def read_page(
    source: Source,
    start: Start,
    size: int,
    calls: int = MAX_CALLS,
    seconds: float = MAX_SECONDS,
    overlap: int = OVERLAP,
) -> PageRows:
    """Raises ListChanged; and the errors of the API, unless the page can be shown without the call that failed."""
    reader = Reader(source, calls=calls, seconds=seconds)
    if not start.marks:
        return _page(source, start.position, (), reader.read(start.position, size))
    first = max(start.position - overlap, 0)
    read = reader.read(first, start.position - first + size)
    begin = _after_marked(source, read.rows, start.marks)
    if begin is None and first and not reader.is_spent:
        # More messages have gone than the overlap covers. Look as far back as the page before this one began.
        earlier = max(first - size - overlap, 0)
        before = reader.read(earlier, first - earlier)
        if len(before.rows) == first - earlier:
            first, read = earlier, Stretch(before.rows + read.rows, read.more)
            begin = _after_marked(source, read.rows, start.marks)
    if begin is None:
        raise ListChanged
    while len(read.rows) - begin < size and read.more and not reader.is_spent:
        # Messages have arrived. Those marked may reach into what is read now.
        added = reader.read(first + len(read.rows), size - len(read.rows) + begin)
        read = Stretch(read.rows + added.rows, added.more)
        begin = _after_marked(source, read.rows, start.marks) or begin
    rest = read.rows[begin:]
    shown = Stretch(rest[:size], read.more or len(rest) > size)
    return _page(source, first + begin, read.rows[:begin], shown)


def _page(source: Source, position: int, before: Rows, shown: Stretch) -> PageRows:
    kept = tuple(marks[0] for marks in _marks(source, before) if marks)[-KEPT_MARKS:]
    return PageRows(shown.rows, Start(position, kept), shown.more, source)


def _after_marked(source: Source, rows: Rows, marks: Sequence[str]) -> int | None:
    """Where the messages begin that are new to a reader of the marked ones; None if no marked one is here."""
    every = _marks(source, rows)
    seen = [not set(found).isdisjoint(marks) for found in every]
    if True not in seen:
        return None
    first, end = seen.index(True), len(rows) - seen[::-1].index(True)
    between = (at for at in range(first, end) if every[at] and not seen[at])
    return next(between, end)


def _marks(source: Source, rows: Rows) -> list[Sequence[str]]:
    return [source.marks(row) if row else () for row in rows]


class Reader:
    """Reads one list, with at most so many calls, and begins none after so many seconds."""

    def __init__(self, source: Source, *, calls: int = MAX_CALLS, seconds: float = MAX_SECONDS) -> None:
        self._source = source
        self._calls_left = calls
        self._until = monotonic() + seconds
        self._total: int | None = None

    def read(self, position: int, size: int) -> Stretch:
        """At most `size` messages, from this position on; fewer also if the budget is spent."""
        if self._source.oldest_first:
            return self._read_from_end(position, size)
        return self.read_in_order(position, size)

    def read_in_order(self, index: int, size: int) -> Stretch:
        """The same in the API's own order, whichever that is."""
        answer = rows = self._list(index, size + 1)
        while len(rows) <= size and self._may_go_on(index + len(rows), len(answer)):
            if len(rows) == size or self.is_spent:
                return Stretch(rows, more=True)
            try:
                answer = self._list(index + len(rows), size + 1 - len(rows))
            except SecureMailError:
                return Stretch(rows, more=True)
            rows += answer
        return Stretch(rows[:size], more=len(rows) > size)

    def _may_go_on(self, reached: int, received: int) -> bool:
        """Whether messages may follow an answer that was too short. They may, if no call is left to find out."""
        if received == 0 or received < _longest_answer(self._source.name):
            return False
        if self._total is None and self.is_spent:
            return True
        try:
            # A count below what was received counts something else, and proves nothing.
            return self._count() != reached
        except SecureMailError:
            return True  # The list itself tells.

    def _read_from_end(self, position: int, size: int) -> Stretch:
        total = self._count()
        top = max(total - position, 0)
        if position and not top:
            return Stretch((), more=False)
        low = max(top - size, 0)
        # At the very end one more, which is there if mail has arrived since, or if the count leaves some out.
        asked = top - low + (position == 0)
        answer = self._list(low, asked)
        if len(answer) == top - low:
            return Stretch(answer[::-1], more=low > 0)
        received = low + len(answer)
        end = self._total = self._find_end(received if answer else 0, total if answer else low)
        is_capped = answer and len(answer) < asked and received < end
        return self._read_down(max(end - position, 0), size, len(answer) if is_capped else size)

    def _read_down(self, top: int, size: int, at_once: int) -> Stretch:
        """The messages below `top`, where the list is in order of age, by this many in a call."""
        rows: Rows = ()
        while len(rows) < size and top and not (rows and self.is_spent):
            part = min(size - len(rows), at_once, top)
            rows += self._list(top - part, part)[::-1]
            top -= part
        return Stretch(rows, more=top > 0)

    def _find_end(self, low: int, high: int) -> int:
        """How many messages the list has: at least `low`, and about `high`. Raises BadAnswer if that is far off."""
        high, step = max(low, high), 1
        while self._has(high):
            low, high, step = high + 1, high + 1 + step, step * 2
        guess = high - 1
        while low < high:
            low, high = (guess + 1, high) if self._has(guess) else (low, guess)
            guess = (low + high) // 2
        return high

    def _has(self, index: int) -> bool:
        if self._calls_left <= 0:
            raise BadAnswer("list", http_status=200, reason="the count and the list do not agree")
        if self.is_spent:
            raise Unavailable("list", reason="no time left to find the end of the list")
        return bool(self._list(index, 1))

    def _list(self, index: int, count: int) -> Rows:
        self._calls_left -= 1
        rows = self._source.rows(index, count)
        _remember_answer(self._source.name, len(rows))
        return rows

    def _count(self) -> int:
        if self._total is None:
            self._calls_left -= 1
            self._total = self._source.count()
        return self._total

    @property
    def is_spent(self) -> bool:
        """Whether no further call should be made for something that can be left out."""
        return self._calls_left <= 0 or monotonic() > self._until


_answers: dict[str, tuple[int, float]] = {}  # The length of the longest answer, and when it was seen.


def _longest_answer(name: str) -> int:
    length, seen = _answers.get(name, (LEAST_CAP, 0.0))
    return length if monotonic() - seen < _REMEMBERED else LEAST_CAP


def _remember_answer(name: str, length: int) -> None:
    if length >= _longest_answer(name):
        _answers[name] = (length, monotonic())


def forget_answers() -> None:
    """Forget how long answers were, as a new process would."""
    _answers.clear()
