"""Windows that were opened from a frame: their sessions end with the one that they come from, or before."""

from typing import Final

from allauth.usersessions.models import UserSession
from django.http import HttpRequest

from portal.accounts.sessions.store import SessionStore

_PARENT: Final = "opened_from"  # In the data of a session's row: the row of the session that it comes from.


def row(request: HttpRequest) -> UserSession | None:
    """django-allauth's row of this session."""
    return UserSession.objects.filter(session_key=request.session.session_key).first()


def adopt(request: HttpRequest, parent: int) -> bool:
    """Bind the session that has just begun to the one with this row. False where that one is over by now.

    Written before it is looked up, as `end_with` looks for windows after the row is gone: none slips through between.
    The longest that a session lives counts from the beginning of the first one: a window prolongs none.
    """
    UserSession.objects.filter(session_key=request.session.session_key).update(data={_PARENT: parent})
    opener = UserSession.objects.filter(pk=parent).first()
    began = SessionStore(opener.session_key).get("started") if opener else None
    if began is None:
        return False
    request.session["started"] = began
    return True


def end_with(request: HttpRequest) -> None:
    """This session is about to end, and somebody wants it to: so do the windows that were opened from it."""
    if found := row(request):
        _end(found)


def _end(session: UserSession) -> None:
    number = session.pk
    session.end()
    for window in UserSession.objects.filter(**{f"data__{_PARENT}": number}):
        _end(window)
