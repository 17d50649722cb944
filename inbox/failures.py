import logging

from inbox.securemail import SecureMailError

logger = logging.getLogger(__name__)


def log_failure(error: SecureMailError) -> None:
    """Log a failed API call. What operators must act on is told apart once, by `inbox.resilience.alarm`."""
    logger.warning("upstream: %s: %s", type(error).__name__, error)
