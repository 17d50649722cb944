"""The rows of lists. A page has many of them, so they are filled into stencils."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django import template

from inbox.models import Securebox
from inbox.views.boxes import BoxRow
from inbox.views.rows import Row
from portal import dates, stencils
from portal.stencils import Value
from portal.templatetags.brand import box_class, department_mark

register = template.Library()


@register.simple_tag
def list_rows(rows: Iterable[Row], *, list_goes_on: bool) -> str:
    """Conversations in the list of their department. `list_goes_on`: it has older messages than this page."""
    words = dates.for_each_in_list()
    return stencils.each_filled("inbox/_row.html", (_values(row, words, list_goes_on) for row in rows))


@register.simple_tag
def box_rows(rows: Iterable[BoxRow]) -> str:
    """Conversations in the list of all departments, each with the name of its own."""
    words = dates.for_each_in_list()
    return stencils.each_filled(
        "inbox/_box_row.html",
        (_values(one.row, words, False) | _box_values(one.securebox) for one in rows),
    )


def _values(row: Row, words: Callable[[datetime], str], list_goes_on: bool) -> dict[str, Value]:
    return {
        "anchor": row.anchor,
        "url": row.url,
        "who": row.who,
        "initials": row.initials,
        "sent": row.sent,
        "subject": row.subject,
        "preview": row.preview,
        "date": words(row.date) if row.date else "",
        "date_for_machines": dates.for_machines(row.date) if row.date else "",
        "count": row.count,
        "unread": row.unread,
        "state": row.state,
        "received": row.received,
        "goes_back": row.goes_back and list_goes_on,
        "has_draft": row.has_draft,
        "is_current": row.is_current,
    }


def _box_values(box: Securebox) -> dict[str, Value]:
    return {
        "box_mark": department_mark(box.pk, box.title),
        "box_class": box_class(box.pk),
        "box_title": box.title,
    }
