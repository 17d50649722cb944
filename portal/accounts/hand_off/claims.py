from dataclasses import dataclass
from datetime import datetime

from portal.accounts.vouching.persons import Identity


@dataclass(frozen=True)
class Claims:
    """What a token that holds says, for one use. From `over_at` on it is refused for its age."""

    identity: Identity
    token_id: str
    over_at: datetime


@dataclass(frozen=True)
class Named:
    """Whom a token names that was refused. `address` is empty where the token does not vouch for it.

    `is_proved` says that one of the company's keys has signed it: else anybody may have written it.
    """

    issuer: str
    subject: str
    address: str
    is_proved: bool
