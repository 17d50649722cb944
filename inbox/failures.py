import logging

from inbox.securemail import SecureMailError, Unauthorised

logger = logging.getLogger(__name__)


def log_failure(error: SecureMailError) -> None:
    """Log a failed API call, if the page can be shown without its result.

    Unauthorised is an error, for the operator to act on: the API refuses the key, and no consumer can read mail.
    """
    level = logging.ERROR if isinstance(error, Unauthorised) else logging.WARNING
    logger.log(level, "upstream: %s: %s", type(error).__name__, error)
