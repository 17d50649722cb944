"""How often passwords and codes are compared, and how often codes are mailed. ACCOUNT_RATE_LIMITS has the numbers.

Attempts of strangers must not lock the owner out. So a browser in which the owner signed in before has counts of its
own, and mailed codes are counted for each IP address that requests them, below a total for the mailbox they go to.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.core import ratelimit
from django.http import HttpRequest

from portal.accounts.allauth_compat import RateLimitUsage, consume
from portal.accounts.federation.errors import SignInFailed, TooManyAttempts
from portal.accounts.login import device_cookies
from portal.accounts.sessions import client_info


def consume_password_attempt(request: HttpRequest, address: str) -> RateLimitUsage | None:
    """Count one more password. Returns a usage that can be rolled back, or None above the limit."""
    device = device_cookies.device_id(request, address)
    action, key = ("login_failed_known", f"{address} {device}") if device else ("login_failed", address)
    return consume(request, app="allauth.account", action=action, key=key)


def clear_password_attempts(request: HttpRequest, address: str) -> None:
    """Start the counts again, after the owner proved the address with a mailed code."""
    device = device_cookies.device_id(request, address)
    ratelimit.clear(request, action="login_failed", key=address)
    ratelimit.clear(request, action="login_failed_known", key=f"{address} {device}")


def may_mail_code(request: HttpRequest, address: str) -> bool:
    """Count one more code to this address, and say whether it may be mailed. The same for unknown addresses."""
    device = device_cookies.device_id(request, address)
    if device:
        return bool(ratelimit.consume(request, action="mailed_code_known", key=f"{address} {device}"))
    if not ratelimit.consume(
        request, action="mailed_code", key=f"{address} {client_info.client_ip(request)}"
    ):
        return False
    return bool(ratelimit.consume(request, action="mailed_code_total", key=address))


def may_try_code(request: HttpRequest, expected: str) -> bool:
    """Count one more guess at the code `expected`, and say whether it may be compared.

    django-allauth counts guesses in the session, which misses those in requests that run at the same time.
    """
    key = f"{request.session.session_key} {expected}"
    return bool(ratelimit.consume(request, action="try_code", key=key))


def may_open_window(request: HttpRequest) -> bool:
    """Count one more window code for the signed-in user, and say whether it may be issued."""
    return bool(ratelimit.consume(request, action="window_code", user=request.user))


def may_fail_window_code(request: HttpRequest) -> bool:
    """Count one more invalid window code, and say whether it is still answered as such."""
    return bool(consume(request, app="allauth.account", action="window", limit_get=True))


@contextmanager
def limit_failed_hand_offs(request: HttpRequest) -> Iterator[None]:
    """Count a SignInFailed of the body. Above the limit, raise TooManyAttempts instead.

    A valid token always passes: the customers of a whole office may come from one IP address, and a
    stranger there who sends invalid tokens must not keep them out.
    """
    try:
        yield
    except SignInFailed as failure:
        if consume(request, app="allauth.account", action="hand_off") is None:
            raise TooManyAttempts("too many tokens from this network were wrong") from failure
        raise
