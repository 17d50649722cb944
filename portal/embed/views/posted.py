"""What the script of a frame posts: JSON in, JSON out. No other website can send such a request unasked."""

import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.accounts.federation.errors import SignInFailed, Way, record
from portal.embed import frame
from portal.embed.frame import Frame

log = logging.getLogger(__name__)

_SCRIPT: Final = "SecureInbox"  # In the header X-Requested-With.

Body = dict[str, Any]
View = Callable[[HttpRequest, Frame, Body], HttpResponse]


def script_view(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """Hands the view its frame and what was posted. A hand-off that fails is answered in one sentence, whatever failed.

    Only browsers that ask the portal first could send another site's JSON, or its header, along.
    """

    @login_not_required  # A redirect to the sign-in page would reach a script as a page of HTML.
    @require_POST
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        here = frame.of(request)
        if here is None:
            raise Http404
        if request.content_type != "application/json":
            return problem("Post JSON.", 415)
        if request.headers.get("X-Requested-With") != _SCRIPT:
            return problem(f"Send X-Requested-With: {_SCRIPT}.", 403)
        body = _read(request)
        if body is None:
            return problem("Post a JSON object.", 400)
        try:
            return view(request, here, body)
        except SignInFailed as failure:
            return refuse(request, here, failure)

    return guarded


def problem(words: str, status: int, **more: object) -> JsonResponse:
    return JsonResponse({"problem": words, **more}, status=status)


def _read(request: HttpRequest) -> Body | None:
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def refuse(request: HttpRequest, here: Frame, failure: SignInFailed, **more: object) -> JsonResponse:
    """The operator's log says why, the activity log that it happened. The customer could mend none of it.

    `more` stands in the answer beside the words.
    """
    log.warning("Hand-off from %s failed: %s: %s", here.origin, type(failure).__name__, failure)
    record(request, Way.HAND_OFF, failure.consumer)
    words = _("We could not sign you in from this website. Please load the page again.")
    return problem(words, failure.status, **more)
