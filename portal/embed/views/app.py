"""From the company's app, whose web view posts a hand-off token: the customer gets the portal's ordinary pages, in an
ordinary session. docs/native-apps.md is the contract.
"""

from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from portal.accounts.federation.errors import SignInFailed
from portal.accounts.federation.handoff import login, logout, tokens, window_code
from portal.accounts.login import rate_limits
from portal.accounts.models import Company
from portal.accounts.views.session import clear_site_data
from portal.embed import frames
from portal.embed.models import Website
from portal.embed.views import hand_off, window

# What browsers send in Sec-Fetch-Site where no page has caused the request (Fetch Metadata). No page can send it.
_NO_PAGE: Final = "none"


@csrf_exempt  # An app has no page of ours that could give it a CSRF token: see `_sign_in`.
@login_not_required  # It signs in.
@require_POST
@sensitive_post_parameters("token")
@sensitive_variables("token")
def enter(request: HttpRequest, site: str) -> HttpResponse:
    """With a token, the customer is signed in, and led to the page `next`. Without one, a session that began so ends.

    `site` is the website whose hand-off the app uses, as in the paths of frames: `https:www.example.com`.
    """
    website = Website.objects.for_origin(frames.origin_of(site))
    if website is None or website.company is None:
        raise Http404
    token, next_path = request.POST.get("token", ""), window.local_path(request.POST.get("next", ""))
    if not token:
        return _sign_out(request, website.company, next_path)
    try:
        with rate_limits.limit_failed_hand_offs(request):
            return _sign_in(request, token, website.company, website.origin, next_path)
    except SignInFailed as failure:
        hand_off.log_failure(request, website.origin, failure)
        subject = tokens.subject_of(token, website.company)
        ended = not _is_from_page(request) and logout.end_on_rejected_token(request, failure, subject)
        context = {"failure": failure}
        answer = render(request, "socialaccount/authentication_error.html", context, status=failure.status)
        return clear_site_data(answer) if ended else answer


def _sign_in(request: HttpRequest, token: str, company: Company, origin: str, next_path: str) -> HttpResponse:
    """At once, if no page has caused the request. If one may have, the customer is asked first whose account it shall
    be: the token may be somebody else's, who would like to read what is written there.
    """
    if request.headers.get("Sec-Fetch-Site") != _NO_PAGE:
        consumer, proofs = login.authenticate_only(request, token, company, origin)
        return redirect("embed_continue", window_code.issue(consumer, proofs, next_path))
    result = login.login_with_token(request, token, company, origin)
    answer = redirect(next_path)
    return clear_site_data(answer) if result.session_ended else answer


def _sign_out(request: HttpRequest, company: Company, next_path: str) -> HttpResponse:
    if _is_from_page(request):
        raise PermissionDenied
    answer = redirect(next_path)
    return clear_site_data(answer) if logout.end_handoff_session(request, company) else answer


def _is_from_page(request: HttpRequest) -> bool:
    """Whether the browser says that a page has caused the request: no page may end a session with it."""
    return request.headers.get("Sec-Fetch-Site", _NO_PAGE) != _NO_PAGE
