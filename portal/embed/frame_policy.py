"""Which pages may be shown in a frame, and by which website. Every other page opens only in a window of its own.

    page                                      listed website,        listed website,      any other
                                              sign-in in the frame   hand-off alone       website
    mail: every view of `inbox.views`         yes                    yes                  no
    staying signed in, signing out, the zone  yes                    yes                  no
    what the frame's own scripts ask for      yes                    yes                  no
    the sign-in page                          yes                    as a notice [1]      no
    the other ways to sign in on the portal   yes                    no                   no
    the page that asks for a name             if the user lacks one  the same             no
    a letter's formatted body                 by the letter's own page in the same frame, or in the window
    account, admin and everything else        no                     no                   no

[1] `embed/sign_in_at_website.html`: it asks the user to sign in on the website.

A website is listed if it is in the admin or in PORTAL_EMBED_ORIGINS: see `Website.objects.for_origin`.

What enforces the table: a page for a frame has a path of its own that names the origin (see `frames`).
`FrameMiddleware` asks `may_be_framed` about it, and `allow_framing` names the origin in the page's `frame-ancestors`,
so that browsers show the page nowhere else. At its ordinary path, a page has `frame-ancestors 'none'` (settings). A
refused request gets `refusal`, before its view runs.
"""

from typing import Final

from csp.constants import NONE
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import ResolverMatch

from portal.accounts.models import Consumer
from portal.embed import frames
from portal.embed.frames import Frame
from portal.embed.origins import is_origin

# Names of URLs.
LETTER_BODY: Final = "body"
SIGN_IN_PAGE: Final = "account_login"
_NAME_PAGE: Final = "account_name"
_SESSION: Final = {
    "account_logout",
    "account_reauthenticate",
    "account_session",
    "account_session_extend",
    "account_time_zone",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}
_SIGN_IN: Final = {
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
_SCRIPT_ENDPOINTS: Final = {"embed_connect", "embed_hand_off", "embed_state", "embed_window"}


def may_be_framed(request: HttpRequest, match: ResolverMatch, frame: Frame) -> bool:
    """Whether this frame may show the page: the table above."""
    name = str(match.url_name)
    if match.func.__module__.startswith("inbox.views.") or name in _SESSION | _SCRIPT_ENDPOINTS:
        return True
    if name == _NAME_PAGE:  # A user without a name is asked for it before any other page.
        return isinstance(request.user, Consumer) and not request.user.get_full_name()
    return name == SIGN_IN_PAGE or (name in _SIGN_IN and frame.website.allows_sign_in)


def allow_framing(request: HttpRequest, response: HttpResponse, frame: Frame) -> HttpResponse:
    """Let the website's pages show the answer, unless its own policy already allows every website, or no website."""
    _allow_isolated_pages(request, response)
    del response.headers["X-Frame-Options"]
    own_policy = response.headers.get("Content-Security-Policy")
    if own_policy is not None:
        response.headers["Content-Security-Policy"] = _framed(own_policy, request, frame)
    elif not hasattr(response, "_csp_replace"):
        setattr(response, "_csp_replace", {"frame-ancestors": [frame.origin]})  # noqa: B010  django-csp looks there.
    return response


def _framed(policy: str, request: HttpRequest, frame: Frame) -> str:
    """A letter's policy names each place that its frame may be in, and that its style sheets may come from."""
    if "frame-ancestors 'self'" not in policy:
        return policy
    if frame.website.sheet_url:
        sheet = request.build_absolute_uri(frame.website.sheet_url)
        policy = policy.replace("style-src ", f"style-src {sheet} ")
    return policy.replace("frame-ancestors 'self'", f"frame-ancestors 'self' {frame.origin}")


def _allow_isolated_pages(request: HttpRequest, response: HttpResponse) -> None:
    """Let pages with a Cross-Origin-Embedder-Policy show it, too. Their frames have to have one as well, and to say
    that other origins may use them (HTML standard, "Cross-origin embedder policies").

    Both values of the policy would do, but not every browser knows "credentialless".
    """
    response.headers["Cross-Origin-Embedder-Policy"] = "require-corp"
    if frames.is_framed(request):
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"


def refusal(request: HttpRequest, path: str, origin: str = "") -> HttpResponse:
    """A page that says that this one is not shown in frames, with a link to `path` in a window of its own.

    Every website may show it: it is rendered without the request, and so is the same for every user, with the portal's
    own name and look. `origin` is the website that the address names, listed or not: the page's script tells it that it
    was refused, and nothing more.
    """
    is_page = request.method in ("GET", "HEAD")
    context = {
        "portal_name": settings.PORTAL_NAME,
        "window_url": settings.PORTAL_URL + (path if is_page else "/"),
        "host_origin": origin if is_origin(origin) else "",
    }
    response = HttpResponse(render_to_string("embed/refused.html", context), status=403)
    _allow_isolated_pages(request, response)
    setattr(response, "xframe_options_exempt", True)  # noqa: B010  As Django's own decorator does.
    setattr(response, "_csp_replace", {"frame-ancestors": ["*"], "form-action": [NONE]})  # noqa: B010
    return response
