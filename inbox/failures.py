import logging

from inbox.securemail import SecureMailError, Unauthorised

logger = logging.getLogger(__name__)


def log_failure(error: SecureMailError) -> None:
    """Note an upstream failure for the operator, where a page goes on without what it asked for.

    Unauthorised is their alarm: the key is refused, and every consumer is shut out.
    """
    level = logging.ERROR if isinstance(error, Unauthorised) else logging.WARNING
    logger.log(level, "upstream: %s: %s", type(error).__name__, error)
