"""Django's error handlers: pages for people, with the right HTTP status."""

from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from portal.context_processors import portal

# The names of the URLs that show the form at the same address to which it is posted.
FORM_PAGES = {
    "compose",
    "account_login",
    "account_signup",
    "account_invitation",
    "account_name",
    "account_reset_password",
    "account_change_password",
    "account_confirm_password_reset_code",
    "embed_continue",
}

# The fields of the compose form: what the user typed, and what identifies the form and the draft.
CONTENT_FIELDS = ("subject", "text", "quote", "include_quote")
TOKEN_FIELDS = ("form", "version", "page", "step")


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
    return HttpResponse(render_to_string("errors/500.html", portal(request)), status=500)


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
    typed = {name: posted[name] for name in CONTENT_FIELDS if posted.get(name)}
    tokens = {name: posted[name] for name in TOKEN_FIELDS if name in posted and same_form}
    # Only a form's own page can be loaded again. The address that a single button posts to has no page.
    match = request.resolver_match
    page = match.url_name if match else None
    context = {
        "typed": typed,
        "repost": {**typed, **tokens} if page == "compose" and typed else {},
        "problem": problem,
        # Only in a frame: the page then offers a new window. Elsewhere, loading the page again is all a user can do.
        "cookies_blocked": reason == REASON_NO_CSRF_COOKIE and bool(getattr(request, "frame", None)),
        "sign_in_first": not request.user.is_authenticated and bool(problem or not same_form),
        "form_url": request.get_full_path() if page in FORM_PAGES else reverse("home"),
    }
    return render(request, "errors/form_expired.html", context, status=403)
