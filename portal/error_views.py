"""Django's error handlers: pages for people, with the right HTTP status."""

import sys
from typing import Final

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.context_processors import portal
from portal.database.failures import is_outage

# The names of the URLs that show the form at the same address to which it is posted.
FORM_PAGES = {
    "compose",
    "search",
    "account_login",
    "account_signup",
    "account_invitation",
    "account_name",
    "account_preferences",
    "account_reset_password",
    "account_change_password",
    "account_confirm_password_reset_code",
    "embed_continue",
}

# The fields of the compose form: what the user typed, and what identifies the form and the draft.
CONTENT_FIELDS = ("subject", "text", "quote", "include_quote")
# What the names of the extra fields of a securebox begin with. Their labels begin with "label-".
EXTRA_PREFIXES: Final = ("extra-", "former-")
TOKEN_FIELDS = ("form", "version", "page", "step")
# What makes a form acceptable. Handed back as it came, it is worth neither more nor less than before.
_GUARD_FIELDS: Final = ("csrfmiddlewaretoken", "reader")
_RETRY_SECONDS: Final = 30  # After a failure of the database.


def bad_request(
    request: HttpRequest, exception: Exception | None = None, *, status: int = 400
) -> HttpResponse:
    return render(request, "errors/400.html", status=status)


def content_too_large(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/413.html", status=413)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same page for "does not exist" and "not yours", so that a stranger cannot tell which messages exist."""
    return render(request, "errors/404.html", status=404)


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/405.html", status=405)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without the request: what normal pages look up, such as the user, may be what failed."""
    if is_outage(sys.exception()):
        return database_down(request)
    return HttpResponse(render_to_string("errors/500.html", portal(request)), status=500)


def database_down(request: HttpRequest) -> HttpResponse:
    """The database has failed: say so, and hand back the words of a message.

    Whatever failed, the message may have been saved, queued or sent before. Posted again, its form saves what was not
    saved yet, and sends nothing.
    """
    _keep_from_the_database(request)
    if request.path.endswith(".json") or "application/json" in request.headers.get("Accept", ""):
        problem = _("This service isn’t available right now. Please try again in a minute.")
        response: HttpResponse = JsonResponse({"problem": problem}, status=503)
    else:
        response = HttpResponse(render_to_string("errors/database_down.html", _down(request)), status=503)
    response.headers["Retry-After"] = str(_RETRY_SECONDS)
    return response


def _down(request: HttpRequest) -> dict[str, object]:
    try:
        posted = _readable(request)
    except (MultiPartParserError, SuspiciousOperation):
        posted = QueryDict()  # It would be refused, but this page says what is wrong first.
    typed = _typed(posted)
    tokens = {name: posted[name] for name in (*TOKEN_FIELDS, *_GUARD_FIELDS) if name in posted}
    return {
        **portal(request),
        "request": request,  # No context processor runs.
        "user": {"is_authenticated": settings.SESSION_COOKIE_NAME in request.COOKIES},
        "typed": {**typed, "extra": _typed_extra(typed)},
        "repost": {**typed, **tokens} if "form" in posted and typed else {},
        "url": request.get_full_path(),
    }


def _typed(posted: QueryDict) -> dict[str, str]:
    """The fields of a posted form that hold what the user typed, unless they are empty."""
    names = [name for name in posted if name in CONTENT_FIELDS or name.startswith(EXTRA_PREFIXES)]
    labels = [f"label-{name.partition('-')[2]}" for name in names if name.startswith(EXTRA_PREFIXES)]
    return {name: str(posted[name]) for name in (*names, *labels) if posted.get(name)}


def _typed_extra(typed: dict[str, str]) -> list[dict[str, str]]:
    """What was typed into extra fields, with their labels."""
    keys = {name: name.partition("-")[2] for name in typed if name.startswith(EXTRA_PREFIXES)}
    return [{"label": typed.get(f"label-{key}", key), "value": typed[name]} for name, key in keys.items()]


def _keep_from_the_database(request: HttpRequest) -> None:
    """Middleware would load session and user on the way out, and wait again until the database has failed."""
    if session := getattr(request, "session", None):
        empty = type(session)(session.session_key)  # With its key, so that the cookie stays.
        empty.clear()
        empty.modified = False
        request.session = empty
        request.user = AnonymousUser()


def _readable(request: HttpRequest) -> QueryDict:
    """The posted form; empty if the connection ended within it."""
    try:
        return request.POST
    except UnreadablePostError:
        return QueryDict()


def form_expired(
    request: HttpRequest, reason: str = "", *, same_form: bool = True, problem: str = ""
) -> HttpResponse:
    """Show again what was typed into a form. Its CSRF token is not valid: old, altered, or sent by another site. Or it
    is on a page that was another user's.

    If it was a message, a button posts it again, to be saved but never to be sent: another site may have written it.
    `same_form` is False if the form's own token is not valid either; the content then starts a new form. `problem` says
    why the message of a signed-out user could not be kept.
    """
    posted = _readable(request)
    typed = _typed(posted)
    tokens = {name: posted[name] for name in TOKEN_FIELDS if name in posted and same_form}
    # Only a form's own page can be loaded again. The address that a single button posts to has no page.
    match = request.resolver_match
    page = match.url_name if match else None
    context = {
        "typed": {**typed, "extra": _typed_extra(typed)},
        "repost": {**typed, **tokens} if page == "compose" and typed else {},
        "problem": problem,
        # Only in a frame: the page then offers a new window. Elsewhere, loading the page again is all a user can do.
        "cookies_blocked": reason == REASON_NO_CSRF_COOKIE and bool(getattr(request, "frame", None)),
        "sign_in_first": not request.user.is_authenticated and bool(problem or not same_form),
        "form_url": request.get_full_path() if page in FORM_PAGES else reverse("home"),
    }
    return render(request, "errors/form_expired.html", context, status=403)
