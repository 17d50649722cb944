"""Why a call to the Secure Email API failed, named by what the caller does next."""


class SecureMailError(Exception):
    """A call failed.

    `operation` is the API's name for what was asked (list, send, count, get, remove, userdata),
    `http_status` and `code` what the API answered, where it answered at all. `certainly_not_sent` is true
    where the API cannot have acted on the call: no byte of it left, or it was refused. The text holds these
    facts alone, never an address, a key, a subject or a part of a mail, so it may be logged.
    """

    def __init__(
        self,
        operation: str,
        *,
        http_status: int | None = None,
        code: str | None = None,
        certainly_not_sent: bool = False,
        reason: str = "",
    ) -> None:
        self.operation = operation
        self.http_status = http_status
        self.code = code
        self.certainly_not_sent = certainly_not_sent
        facts = (f"HTTP {http_status}" if http_status else "", code, reason)
        super().__init__(f"{operation}: {', '.join(fact for fact in facts if fact) or 'failed'}")


class Unavailable(SecureMailError):
    """The API could not be reached, was too slow or is in trouble: try again later."""


class NotFound(SecureMailError):
    """There is no such message, or no such contact."""


class Rejected(SecureMailError):
    """The API understood the call and refused it: the same call will be refused again."""


class Unauthorised(SecureMailError):
    """The API does not accept the portal's own key: an operator's problem, never the consumer's."""


class BadAnswer(SecureMailError):
    """What came back is no answer of this API: not JSON, of the wrong shape, too long, or a redirect."""
