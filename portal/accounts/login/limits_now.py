"""Which limits on signing in hold for an account at the moment. For support: nothing is counted here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from portal.accounts.allauth_compat import blocked_until, mfa_rate_key, truncate_ip
from portal.accounts.models import Consumer

PASSWORDS: Final = "passwords"
PASSWORDS_TOTAL: Final = "passwords in total"
SECOND_STEPS: Final = "second steps"
CODES: Final = "codes"


@dataclass(frozen=True)
class Limit:
    """`network` is the one from which too many attempts came, where only they are limited."""

    kind: str
    until: datetime
    network: str = ""


def of(consumer: Consumer, networks: Sequence[str]) -> Iterator[Limit]:
    """Of the whole account, and of these networks. Browsers that its owner has used before have counts of their own."""
    address = consumer.email
    yield from _limit(PASSWORDS_TOTAL, "password_total", address)
    yield from _limit(SECOND_STEPS, "login_failed", mfa_rate_key(consumer.pk))
    yield from _limit(CODES, "mailed_code_total", address)
    for network in networks:
        key = f"{address} {truncate_ip(network)}"
        yield from _limit(PASSWORDS, "password", key, network)
        yield from _limit(CODES, "mailed_code", key, network)


def _limit(kind: str, action: str, key: str, network: str = "") -> Iterator[Limit]:
    if until := blocked_until(action, key):
        yield Limit(kind, datetime.fromtimestamp(until, UTC), network)
