from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from portal.accounts.federation.handoff import login


def to_login(request: HttpRequest, next_url: str) -> HttpResponseRedirect:
    """To the sign-in page, or to the second step that a hand-off waits for; from there on to `next_url`."""
    mfa_url = login.pending_mfa_url(request, next_url)
    return HttpResponseRedirect(mfa_url) if mfa_url else redirect_to_login(next_url, _login_url(request))


def _login_url(request: HttpRequest) -> str:
    """With `?ended`, the page says that the session ended: the browser still sends the cookie of one that is over."""
    has_ended = settings.SESSION_COOKIE_NAME in request.COOKIES and request.session.session_key is None
    return reverse("account_login") + ("?ended" if has_ended else "")
