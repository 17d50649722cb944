"""Sessions: those that the person is signed in to, and those in which a sign-up or sign-in was begun for them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from portal.accounts.personal_data.person import Person
from portal.accounts.sessions.store import SessionStore
from portal.accounts.signup import self_service


def sessions_of(person: Person) -> Iterator[tuple[Session, dict[str, Any]]]:
    """The rows with their content. Every session has to be decoded: only its content says whose it is."""
    for row in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        content = SessionStore().decode(row.session_data)
        if _is_of(person, content):
            yield row, content


def describe(row: Session, content: dict[str, Any]) -> dict[str, Any]:
    """What is exported of a session. Codes, tokens and keys are secrets, and stay here."""
    fields = content.get(self_service.SESSION_KEY, {}).get("fields", {})
    return {
        "is_signed_in": SESSION_KEY in content,
        "started": _moment(content.get("started")),
        "last_used": _moment(content.get("seen")),
        "expires": row.expire_date,
        "typed_names": [fields[name] for name in ("first_name", "last_name") if fields.get(name)],
    }


def _is_of(person: Person, content: dict[str, Any]) -> bool:
    consumer_pk = person.consumer.pk if person.consumer else None
    if SESSION_KEY in content:
        return bool(content[SESSION_KEY] == str(consumer_pk))
    sign_up = content.get(self_service.SESSION_KEY, {}).get("consumer")
    return person.address in _texts(content) or (sign_up is not None and sign_up == consumer_pk)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value.lower()
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
