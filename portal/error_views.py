"""The pages for requests that cannot be answered, in a person's words and with the right status."""

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from portal.context_processors import portal

# The forms that have a page under their own address.
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

# What the compose form posts: what was typed, and what the form is known by.
WORDS = ("subject", "text", "quote", "include_quote")
NAMES = ("form", "version", "page", "step")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """One page for "no such" and "not yours": which of the two it was is nobody's business."""
    return render(request, "errors/404.html", status=404)


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/405.html", status=405)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without the request: the fault may lie in what a normal page would look up."""
    return HttpResponse(render_to_string("errors/500.html", portal(request)), status=500)


def form_expired(
    request: HttpRequest, reason: str = "", *, known: bool = True, problem: str = ""
) -> HttpResponse:
    """A form without a valid token: old, altered, or sent by another site. What was typed is handed back.

    Where it was a message, a button posts it again to be saved, and never to be sent: the words may be another
    site's. `known` is False where the form itself is worth nothing, so that its words begin a new one; `problem`
    says why it could not be kept for who is signed out.
    """
    typed = {name: request.POST[name] for name in WORDS if request.POST.get(name)}
    names = {name: request.POST[name] for name in NAMES if name in request.POST and known}
    # What a button posts to is no page; behind a form there is one under the same address.
    match = request.resolver_match
    page = match.url_name if match else None
    back = request.get_full_path() if page in FORM_PAGES else reverse("home")
    again = {**typed, **names} if page == "compose" and typed else {}
    context = {
        "typed": typed,
        "again": again,
        "problem": problem,
        # On an ordinary page, too, but there nothing can be done about it except to load it anew.
        "no_cookie": reason == REASON_NO_CSRF_COOKIE and bool(getattr(request, "frame", None)),
        "sign_in_first": not request.user.is_authenticated and bool(problem or not known),
        "back": back,
    }
    return render(request, "errors/form_expired.html", context, status=403)
