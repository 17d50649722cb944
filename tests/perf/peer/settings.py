"""The portal's settings, with passwords that cost nothing: Roundcube leaves them to its IMAP server."""

from tests.perf.settings import *  # noqa: F403

PASSWORD_HASHERS = ["tests.perf.peer.hasher.CheapHasher"]
