"""Sessions of windows that were opened from a frame: they end with the frame's session at the latest."""

from typing import Final

from allauth.usersessions.models import UserSession
from django.http import HttpRequest

from portal.accounts.sessions.store import SessionStore

_PARENT: Final = (
    "opened_from"  # In `UserSession.data` of the window's session: the primary key of the frame's row.
)


def current_row(request: HttpRequest) -> UserSession | None:
    """django-allauth's row of the session of this request."""
    return UserSession.objects.filter(session_key=request.session.session_key).first()


def link(request: HttpRequest, parent: int) -> bool:
    """Make the session that was just started a child of the one with this row. False if that one has ended.

    Write the link first, then look the parent up. `revoke_with_children` deletes the parent first, then looks for
    children: in this order, one of the two always sees the other. The absolute limit counts from the parent's start,
    so that opening windows does not prolong a session.
    """
    UserSession.objects.filter(session_key=request.session.session_key).update(data={_PARENT: parent})
    opener = UserSession.objects.filter(pk=parent).first()
    started = SessionStore(opener.session_key).get("started") if opener else None
    if started is None:
        return False
    request.session["started"] = started
    return True


def revoke_with_children(request: HttpRequest) -> None:
    """End the session of this request on the user's wish, and with it the windows that were opened from it."""
    if row := current_row(request):
        _revoke(row)


def _revoke(session: UserSession) -> None:
    pk, user = session.pk, session.user_id  # Ending it deletes the row.
    session.end()
    # Of the same user: the data of all users' sessions have no index.
    for child in UserSession.objects.filter(user=user, **{f"data__{_PARENT}": pk}):
        _revoke(child)
