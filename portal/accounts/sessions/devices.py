"""The browsers in which a consumer is signed in now."""

from dataclasses import dataclass, replace
from datetime import datetime

from allauth.usersessions.models import UserSession

from portal.accounts.models import Consumer
from portal.accounts.sessions import client_info


@dataclass(frozen=True)
class Device:
    id: int
    name: str
    place: str
    network: str
    signed_in: datetime
    last_used: datetime
    current: bool = False
    same_network: bool = False  # As the current one.


def of(consumer: Consumer, current: str | None = None) -> list[Device]:
    """The one with the session key `current` first, then the one used last. Sessions that have ended are left out."""
    alive = UserSession.objects.purge_and_list(consumer)
    here = {session.ip for session in alive if session.session_key == current}
    devices = [
        replace(_device(session), current=session.session_key == current, same_network=session.ip in here)
        for session in alive
    ]
    return sorted(devices, key=lambda device: (device.current, device.last_used), reverse=True)


def sign_out(consumer: Consumer, device: int) -> Device | None:
    """End that one session. Returns what it was, or None where this consumer has no such device."""
    session = UserSession.objects.filter(user=consumer, pk=device).first()
    if session is None:
        return None
    ended = _device(session)
    session.end()
    return ended


def _device(session: UserSession) -> Device:
    return Device(
        id=session.pk,
        name=client_info.words(session.user_agent),
        place=client_info.place(session.ip),
        network=session.ip,
        signed_in=session.created_at,
        last_used=session.last_seen_at,
    )
