"""The departments, on every page. Filled into stencils, since there may be forty of them."""

from collections.abc import Iterable, Mapping

from django import template

from inbox.models import Securebox
from inbox.unread import Unread
from portal import stencils
from portal.stencils import Kind

register = template.Library()


@register.simple_tag(takes_context=True)
def navigation(context: template.Context) -> str:
    """The list of departments, with what `inbox.context_processors.navigation` knows of them."""
    boxes, opened = context["nav_boxes"], context.get("securebox")
    match = context["request"].resolver_match
    return stencils.filled(
        "_navigation.html",
        page=Kind(match.url_name if match else ""),
        opened=opened.title if opened else "",
        unread=context["nav_unread"].label,
        has_several=len(boxes) > 1,
        boxes=stencils.each_filled(
            "_navigation_box.html", (_values(box, unread, opened) for box, unread in boxes)
        ),
        outgoing=str(context["nav_outgoing"] or ""),
    )


@register.simple_tag
def boxes_to_write_to(boxes: Iterable[Securebox]) -> str:
    """The items of a list of departments that take messages."""
    return stencils.each_filled("inbox/_write_to_box.html", map(_described, boxes))


def _values(box: Securebox, unread: Unread, opened: Securebox | None) -> Mapping[str, stencils.Value]:
    return {
        **_described(box),
        "unread": unread.label,
        "is_open": bool(opened and opened.slug == box.slug),
    }


def _described(box: Securebox) -> Mapping[str, stencils.Value]:
    """What a template says of a department. It makes the kind: there are few, and they are on every page."""
    return {
        "number": box.pk,
        "slug": Kind(box.slug),
        "title": Kind(box.title),
        "description": Kind(box.description),
        "reply_hours": box.reply_hours,
        "reply_working_days": box.reply_working_days,
        "reply_time": Kind(box.reply_time),
    }
