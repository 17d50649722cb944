from collections.abc import Mapping, Sequence
from typing import cast

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from inbox import unread
from inbox.access import Mailbox, open_mailboxes
from inbox.models import OutgoingMessage
from inbox.outgoing import queries
from portal.accounts.login import mfa
from portal.accounts.models import ConsumerRequest


def navigation(request: HttpRequest) -> dict[str, object]:
    """The secureboxes, badges and outgoing messages in the header of every page. It makes no API call."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or mfa.is_outstanding(request, user):
        return {}
    request = cast(ConsumerRequest, request)
    try:
        boxes = open_mailboxes(request)
    except PermissionDenied:
        return {}
    items = queries.items(request)
    return {
        **badges(boxes, unread.of_request(request).by_slug),
        "nav_outgoing": sum(item.message.state != OutgoingMessage.State.SENT for item in items),
        "news": [item for item in items if item.is_news],
        "may_save_all": settings.PORTAL_SAVES_AT_ONCE > 0,
        "under_way_now": [item for item in items if item.is_under_way],
    }


def badges(boxes: Sequence[Mailbox], counts: Mapping[str, unread.Unread]) -> dict[str, object]:
    """The secureboxes with these counts, by slug. A view that knows newer ones passes its own to its template."""
    return {
        "nav_boxes": [(box.securebox, counts[box.securebox.slug]) for box in boxes],
        "nav_unread": unread.total(list(counts.values())),
        # What a poll would say at this moment, so that the page's script asks later; not where it would ask the API.
        "nav_counts": unread.as_json(counts) if all(one.is_fresh for one in counts.values()) else None,
    }
