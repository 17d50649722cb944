"""How often passwords and codes are compared, and what else strangers may cause. ACCOUNT_RATE_LIMITS has the numbers.

Attempts of strangers must not lock the owner out. So passwords are counted for each account and network together, and
in a browser in which the owner signed in before, for that browser alone. A total for the account bounds what many
networks can try together; above it, an unknown browser is asked for a mailed code instead of a password. Strangers can
cause that, and it keeps nobody out: for the codes see `mailed_codes`.

The counts are in the cache. While it is lost, CacheUnavailable passes and becomes a page that says so, and nobody signs
in with a password or a code: fail closed, since guesses would be unlimited otherwise. `without_cache` marks what is
answered even so. Sessions, valid hand-off tokens and valid links do not depend on the cache.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from allauth.core import ratelimit
from django.http import HttpRequest

from portal.accounts.allauth_compat import RateLimitUsage, consume
from portal.accounts.federation.errors import NotCounted, SignInFailed, TooManyAttempts
from portal.accounts.login import device_cookies
from portal.accounts.models import Consumer
from portal.accounts.sessions.client_info import client_network
from portal.cache.unavailable import CacheUnavailable, without_cache


def asks_for_code(request: HttpRequest, address: str) -> bool:
    """Whether so many wrong passwords were typed for this account that an unknown browser has to use a mailed code."""
    if _trusted_browser(request, address):
        return False
    total = consume(request, app="allauth.account", action="password_total", key=address, dry_run=True)
    return total is None


def consume_password_attempt(request: HttpRequest, address: str) -> RateLimitUsage | None:
    """Count one more password. Returns a usage that can be rolled back, or None above the limit."""
    if browser := _trusted_browser(request, address):
        return consume(request, app="allauth.account", action="password_known", key=f"{address} {browser}")
    key = f"{address} {client_network(request)}"
    usage = consume(request, app="allauth.account", action="password", key=key)
    if usage is None:
        return None
    total = consume(request, app="allauth.account", action="password_total", key=address)
    if total is None:
        usage.rollback()
        return None
    return RateLimitUsage(usage=[*usage.usage, *total.usage])


def clear_password_attempts(request: HttpRequest, address: str) -> None:
    """Start the counts again, after the owner proved the address with a mailed code. Without the cache, they stay."""
    browser = _trusted_browser(request, address)
    with suppress(CacheUnavailable):
        ratelimit.clear(request, action="password", key=f"{address} {client_network(request)}")
        ratelimit.clear(request, action="password_known", key=f"{address} {browser}")
        ratelimit.clear(request, action="password_total", key=address)


def _trusted_browser(request: HttpRequest, address: str) -> str:
    """The id of a browser in which the account's owner has signed in, or one for all that are signed in now.

    Empty for other browsers.
    """
    if isinstance(request.user, Consumer) and request.user.email == address:
        return "signed in"
    return device_cookies.device_id(request, address)


def may_request_code(request: HttpRequest, address: str) -> bool:
    """Count one more request for a code, and say whether it is answered. How many are mailed is another question."""
    return bool(device_cookies.device_id(request, address)) or _consume_of_network(request, "code_request")


def may_try_code(request: HttpRequest, expected: str) -> bool:
    """Count one more guess at the code `expected`, and say whether it may be compared.

    django-allauth counts guesses in the session, which misses those in requests that run at the same time.
    """
    key = f"{request.session.session_key} {expected}"
    return bool(consume(request, app="allauth.account", action="try_code", key=key))


@without_cache(answer=True)  # It cannot be guessed.
def may_try_passkey(request: HttpRequest) -> bool:
    """Count one more passkey without a password, and say whether it may be looked at."""
    return _consume_of_network(request, "passkey")


@without_cache(answer=False)
def may_record_wrong_code(request: HttpRequest, consumer: Consumer) -> bool:
    """Count one more wrong mailed code, and say whether it is still a line in the activity log.

    Anyone may try the long code without end: see `mailed_codes`.
    """
    return bool(consume(request, app="allauth.account", action="recorded_wrong_code", key=str(consumer.pk)))


@without_cache(answer=True)  # Signing in through the company needs such a session; it ends after 20 minutes.
def may_begin_session(request: HttpRequest) -> bool:
    """Count one more session of a visitor who has not signed in, and say whether it may be stored.

    A browser in which someone has signed in before has a count of its own, which no one else in its network uses up.
    """
    key = device_cookies.browser_id(request) or client_network(request)
    return bool(consume(request, app="allauth.account", action="anonymous_session", key=key, limit_get=True))


@without_cache(answer=True)
def may_open_window(request: HttpRequest) -> bool:
    """Count one more window code for the signed-in user, and say whether it may be issued."""
    return bool(consume(request, app="allauth.account", action="window_code", user=request.user))


@without_cache(answer=True)  # No code can be guessed, and valid ones are not counted.
def may_fail_window_code(request: HttpRequest) -> bool:
    """Count one more invalid window code, and say whether it is still answered as such."""
    return _consume_of_network(request, "window")


@without_cache(answer=True)  # As above.
def may_fail_invitation(request: HttpRequest) -> bool:
    """Count one more invalid invitation, and say whether it is still answered as such."""
    return _consume_of_network(request, "invitation")


@contextmanager
def limit_failed_hand_offs(request: HttpRequest) -> Iterator[None]:
    """Count a SignInFailed of the body. Above the limit, raise TooManyAttempts instead; without the cache, NotCounted.

    A valid token always passes: the customers of a whole office may come from one IP address, and a
    stranger there who sends invalid tokens must not keep them out.
    """
    try:
        yield
    except SignInFailed as failure:
        try:
            is_allowed = _consume_of_network(request, "hand_off")
        except CacheUnavailable:
            raise NotCounted("the cache is lost, so wrong tokens cannot be counted") from failure
        if not is_allowed:
            raise TooManyAttempts("too many tokens from this network were wrong") from failure
        raise


def _consume_of_network(request: HttpRequest, action: str) -> bool:
    return bool(consume(request, app="allauth.account", action=action, limit_get=True))
