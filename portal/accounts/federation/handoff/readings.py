"""What was read in a token: in one that holds, and in one that was refused."""

from dataclasses import dataclass
from datetime import datetime

from portal.accounts.federation.identity import Identity


@dataclass(frozen=True)
class GoodToken:
    """What is known of a token that holds and can be spent. From `over_at` on it is refused for its age."""

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
