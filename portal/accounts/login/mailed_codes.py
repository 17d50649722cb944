"""How many codes are mailed to one address, and the long code that takes their place above the limits.

Anyone can request a code to anyone's address. The mails have to be limited, but no limit may keep the owner from a
code. So nobody is refused: above the limits no code is made for the browser that requests one. Instead, the owner is
mailed one long code, which works once, in any browser that requested a code within the hour.

A code of eight digits can be guessed unless its tries are counted, and strangers could use these up. The long code has
sixteen digits, so its tries need no count: a million networks that type one a second each would find it in about 160
years, if it did not change every hour.
"""

import hashlib
from typing import Final

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from portal.accounts.allauth_compat import consume
from portal.accounts.login import device_cookies
from portal.accounts.sessions.client_info import client_network

LONG_CODE_MAIL: Final = "accounts/email/long_code"
_DIGITS: Final = 16
_LIFETIME: Final = 3600  # Seconds in which the same long code is mailed and expected.
_EXPECTED: Final = "expects_long_code"  # In the session: the page for a code asks for the long one.
_EXTRA_TIME: Final = (
    600  # Seconds more for browsers that requested it just before: as long as other codes are valid.
)


def count_request(request: HttpRequest, address: str) -> None:
    """Count one more code to this address, and decide whether this request makes a code or uses the long one.

    Call it for unknown addresses too: their pages have to be the same. Once decided, it holds for the whole request.
    """
    if hasattr(request, "long_code"):
        return
    address = address.lower()
    request.long_code = "" if _may_mail(request, address) else _current(address)  # type: ignore[attr-defined]  # Ours.
    if long_code(request):
        request.session[_EXPECTED] = True
    else:
        request.session.pop(_EXPECTED, None)


def long_code(request: HttpRequest | None) -> str:
    """The long code, if this request has to use it. Otherwise empty."""
    return str(getattr(request, "long_code", ""))


def may_mail_long_code(request: HttpRequest) -> bool:
    """Count one more mail with the long code. It is repeated now and then: the first mail may have been lost."""
    return _consume(request, "long_code", long_code(request))


def is_long(code: str) -> bool:
    return sum(character.isdigit() for character in code) == _DIGITS


def use_up(code: str) -> bool:
    """Invalidate the long code. Of several requests at once, one gets True; later ones get False."""
    current = cache.get(_validity_key(code))
    if not cache.delete(_validity_key(code)):
        return False
    cache.delete(current)
    return True


def _may_mail(request: HttpRequest, address: str) -> bool:
    if device := device_cookies.device_id(request, address):
        return _consume(request, "mailed_code_known", f"{address} {device}")
    of_network = f"{address} {client_network(request)}"
    return _consume(request, "mailed_code", of_network) and _consume(request, "mailed_code_total", address)


def _consume(request: HttpRequest, action: str, key: str) -> bool:
    return bool(consume(request, app="allauth.account", action=action, key=key, limit_get=True))


def _current(address: str) -> str:
    key = f"long-code:{_digest(address)}"
    current: str | None = cache.get(key)
    if current is not None:
        return current
    code = _make()
    cache.set(_validity_key(code), key, _LIFETIME + _EXTRA_TIME)
    # Of two requests at once, both use the code of the first.
    return code if cache.add(key, code, _LIFETIME) else str(cache.get(key, code))


def _make() -> str:
    digits = get_random_string(_DIGITS, "0123456789")
    return "-".join(digits[start : start + 4] for start in range(0, _DIGITS, 4))


def _validity_key(code: str) -> str:
    return f"long-code-valid:{_digest(code)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
