"""Whose page it is: an id that every page and every answer of a signed-in user carries.

Scripts compare the two: after another user has signed in in the same browser, an open page of the first one shows
nothing any more (`static/js/session/reader.js`), and `portal.accounts.middleware.ReaderMiddleware` refuses its forms.
"""

from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from portal.keyed_hashes import keyed_hashes

HEADER: Final = "Portal-Reader"
FIELD: Final = "reader"  # The name of the hidden field in forms: see `templatetags/reader_forms.py`.
_SALT: Final = "portal.accounts.sessions.reader"


def ids(user: AbstractBaseUser | AnonymousUser) -> tuple[str, ...]:
    """One id for each accepted value of SECRET_KEY, the newest first; none for a visitor.

    The same in all sessions of the user. Neither account nor address can be derived from it.
    """
    if not user.is_authenticated:
        return ()
    return tuple(hashed[:32] for hashed in keyed_hashes(_SALT, str(user.pk)))


def header(user: AbstractBaseUser | AnonymousUser) -> str:
    """The value of HEADER; empty for a visitor. A page has the first id of it at the time."""
    return " ".join(ids(user))


def is_of_another(request: HttpRequest) -> bool:
    """Whether the posted form is on a page of another user than the signed-in one."""
    return request.user.is_authenticated and request.POST.get(FIELD) not in (None, *ids(request.user))
