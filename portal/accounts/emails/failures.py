"""What it means that the mail server did not take a mail: for this mail, and for all others."""

import logging
import re
import time
from enum import Enum
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused
from threading import Lock
from typing import Final

logger = logging.getLogger(__name__)

# An enhanced status of the class 5.7 (RFC 3463): a rule of the server's refuses us, as for "relaying denied".
_POLICY = re.compile(rb"5\.7\.\d+")
_SERVICE_NOT_AVAILABLE: Final = 421


class Meaning(Enum):
    REFUSED = "the recipient, or this very mail, is refused for good"
    LATER = "this mail was not taken now"
    TROUBLE = "the server takes no mail at all: none would fare better"


def meaning(error: Exception) -> Meaning:
    """Only a 5xx about the recipient or the content ends a mail; what an operator can mend does not."""
    if isinstance(error, SMTPRecipientsRefused):
        return _of_reply(*next(iter(error.recipients.values())))
    if isinstance(error, SMTPDataError):
        return _of_reply(error.smtp_code, error.smtp_error)
    return Meaning.TROUBLE if isinstance(error, SMTPException | OSError) else Meaning.LATER


def _of_reply(code: int, text: bytes | str) -> Meaning:
    said = text if isinstance(text, bytes) else text.encode(errors="replace")
    if code == _SERVICE_NOT_AVAILABLE:
        return Meaning.TROUBLE
    return Meaning.REFUSED if code >= 500 and not _POLICY.match(said) else Meaning.LATER


class Alarm:
    """Says once for each kind of failure that the mail server takes no mail, and once that it does so again."""

    _REPEATED_AFTER: Final = 15 * 60  # Seconds after which a failure that goes on is logged again.
    _LASTS: Final = 15  # Seconds after a failure in which another attempt would most likely fail too.

    def __init__(self) -> None:
        self._lock = Lock()
        self._kind = ""
        self._logged_at = self._failed_at = 0.0

    def is_recent(self) -> bool:
        with self._lock:
            return bool(self._kind) and time.monotonic() - self._failed_at < self._LASTS

    def failed(self, error: Exception) -> None:
        kind = _describe(error)
        with self._lock:
            self._failed_at = time.monotonic()
            if kind == self._kind and time.monotonic() - self._logged_at < self._REPEATED_AFTER:
                return
            self._kind, self._logged_at = kind, time.monotonic()
        logger.error("The mail server takes no mail: %s. Mails wait until it does: see EMAIL_URL", kind)

    def works(self) -> None:
        with self._lock:
            was, self._kind = self._kind, ""
        if was:
            logger.warning("The mail server takes mails again")


def _describe(error: Exception) -> str:
    """Not the error's text, which may hold an address."""
    code = getattr(error, "smtp_code", None) or getattr(error, "errno", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
