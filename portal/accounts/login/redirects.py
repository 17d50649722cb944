from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from portal.accounts.federation.handoff import login


def sign_in_first(request: HttpRequest, wanted: str) -> HttpResponseRedirect:
    """To the sign-in page, or to the second step that is still owed, and from there on to the page that was wanted."""
    owed = login.pending_mfa_url(request, wanted)
    return HttpResponseRedirect(owed) if owed else redirect_to_login(wanted, _sign_in_page(request))


def _sign_in_page(request: HttpRequest) -> str:
    """Where the browser still names a session that is over, it says so."""
    over = settings.SESSION_COOKIE_NAME in request.COOKIES and request.session.session_key is None
    return reverse("account_login") + ("?ended" if over else "")
