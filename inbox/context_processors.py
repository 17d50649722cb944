from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from inbox import unread
from inbox.access import open_mailboxes
from inbox.models import OutgoingMessage
from inbox.outgoing import queries
from portal.accounts.login import mfa


def navigation(request: HttpRequest) -> dict[str, object]:
    """What the head of every page shows: boxes, badges and what is under way. No page waits for it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or mfa.is_due(request, user):
        return {}
    try:
        boxes = open_mailboxes(user)
    except PermissionDenied:
        return {}
    under_way = queries.items(user)
    counts = {box.securebox.slug: unread.known(box) for box in boxes}
    return {
        "nav_boxes": [(box.securebox, counts[box.securebox.slug]) for box in boxes],
        "nav_unread": unread.total(list(counts.values())),
        "nav_outgoing": sum(item.message.state != OutgoingMessage.State.SENT for item in under_way),
        "news": [item for item in under_way if item.is_news],
        "under_way_now": [item for item in under_way if item.is_under_way],
    }
