"""How often someone who is signed in may do what costs much. ACCOUNT_RATE_LIMITS has the numbers.

For passwords and codes: portal/accounts/login/rate_limits.py. For sending: inbox/outgoing/limits.py.

They only spare the portal work, so while the cache is lost they do not hold (fail open): nobody loses their mail.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.accounts.allauth_compat import consume
from portal.cache.unavailable import without_cache

View = TypeVar("View", bound=Callable[..., Any])


def refusal(request: HttpRequest, action: str) -> HttpResponse | None:
    """Count one more of the signed-in user, and return the page that refuses it if it is above the limit."""
    if _is_allowed(request, action):
        return None
    return render(request, "errors/too_often.html", {"action": action}, status=429)


@without_cache(answer=True)
def _is_allowed(request: HttpRequest, action: str) -> bool:
    return consume(request, app="allauth.account", action=action, limit_get=True) is not None


def limited(action: str) -> Callable[[View], View]:
    """Decorate a view for signed-in users."""

    def decorate(view: View) -> View:
        @wraps(view)
        def limited_view(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            return refusal(request, action) or view(request, *args, **kwargs)

        return limited_view  # type: ignore[return-value]  # The same signature.

    return decorate
