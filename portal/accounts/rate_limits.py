"""How often someone who is signed in may do what costs much. ACCOUNT_RATE_LIMITS has the numbers.

For passwords and codes: portal/accounts/login/rate_limits.py. For sending: inbox/outgoing/limits.py.

They only spare the portal work, so while the cache is lost they do not hold (fail open): nobody loses their mail.

Exact counting takes four calls of the cache. For the first tenth of the pages that a person may open in a minute, which
are as many as people open, one call is enough: it counts in minutes of the clock.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.accounts.allauth_compat import consume, get_rates
from portal.cache.unavailable import without_cache

View = TypeVar("View", bound=Callable[..., Any])

_APP: Final = "allauth.account"
_FREQUENT: Final = "mail_page"


def refusal(request: HttpRequest, action: str) -> HttpResponse | None:
    """Count one more of the signed-in user, and return the page that refuses it if it is above the limit."""
    if is_allowed(request, action):
        return None
    return render(request, "errors/too_often.html", {"action": action}, status=429)


@without_cache(answer=True)
def is_allowed(request: HttpRequest, action: str) -> bool:
    """Count one more of the signed-in user. False if it is above the limit."""
    if action != _FREQUENT:
        return consume(request, app=_APP, action=action, limit_get=True) is not None
    most = sum(rate.amount for rate in get_rates(app=_APP, action=action))
    few = most // 10
    if few and _number_in_this_minute(request) <= few:
        return True
    # Sixty seconds may reach into two minutes of the clock, each with its first few.
    rest = {action: f"{most - 2 * few}/m/user" if most else ""}
    return consume(request, app=_APP, action=action, config=rest, limit_get=True) is not None


def _number_in_this_minute(request: HttpRequest) -> int:
    key = f"pages:{request.user.pk}:{int(time.time() // 60)}"
    try:
        return cache.incr(key)
    except ValueError:
        cache.add(key, 1, 60)
        return 1


def limited(action: str) -> Callable[[View], View]:
    """Decorate a view for signed-in users."""

    def decorate(view: View) -> View:
        @wraps(view)
        def limited_view(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            return refusal(request, action) or view(request, *args, **kwargs)

        return limited_view  # type: ignore[return-value]  # The same signature.

    return decorate
