"""Why a call to the Secure Email API failed. Each error is named after what the caller should do next."""


class SecureMailError(Exception):
    """A call failed.

    `operation` is the API's name of the call (list, send, count, get, remove, userdata). `http_status` and `code` are
    what the API answered; None if it did not answer. `certainly_not_sent` is true if the API cannot have acted on the
    call: either no byte of the request left this machine, or the API refused it. `retry_after` is the time in seconds
    for which the API asked not to be called; None if it did not ask. `reason` is a phrase of ours, or the name of an
    exception's class. The text holds only these facts, never an address, a key, a subject or a part of a message, so it
    may be logged.
    """

    def __init__(
        self,
        operation: str,
        *,
        http_status: int | None = None,
        code: str | None = None,
        certainly_not_sent: bool = False,
        retry_after: float | None = None,
        reason: str = "",
    ) -> None:
        self.operation = operation
        self.http_status = http_status
        self.code = code
        self.certainly_not_sent = certainly_not_sent
        self.retry_after = retry_after
        self.reason = reason
        facts = (f"HTTP {http_status}" if http_status else "", code, reason)
        super().__init__(f"{operation}: {', '.join(fact for fact in facts if fact) or 'failed'}")


class Unavailable(SecureMailError):
    """The API could not be reached, was too slow or has a problem of its own. Try again later."""


class NotFound(SecureMailError):
    """There is no such message, or no such contact."""


class Rejected(SecureMailError):
    """The API understood the call and refused it. The same call will be refused again."""


class Misconfigured(SecureMailError):
    """There is no such API at this address, or it refuses the portal itself, whatever the call is about.

    Operators must fix that. It says nothing about the consumer or the message.
    """


class Unauthorised(Misconfigured):
    """The API does not accept the portal's own key, or somebody on the way does not let the portal pass."""


class BadAnswer(SecureMailError):
    """The response is not one of this API: not JSON, of the wrong shape, too long, or a redirect."""


class TooLong(BadAnswer):
    """The response is longer than the client reads. A call that asks for less may succeed."""
