"""The hand-off: signs the company's customer in and out in the frame, as they sign in and out on its website.

This module's logger warns of hand-offs that fail, with the reason, as often as the activity log records them.
"""

import logging
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from portal.accounts.federation.errors import LoginSource, SignInFailed, record_failure
from portal.accounts.federation.handoff import login, logout, tokens
from portal.accounts.federation.handoff.login import LoginResult
from portal.accounts.login import rate_limits
from portal.accounts.views.session import clear_site_data
from portal.cache.unavailable import RETRY_SECONDS
from portal.embed.frames import Frame
from portal.embed.views.json_view import Body, json_view, problem

log = logging.getLogger(__name__)


@json_view
@sensitive_variables("body", "token")
def exchange(request: HttpRequest, frame: Frame, body: Body) -> HttpResponse:
    """`{"token": "..."}` begins a session; `{"token": null}` ends one that a hand-off began.

    Answers `signed_in` (false while a second step is due), `changed` (the frame has to load its page again), and
    `problem`, a sentence for the user, if the token is refused.
    """
    company = frame.website.company
    if company is None:
        raise Http404
    token = body.get("token", "")
    if token is None:
        ended = logout.end_handoff_session(request, company)
        return _answer(request, LoginResult(page_changed=ended, session_ended=ended))
    if not isinstance(token, str):
        return problem("Post a token, or null.", 400)
    try:
        with rate_limits.limit_failed_hand_offs(request):
            result = login.login_with_token(request, token, company, frame.origin)
    except SignInFailed as failure:
        ended = logout.end_on_rejected_token(request, failure, tokens.subject_of(token, company))
        signed_in = request.user.is_authenticated
        answer = failed(request, frame, failure, signed_in=signed_in, changed=ended)
        return clear_site_data(answer) if ended else answer
    return _answer(request, result)


def _answer(request: HttpRequest, result: LoginResult) -> JsonResponse:
    answer = JsonResponse({"signed_in": request.user.is_authenticated, "changed": result.page_changed})
    if result.session_ended:
        clear_site_data(answer)
    return answer


def failed(request: HttpRequest, frame: Frame, failure: SignInFailed, **fields: object) -> JsonResponse:
    """Log the reason for the operator, record the failure in the activity log, and answer with one and the same
    sentence: the customer can do nothing about any of the reasons. `fields` are added to the answer, and in development
    the reason, which the website's script gives to the website's own scripts.
    """
    reason = log_failure(request, frame.origin, failure)
    if settings.DEBUG:
        fields["detail"] = reason
    message = _("We couldn’t sign you in from this website. Please reload the page.")
    answer = problem(message, failure.status, **fields)
    if failure.status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


def log_failure(request: HttpRequest, origin: str, failure: SignInFailed) -> str:
    """Record why a hand-off failed, for operators. Returns it."""
    reason = f"{type(failure).__name__}: {failure}"
    if record_failure(request, LoginSource.HAND_OFF, failure.consumer):
        log.warning("Hand-off from %s failed: %s", origin, reason)
    return reason
