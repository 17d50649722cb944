from dataclasses import dataclass
from datetime import datetime

from portal.accounts.vouching.persons import Identity


@dataclass(frozen=True)
class Claims:
    """What a token that holds says, for one use. From `over_at` on it is refused for its age."""

    identity: Identity
    token_id: str
    over_at: datetime
