"""Asking the company's own servers. Every call to them is this one."""

import json
import time
from typing import Any, Final

from allauth.socialaccount.adapter import get_adapter

from portal.accounts.federation.errors import BadAnswer, NotProved, ProviderUnavailable

_MOST_BYTES: Final = 256 * 1024
_DEADLINE: Final = 6.0  # Seconds for one whole answer; the session limits each wait within it.
# By the names of the session's errors: their library is imported in one package alone, which is not this one.
_WORDS: Final = {
    "ConnectTimeout": "it takes no connection in time",
    "ConnectionError": "its name is not known, or nothing takes a connection there",
    "InvalidURL": "its address is none",
    "ReadTimeout": "it does not answer in time",
    "SSLError": "its certificate is not trusted, or it speaks no TLS",
}


def ask(
    url: str, form: dict[str, str] | None = None, identity: tuple[str, str] | None = None
) -> dict[str, Any]:
    """GET, or POST a form; the answer is a JSON object.

    Raises ProviderUnavailable, BadAnswer, and NotProved where the provider does not know a code that was posted.
    """
    deadline = time.monotonic() + _DEADLINE
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    method = "GET" if form is None else "POST"
    try:
        with (
            get_adapter().get_requests_session() as session,
            session.request(
                method, url, data=form, auth=identity, headers=headers, stream=True, allow_redirects=False
            ) as response,
        ):
            status, body = response.status_code, _read(response, deadline)
    except (OSError, ValueError) as error:
        # All that the session raises is one of the two; its text may hold the address with what it carries.
        raise ProviderUnavailable(_WORDS.get(type(error).__name__, "the connection to it breaks")) from None
    return _understood(status, body, posted=form is not None)


def _read(response: Any, deadline: float) -> bytes:
    body = bytearray()
    for piece in response.iter_content(8192):
        body += piece
        if len(body) > _MOST_BYTES:
            raise BadAnswer("its answer is too large")
        if time.monotonic() > deadline:
            raise ProviderUnavailable("its answer takes too long")
    return bytes(body)


def _understood(status: int, body: bytes, *, posted: bool) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if status >= 500:
        raise ProviderUnavailable(f"it answered {status}")
    # RFC 6749, section 5.2: this one is about the code, all others are about the portal.
    if posted and isinstance(answer, dict) and answer.get("error") == "invalid_grant":
        raise NotProved("it does not know the code")
    if status != 200:
        raise BadAnswer(f"it answered {status}")
    if not isinstance(answer, dict):
        raise BadAnswer("its answer is no JSON object")
    return answer
