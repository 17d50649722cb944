"""The portal's settings, with passwords that cost nothing: Roundcube leaves them to its IMAP server."""

from tests.perf.settings import *  # noqa: F403
from tests.perf.settings import ACCOUNT_RATE_LIMITS

PASSWORD_HASHERS = ["tests.perf.peer.hasher.CheapHasher"]
# All sign in from one address, quicker than people do. The limit is counted as ever.
ACCOUNT_RATE_LIMITS = {**ACCOUNT_RATE_LIMITS, "login": "100000/m/ip"}
