from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from inbox import unread
from inbox.access import open_mailboxes


def navigation(request: HttpRequest) -> dict[str, object]:
    """The boxes and badges in the head of every page, from what is remembered: no page waits for its head."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    try:
        boxes = open_mailboxes(user)
    except PermissionDenied:
        return {}
    counts = {box.securebox.slug: unread.known(box) for box in boxes}
    return {
        "nav_boxes": [(box.securebox, counts[box.securebox.slug]) for box in boxes],
        "nav_unread": unread.total(list(counts.values())),
    }
