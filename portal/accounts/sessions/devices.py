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
    location: str  # Empty if unknown.
    ip: str
    signed_in: datetime
    last_used: datetime
    is_current: bool = False
    has_current_ip: bool = False


def active(consumer: Consumer, current_key: str | None = None) -> list[Device]:
    """The devices with a session that has not ended: the one with `current_key` first, then the last used ones."""
    sessions = UserSession.objects.purge_and_list(consumer)
    current_ips = {session.ip for session in sessions if session.session_key == current_key}
    devices = [
        replace(
            _device(session),
            is_current=session.session_key == current_key,
            has_current_ip=session.ip in current_ips,
        )
        for session in sessions
    ]
    return sorted(devices, key=lambda device: (device.is_current, device.last_used), reverse=True)


def sign_out(consumer: Consumer, device_id: int) -> Device | None:
    """End the session on this device. Returns the device, or None if this consumer has no such device."""
    session = UserSession.objects.filter(user=consumer, pk=device_id).first()
    if session is None:
        return None
    device = _device(session)
    session.end()
    return device


def _device(session: UserSession) -> Device:
    return Device(
        id=session.pk,
        name=client_info.device_name(session.user_agent),
        location=client_info.location(session.ip),
        ip=session.ip,
        signed_in=session.created_at,
        last_used=session.last_seen_at,
    )
