"""The departments, on every page. Filled into stencils, since there may be forty of them."""

from collections.abc import Mapping

from django import template
from django.urls import reverse

from inbox.models import Securebox
from inbox.templatetags.mail import reply_time
from inbox.unread import Unread
from portal import stencils
from portal.templatetags.brand import department_mark

register = template.Library()


@register.simple_tag(takes_context=True)
def navigation(context: template.Context) -> str:
    """The list of departments, with what `inbox.context_processors.navigation` knows of them."""
    boxes, opened = context["nav_boxes"], context.get("securebox")
    match = context["request"].resolver_match
    return stencils.filled(
        "_navigation.html",
        page=stencils.Kind(match.url_name if match else ""),
        opened=opened.title if opened else "",
        unread=context["nav_unread"].label,
        has_several=len(boxes) > 1,
        boxes=stencils.each_filled(
            "_navigation_box.html", (_values(box, unread, opened) for box, unread in boxes)
        ),
        outgoing=str(context["nav_outgoing"] or ""),
    )


def _values(box: Securebox, unread: Unread, opened: Securebox | None) -> Mapping[str, stencils.Value]:
    return {
        "url": reverse("inbox", args=[box.slug]),
        "slug": box.slug,
        "title": box.title,
        "mark": department_mark(box),
        "takes": reply_time(box),
        "description": box.description,
        "unread": unread.label,
        "is_open": bool(opened and opened.slug == box.slug),
    }
