"""SESSION_ENGINE: Django's sessions in the database, with an absolute limit that using them does not extend.

Their content is encrypted, where Django only signs it: it holds addresses and names, the codes that were just mailed,
and the secret of an authenticator app that is being set up. The keys come from SECRET_KEY and SECRET_KEY_FALLBACKS, as
those of Django's signature do. To read a row, use `SessionStore().decode`: its `get_decoded` expects Django's format.
"""

import re
import time
from base64 import urlsafe_b64encode
from functools import lru_cache
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db.models import QuerySet, Subquery, Value
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from portal.database.prepared import PreparedQuery
from portal.keyed_hashes import keyed_hashes

_KEY_ID = (
    "auth_hash_key"  # In a stored session: identifies the SECRET_KEY that its HASH_SESSION_KEY was made with.
)

_KEY = re.compile(r"[a-z0-9]{32}")  # As Django makes them.
# Seconds that a visitor who has not signed in keeps a session: longer than any sign-in may take, so that rows that
# strangers begin are soon gone.
_BEFORE_SIGN_IN: Final = 20 * 60


class SessionStore(db.SessionStore):
    """The row, and with it the session, expires at the idle limit or the absolute limit, whichever comes first."""

    def __init__(self, session_key: str | None = None) -> None:
        """A cookie may hold anything, even a NUL, with which PostgreSQL cannot look for a row."""
        super().__init__(session_key if session_key and _KEY.fullmatch(session_key) else None)
        self._user: Any = None

    def get_session_cookie_age(self) -> int:
        """Seconds until the session expires if it is not used. Django derives every expiry from this method."""
        idle: int = settings.SESSION_COOKIE_AGE
        started: int | None = self.get("started")
        if started is None:
            return min(idle, _BEFORE_SIGN_IN)
        return int(min(idle, started + settings.SESSION_ABSOLUTE_SECONDS - time.time()))

    def load(self) -> dict[str, Any]:
        data: dict[str, Any] = self._load_with_user() or super().load()
        if HASH_SESSION_KEY in data and data.get(_KEY_ID) != _key_id():
            _renew_hash(data)
        return data

    def _load_with_user(self) -> dict[str, Any]:
        """The content of a session that somebody is signed in to, with that user in the same query; else empty.

        django-allauth's row of the session says who that is. `verified_user` believes it only if the content agrees.
        """
        self._user = next(iter(_users_with_session(key=self.session_key, now=timezone.now())), None)
        return self.decode(self._user.session_data) if self._user and self._user.session_data else {}

    def verified_user(self) -> Any:
        """The user that was loaded with the session, if they pass all checks of Django's `get_user`; otherwise None."""
        pk, backend = self.get(SESSION_KEY), self.get(BACKEND_SESSION_KEY)
        user = self._user
        if user is None or str(user.pk) != pk or backend not in settings.AUTHENTICATION_BACKENDS:
            return None
        is_theirs = constant_time_compare(self.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
        return user if is_theirs and user.is_active else None

    def cycle_key(self) -> None:
        """As Django's, unless nothing is stored yet: then the first `save` makes a key, with no row to replace."""
        if self.session_key is not None:
            super().cycle_key()

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        if HASH_SESSION_KEY in data:
            data[_KEY_ID] = _key_id()
        return super().create_model_instance(data)

    def encode(self, session_dict: dict[str, Any]) -> str:
        return _fernet().encrypt(self.serializer().dumps(session_dict)).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Empty, as for a session that has ended, if none of the keys decrypts it."""
        try:
            decrypted = _fernet().decrypt(session_data)
        except (InvalidToken, ValueError):
            # It may be from a release that only signed sessions; it is encrypted when it is saved.
            signed: dict[str, Any] = super().decode(session_data)
            return signed
        content: dict[str, Any] = self.serializer().loads(decrypted)
        return content


def key_position(session_data: str) -> int | None:
    """Which key encrypted it: SECRET_KEY is 0, then SECRET_KEY_FALLBACKS; None if none of them did."""
    for position, one in enumerate(keyed_hashes("portal.accounts.sessions.store", "encryption")):
        try:
            _fernet_of((one,)).decrypt(session_data)
        except InvalidToken:
            continue
        return position
    return None


class JoinedSession(SessionStore):
    """A session that another request has stored and may still be writing: this one only names it in the cookie."""

    def save(self, must_create: bool = False) -> None:
        pass


@PreparedQuery
def _users_with_session(key: Value, now: Value) -> "QuerySet[Any]":
    rows = SessionStore.get_model_class().objects.filter(session_key=key, expire_date__gt=now)
    users = get_user_model().objects.filter(usersession__session_key=key)
    return users.annotate(session_data=Subquery(rows.values("session_data")))


def _renew_hash(data: dict[str, Any]) -> None:
    """Tie the session to its user's password with the new SECRET_KEY, if it was made with a former one.

    Django would do so itself, but give the session another key, too. Every other tab then still asks with the old
    one, and is signed out; and so is every other device, when its owner looks at the list of devices.
    """
    user = get_user_model().objects.filter(pk=data[SESSION_KEY]).first()
    if user and data[HASH_SESSION_KEY] in user.get_session_auth_fallback_hash():
        data[HASH_SESSION_KEY] = user.get_session_auth_hash()


def _key_id() -> str:
    return keyed_hashes("portal.accounts.sessions.store", "")[0][:8]


def _fernet() -> MultiFernet:
    return _fernet_of(tuple(keyed_hashes("portal.accounts.sessions.store", "encryption")))


@lru_cache(maxsize=8)
def _fernet_of(hashes: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(urlsafe_b64encode(bytes.fromhex(one))) for one in hashes])
