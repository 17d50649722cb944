"""The browsers in which a consumer is signed in now."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession

from portal.accounts import clients
from portal.accounts.models import Consumer


@dataclass(frozen=True)
class Device:
    id: int
    name: str
    place: str
    network: str
    signed_in: datetime
    last_used: datetime
    current: bool


def of(consumer: Consumer, current: str | None = None) -> list[Device]:
    """The one with the session key `current` first, then the one used last. Sessions that have ended are left out."""
    alive = UserSession.objects.purge_and_list(consumer)
    devices = [_device(session, session.session_key == current) for session in alive]
    return sorted(devices, key=lambda device: (device.current, device.last_used), reverse=True)


def sign_out(consumer: Consumer, device: int) -> Device | None:
    """End that one session. Returns what it was, or None where this consumer has no such device."""
    session = UserSession.objects.filter(user=consumer, pk=device).first()
    if session is None:
        return None
    ended = _device(session, current=False)
    session.end()
    return ended


def _device(session: UserSession, current: bool) -> Device:
    return Device(
        id=session.pk,
        name=clients.words(session.user_agent),
        place=clients.place(session.ip),
        network=session.ip,
        signed_in=session.created_at,
        last_used=session.last_seen_at,
        current=current,
    )
