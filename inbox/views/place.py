"""Where a reader is in a list: the filter and the page, as links and forms carry it.

Links to a message carry it too, so that "back", and what follows an action, lead to the same page. The address of the
page before would not do: browsers do not send it from frames, nor under the portal's `Referrer-Policy`.
"""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, get_args
from urllib.parse import urlencode

from django.http import Http404, QueryDict
from django.urls import get_script_prefix, reverse

from inbox.access import Status
from inbox.entries import Page
from inbox.paging import Start
from inbox.references import MARK_LENGTH

MAX_PAGE = 1_000  # No one reads further than this: the URL was made up.
_MAX_MARKS = 101  # Those of the largest page, and one before it.
_MARKS = re.compile(rf"(?:[0-9a-f]{{{MARK_LENGTH}}}){{1,{_MAX_MARKS}}}")

Via = Literal["list", "home", "search"]  # The last two are names of URLs.


@dataclass(frozen=True)
class Place:
    """A page of a list. Without `start`, it begins where its number says. `via`: another page led to the message."""

    status: Status = "all"
    number: int = 1
    start: Start | None = None
    via: Via = "list"

    @cached_property
    def query(self) -> dict[str, str]:
        """The parameters that `place_in` reads, without those that have their usual value."""
        query = {} if self.status == "all" else {"status": str(self.status)}
        if self.number > 1:
            query["page"] = str(self.number)
        if self.start:
            query["from"] = str(self.start.position)
            if self.start.marks:
                query["after"] = "".join(self.start.marks)
        if self.via != "list":
            query["via"] = self.via
        return query

    @cached_property
    def suffix(self) -> str:
        """What to append to an address without a query: "?page=2", or nothing."""
        return f"?{urlencode(self.query)}" if self.query else ""

    @cached_property
    def more(self) -> str:
        """What to append to an address with a query: "&page=2", or nothing."""
        return f"&{urlencode(self.query)}" if self.query else ""

    def url(self, slug: str) -> str:
        return _list_url(slug, get_script_prefix()) + self.suffix if self.via == "list" else reverse(self.via)


@lru_cache(maxsize=1_000)
def _list_url(slug: str, _prefix: str) -> str:
    """Kept, since a page has many links to a list. In a frame, all addresses begin with another prefix."""
    return reverse("inbox", args=[slug])


def place_in(query: QueryDict) -> Place:
    """Raises Http404 for impossible values."""
    status, via, start = query.get("status") or "all", query.get("via") or "list", query.get("from")
    if status not in get_args(Status) or via not in get_args(Via):
        raise Http404
    number = _number(query.get("page") or "1", digits=4)
    if not 1 <= number <= MAX_PAGE:
        raise Http404
    marks = query.get("after", "")
    if marks and (start is None or not _MARKS.fullmatch(marks)):
        raise Http404
    found = tuple(marks[at : at + MARK_LENGTH] for at in range(0, len(marks), MARK_LENGTH))
    begin = None if start is None else Start(_number(start, digits=6), found)
    return Place(status, number, begin, via)  # type: ignore[arg-type]  # Checked against the literals above.


def place_of(page: Page, status: Status, size: int) -> Place:
    """Where this page is, for links that lead back to it."""
    return _place(status, page.number, page.start, size)


def next_of(page: Page, status: Status) -> Place | None:
    """The page of older messages, if there is one and anybody would read as far."""
    return Place(status, page.number + 1, page.next) if page.has_next and page.number < MAX_PAGE else None


def previous_of(page: Page, status: Status, size: int) -> Place | None:
    """The page of newer messages: those just before this page, wherever it begins by now."""
    if page.start.position == 0:
        return None
    start = Start(max(page.start.position - size, 0))
    return _place(status, max(page.number - 1, 1), start, size)


def _place(status: Status, number: int, start: Start, size: int) -> Place:
    if start.position == 0:
        return Place(status)
    usual = start == Start((number - 1) * size)
    return Place(status, number, None if usual else start)


def _number(text: str, *, digits: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= digits):
        raise Http404
    return int(text)
