"""Which pages are shown in frames, in whose, and under what rules."""

from collections.abc import Callable
from typing import Any, Final

from csp.constants import NONE
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import ResolverMatch, get_script_prefix, set_script_prefix
from django.utils import translation

from portal.accounts.models import Consumer
from portal.context_processors import portal
from portal.embed import cookies, frame
from portal.embed.frame import Address, Frame
from portal.embed.origins import is_origin
from portal.embed.views import script

# Beside all pages of the mail. Each is needed to get in, to stay, or to get out.
_SESSION: Final = {
    "account_logout",
    "account_reauthenticate",
    "account_session",
    "account_session_extend",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}
# Signing in with what is the portal's own. A website with hand-off alone has none of these.
_ENTRANCE: Final = {
    "account_complete_password_reset",
    "account_confirm_login_code",
    "account_confirm_password_reset_code",
    "account_email_verification_sent",
    "account_inactive",
    "account_request_login_code",
    "account_password_reset_completed",
    "account_reset_password",
    "account_signup",
    "mfa_login_webauthn",
}
_FOR_FRAMES: Final = {"embed_connect", "embed_hand_off", "embed_state", "embed_window"}


def scripts(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer for the script and its types before anything looks at a session: they are the same for everybody."""
    answers = {"/embed/v1.js": script.script, "/embed/v1.d.ts": script.types}

    def middleware(request: HttpRequest) -> HttpResponse:
        return answers.get(request.path_info, get_response)(request)

    return middleware


class FrameMiddleware:
    """Sets `request.frame`, and answers frames that may not show what they ask for with a page that says so.

    Stands before the session's middleware, for a frame has cookies of its own, and within that of the Content
    Security Policy, which names who may show the answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = frame.split(request.path_info)
        if address is None:
            return self.get_response(request)
        if frame.is_window(request) and request.method in ("GET", "HEAD"):
            # Somebody opened the frame in a tab: what they are after is the page itself.
            return redirect(frame.whole_path(request, address.path))
        here = frame.open_frame(request, address)
        if here is None or frame.is_asked_for_elsewhere(request, here.origin):
            return _refuse(request, address.path, address.origin)
        return self._answer_in(here, address, request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        here, match = frame.of(request), request.resolver_match
        if match is None:
            return None
        if here is None:
            # A letter's formatted body is shown in a frame by the letter's own page, and by nothing else.
            refused = frame.is_framed(request) and match.url_name != "body"
            return _refuse(request, request.path_info) if refused else None
        if not _may_be_framed(match, here, request):
            return _refuse(request, request.path_info, here.origin)
        if match.url_name == "account_login" and not here.website.lets_sign_in:
            return None if request.user.is_authenticated else render(request, "embed/sign_in_at_website.html")
        return None

    def _answer_in(self, here: Frame, address: Address, request: HttpRequest) -> HttpResponse:
        request.frame = here  # type: ignore[attr-defined]  # See `frame.of`.
        before = get_script_prefix()
        request.path_info = address.path
        set_script_prefix(f"{here.prefix}/")
        cookies.take_in(request, here)
        try:
            with translation.override(here.locale or translation.get_language()):
                response = self.get_response(request)
        finally:
            set_script_prefix(before)
        cookies.give_out(response, here)
        return _let(response, here.origin)


def its_boxes(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A frame shows the secureboxes of its website, and no others. To stand behind the sign-in's middleware."""

    def middleware(request: HttpRequest) -> HttpResponse:
        here = frame.of(request)
        if here is not None and isinstance(request.user, Consumer):
            request.user.boxes_here = here.website.shown_slugs()
        return get_response(request)

    return middleware


def _may_be_framed(match: ResolverMatch, here: Frame, request: HttpRequest) -> bool:
    name = str(match.url_name)
    if name == "account_name":  # Who has none is asked for it before anything else.
        return isinstance(request.user, Consumer) and not request.user.get_full_name()
    if match.func.__module__.startswith("inbox.views.") or name in _SESSION | _FOR_FRAMES:
        return True
    # The sign-in page is where a frame with hand-off alone waits for it.
    return name == "account_login" or (name in _ENTRANCE and here.website.lets_sign_in)


def _let(response: HttpResponse, origin: str) -> HttpResponse:
    """Let this origin's pages show it, unless it is meant for all, or for none."""
    del response.headers["X-Frame-Options"]
    own = response.headers.get("Content-Security-Policy")
    if own is not None:
        response.headers["Content-Security-Policy"] = own.replace(
            "frame-ancestors 'self'", f"frame-ancestors 'self' {origin}"
        )
    elif not hasattr(response, "_csp_replace"):
        setattr(response, "_csp_replace", {"frame-ancestors": [origin]})  # noqa: B010  django-csp looks there.
    return response


def _refuse(request: HttpRequest, path: str, origin: str = "") -> HttpResponse:
    """In words, which every website may show: the page holds nothing but a link to a window of its own.

    Rendered without the request, as the page must be the same whoever asks. `origin` is where the address says that
    it is shown: it is told no more than that it was refused.
    """
    is_page = request.method in ("GET", "HEAD")
    context = {
        **portal(request),
        "window": settings.PORTAL_URL + (path if is_page else "/"),
        "host": origin if is_origin(origin) else "",
    }
    response = HttpResponse(render_to_string("embed/refused.html", context), status=403)
    setattr(response, "xframe_options_exempt", True)  # noqa: B010  As Django's own decorator does.
    setattr(response, "_csp_replace", {"frame-ancestors": ["*"], "form-action": [NONE]})  # noqa: B010
    return response
