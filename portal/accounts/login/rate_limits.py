"""How often passwords and codes are compared, and how often codes are mailed. The figures are ACCOUNT_RATE_LIMITS.

What strangers use up must not keep an owner out. So a browser that its owner has signed in with before is counted by
itself, and mailed codes are counted for each network that asks, below a total for the mailbox that gets them.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.core import ratelimit
from django.http import HttpRequest

from portal.accounts.allauth_compat import RateLimitUsage, consume
from portal.accounts.federation.errors import SignInFailed, TooManyAttempts
from portal.accounts.login import device_cookies
from portal.accounts.sessions import client_info


def count_password(request: HttpRequest, address: str) -> RateLimitUsage | None:
    """One more password is compared. What is returned can be rolled back; None: too many."""
    known = device_cookies.name(request, address)
    action, key = ("login_failed_known", f"{address} {known}") if known else ("login_failed", address)
    return consume(request, app="allauth.account", action=action, key=key)


def forget_passwords(request: HttpRequest, address: str) -> None:
    """The address was proved anew."""
    known = device_cookies.name(request, address)
    ratelimit.clear(request, action="login_failed", key=address)
    ratelimit.clear(request, action="login_failed_known", key=f"{address} {known}")


def may_mail_code(request: HttpRequest, address: str) -> bool:
    """Whether one more code goes to this address, for whoever asks from there. Asked alike for unknown addresses."""
    known = device_cookies.name(request, address)
    if known:
        return bool(ratelimit.consume(request, action="mailed_code_known", key=f"{address} {known}"))
    asker = f"{address} {client_info.client_ip(request)}"
    if not ratelimit.consume(request, action="mailed_code", key=asker):
        return False
    return bool(ratelimit.consume(request, action="mailed_code_total", key=address))


def may_try_code(request: HttpRequest, expected: str) -> bool:
    """Whether one more guess at this code is compared. The session counts them too, but not requests at once."""
    key = f"{request.session.session_key} {expected}"
    return bool(ratelimit.consume(request, action="try_code", key=key))


def may_open_window(request: HttpRequest) -> bool:
    """Whether who is signed in gets one more code for a window of its own."""
    return bool(ratelimit.consume(request, action="window_code", user=request.user))


def may_miss_window(request: HttpRequest) -> bool:
    """Whether one more code that opens no window is answered as such."""
    return bool(consume(request, app="allauth.account", action="window", limit_get=True))


@contextmanager
def hand_off(request: HttpRequest) -> Iterator[None]:
    """One more token is tried. Those that fail are counted, and raise TooManyAttempts once they are too many.

    One that opens its account passes whatever the count is: a whole office may be signed in at the company from one
    network, and a stranger in it who sends wrong ones must keep nobody out.
    """
    try:
        yield
    except SignInFailed as failure:
        if consume(request, app="allauth.account", action="hand_off") is None:
            raise TooManyAttempts("too many tokens from this network were wrong") from failure
        raise
