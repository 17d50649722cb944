"""Interpret a response of the Secure Email API: return the payload of a success, or raise the matching error.

Every documented response carries `status {code, message, detail}`, and a code other than SUCCESS is a failure even
with HTTP 200. An answer without such a status is not the API's: the `{}` of a proxy must never pass for an empty inbox
or a message sent, nor a gateway's 404 for a contact or a message that the API does not know.
"""

import json
import math
import re
from collections.abc import Collection
from typing import Any

from pydantic import BaseModel, ConfigDict, StrictStr, ValidationError

from inbox.securemail.errors import (
    BadAnswer,
    Misconfigured,
    NotFound,
    Rejected,
    SecureMailError,
    TooLong,
    Unauthorised,
    Unavailable,
)
from inbox.securemail.transport import TOO_LONG, RawResponse

Payload = dict[str, Any]

# Of the codes in the reference, these refuse the portal, whatever the call is about ...
BAD_KEY_CODES = frozenset({"INVALID_CLIENT_TOKEN", "INVALID_CONTACT_CENTER"})
NO_ENDPOINT_CODE = "INVALID_ENDPOINT"
# ... and these can be about the contact or the message that the call names. The rest are about chats: sessions,
# participants, transports, nicknames, files. With one of those, or one that the reference does not list, nothing is
# said to be missing: an outage must not look like an empty inbox.
NOT_FOUND_CODES = frozenset({"FAILURE", "INVALID_PARAMETER"})

# The form of the API's codes. Errors leave out a code of another form, since it could be anything.
CODE = re.compile(r"[A-Z][A-Z_]{0,39}")

# A page of messages has a few thousand values. A million tiny ones would fit into the size limit of a response, and
# parsing them would take 100 MB of memory and seconds of time.
MAX_VALUES = 50_000
# A JSON string. It also matches one that never ends; otherwise each quote in that one would be tried as a beginning.
STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)


class _Status(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    code: StrictStr


def parse_json(response: RawResponse) -> Payload | None:
    """The JSON object in the response; None if there is no object, or one that cannot be trusted."""
    if response.body is None or _has_too_many_values(response.body):
        return None
    try:
        payload = json.loads(
            response.body.decode("utf-8-sig"),
            parse_constant=_refuse,
            parse_float=_finite,
            object_pairs_hook=_unique,
        )
    except (ValueError, RecursionError):
        return None
    return payload if isinstance(payload, dict) else None


def unwrap(
    operation: str, response: RawResponse, payload: Payload | None, *, not_found: Collection[int]
) -> Payload:
    """Return the payload of a success. For anything else, raise the SecureMailError that says what to do next.

    `not_found` holds the HTTP statuses with which this operation says that there is no such message or contact, if the
    code can mean that.
    """
    status, code = response.http_status, _code(payload)

    def error(kind: type[SecureMailError], *, refused: bool = False, reason: str = "") -> SecureMailError:
        shown = code if code and CODE.fullmatch(code) else None
        return kind(
            operation,
            http_status=status,
            code=shown,
            certainly_not_sent=refused,
            retry_after=response.retry_after,
            reason=reason,
        )

    if status in (401, 403) or code in BAD_KEY_CODES:
        raise error(Unauthorised, refused=True)
    # 407: a proxy wants credentials. Neither has passed the call on.
    if status in (405, 407) or code == NO_ENDPOINT_CODE:
        raise error(Misconfigured, refused=True)
    if status == 429:
        raise error(Unavailable, refused=True)
    if status in (408, 409) or status >= 500:
        raise error(Unavailable)
    if code is None:
        problem = response.problem or ("not a JSON object" if payload is None else "no status code")
        unreadable = TooLong if problem == TOO_LONG else BadAnswer
        # Not a certain refusal: a gateway may answer in this way whatever came of a call that it passed on.
        raise error(Misconfigured if _is_missing_page(response) else unreadable, reason=problem)
    if code != "SUCCESS":
        is_missing = status in not_found and code in NOT_FOUND_CODES
        raise error(NotFound if is_missing else Rejected, refused=True)
    if payload is None or not 200 <= status < 300:
        raise error(BadAnswer, reason="SUCCESS without an HTTP status of success")
    return payload


def _code(payload: Payload | None) -> str | None:
    if payload is None:
        return None
    try:
        return _Status.model_validate(payload.get("status")).code
    except ValidationError:
        return None


def _is_missing_page(response: RawResponse) -> bool:
    """Whether a web server answers that it has nothing at this address."""
    return response.http_status in (404, 410) and response.body is not None


def _has_too_many_values(body: bytes) -> bool:
    """Count commas, and leave out those inside strings only if there are too many: that takes longer."""
    return body.count(b",") > MAX_VALUES and STRING.sub(b"", body).count(b",") > MAX_VALUES


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON.")


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse("A number too large for a float")


def _unique(pairs: list[tuple[str, Any]]) -> Payload:
    """Refuse an object with the same key twice: two readers may each take another of the values."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("A key comes twice.")
    return found
