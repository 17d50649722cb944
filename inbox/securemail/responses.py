"""Tells what an answer of the Secure Email API means: its payload, or which error.

Every documented answer carries `status {code, message, detail}`, and a code other than SUCCESS is a failure
even with HTTP 200. We hold the API to that: a success without such a status counts as no answer at all,
since a proxy's or a sign-in page's `{}` must never pass for an empty inbox or a message sent.
"""

import json
import math
import re
from collections.abc import Collection
from typing import Any

from pydantic import BaseModel, ConfigDict, StrictStr, ValidationError

from inbox.securemail.errors import BadAnswer, NotFound, Rejected, SecureMailError, Unauthorised, Unavailable
from inbox.securemail.transport import Answer

Payload = dict[str, Any]

BAD_KEY_CODES = frozenset({"INVALID_CLIENT_TOKEN", "INVALID_CONTACT_CENTER"})

# The API's codes look like this. What does not is left out of errors, as it could be anything.
CODE = re.compile(r"[A-Z][A-Z_]{0,39}")

# A page of messages has a few thousand values. A million tiny ones fit into an answer, and would take a hundred
# megabytes of memory and seconds of time.
MAX_VALUES = 50_000
# It takes what has no end as well, or each quote in it would be looked at as a beginning.
STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)


class _Status(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    code: StrictStr


def decode(answer: Answer) -> Payload | None:
    """The JSON object in the answer; None where there is none, or none that can be trusted."""
    if answer.body is None or _has_too_many_values(answer.body):
        return None
    try:
        payload = json.loads(
            answer.body.decode("utf-8-sig"),
            parse_constant=_refuse,
            parse_float=_finite,
            object_pairs_hook=_unique,
        )
    except (ValueError, RecursionError):
        return None
    return payload if isinstance(payload, dict) else None


def judge(operation: str, answer: Answer, payload: Payload | None, *, missing: Collection[int]) -> Payload:
    """The payload of a success. Anything else raises the SecureMailError that says what to do next.

    `missing` are the HTTP statuses with which this operation says that there is no such message or contact.
    """
    status, code = answer.http_status, _code(payload)

    def error(kind: type[SecureMailError], *, refused: bool = False, reason: str = "") -> SecureMailError:
        shown = code if code and CODE.fullmatch(code) else None
        return kind(operation, http_status=status, code=shown, certainly_not_sent=refused, reason=reason)

    if status in (401, 403) or code in BAD_KEY_CODES:
        raise error(Unauthorised, refused=True)
    if status == 429:
        raise error(Unavailable, refused=True)
    if status in (408, 409) or status >= 500:
        raise error(Unavailable)
    if code is None and not _refused_in_silence(answer):
        raise error(BadAnswer, reason=_flaw(answer, payload))
    if code != "SUCCESS":
        raise error(NotFound if status in missing else Rejected, refused=True)
    if payload is None or not 200 <= status < 300:
        raise error(BadAnswer, reason="a success that is none")
    return payload


def _code(payload: Payload | None) -> str | None:
    if payload is None:
        return None
    try:
        return _Status.model_validate(payload.get("status")).code
    except ValidationError:
        return None


def _refused_in_silence(answer: Answer) -> bool:
    """A refusal without a body still is one.

    With a page of its own it may come from something in between, and an API that is not there must not look
    like one that knows no such contact.
    """
    return 400 <= answer.http_status < 500 and answer.body == b""


def _flaw(answer: Answer, payload: Payload | None) -> str:
    return answer.flaw or ("not a JSON object" if payload is None else "no status code")


def _has_too_many_values(body: bytes) -> bool:
    """Judged by its commas, which are only told from those in texts where there are very many."""
    return body.count(b",") > MAX_VALUES and STRING.sub(b"", body).count(b",") > MAX_VALUES


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON.")


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse("A number beyond all bounds")


def _unique(pairs: list[tuple[str, Any]]) -> Payload:
    """Two readers may each take another of two equal keys, so there must be one."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("A key comes twice.")
    return found
