"""HTTP calls to the company's own servers: its OpenID Connect provider, and the key sets of its websites."""

import json
import time
from typing import Any, Final

from allauth.socialaccount.adapter import get_adapter

from portal.accounts.federation.errors import BadAnswer, IdentityNotProved, ProviderUnavailable

_MAX_BYTES: Final = 256 * 1024
_DEADLINE: Final = (
    6.0  # Seconds for one whole answer; within it, the session's timeout limits each single wait.
)
# Keyed by class name, because only inbox.securemail may import the library that defines these errors.
_REASONS: Final = {
    "ConnectTimeout": "it takes no connection in time",
    "ConnectionError": "its name is not known, or nothing takes a connection there",
    "InvalidURL": "its address is none",
    "ReadTimeout": "it does not answer in time",
    "SSLError": "its certificate is not trusted, or it speaks no TLS",
}


def fetch_json(
    url: str, form: dict[str, str] | None = None, basic_auth: tuple[str, str] | None = None
) -> dict[str, Any]:
    """The JSON object that a GET returns, or a POST where there is a form.

    Raises ProviderUnavailable, BadAnswer, and IdentityNotProved where the provider refuses a code that was posted.
    """
    deadline = time.monotonic() + _DEADLINE
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    method = "GET" if form is None else "POST"
    try:
        with (
            get_adapter().get_requests_session() as session,
            session.request(
                method, url, data=form, auth=basic_auth, headers=headers, stream=True, allow_redirects=False
            ) as response,
        ):
            status, body = response.status_code, _read(response, deadline)
    except (OSError, ValueError) as error:
        # The session raises only these two. Their text may quote the URL and its parameters, so it is not logged.
        raise ProviderUnavailable(_REASONS.get(type(error).__name__, "the connection to it breaks")) from None
    return _parse(status, body, posted=form is not None)


def _read(response: Any, deadline: float) -> bytes:
    body = bytearray()
    for chunk in response.iter_content(8192):
        body += chunk
        if len(body) > _MAX_BYTES:
            raise BadAnswer("its answer is too large")
        if time.monotonic() > deadline:
            raise ProviderUnavailable("its answer takes too long")
    return bytes(body)


def _parse(status: int, body: bytes, *, posted: bool) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if status >= 500:
        raise ProviderUnavailable(f"it answered {status}")
    # RFC 6749, section 5.2: this error is about the code; all others are about the portal as a client.
    if posted and isinstance(answer, dict) and answer.get("error") == "invalid_grant":
        raise IdentityNotProved("it does not know the code")
    if status != 200:
        raise BadAnswer(f"it answered {status}")
    if not isinstance(answer, dict):
        raise BadAnswer("its answer is no JSON object")
    return answer
