"""Views for the JSON that a frame's scripts post. Another website cannot make a browser send such a request."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from portal.embed import frames
from portal.embed.frames import Frame

_REQUESTED_WITH: Final = "SecureInbox"

Body = dict[str, Any]
View = Callable[[HttpRequest, Frame, Body], HttpResponse]


def json_view(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """Calls the view with the request's frame and the JSON object that was posted. Outside a frame it is 404.

    Requires `Content-Type: application/json` and `X-Requested-With`: a browser sends either to another site only
    after a preflight request, which the portal does not grant.
    """

    @login_not_required  # A redirect to the sign-in page would reach a script as a page of HTML.
    @require_POST
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        frame = frames.get(request)
        if frame is None:
            raise Http404
        if request.content_type != "application/json":
            return problem("Post JSON.", 415)
        if request.headers.get("X-Requested-With") != _REQUESTED_WITH:
            return problem(f"Send X-Requested-With: {_REQUESTED_WITH}.", 403)
        try:
            body = json.loads(request.body)
        except (ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            return problem("Post a JSON object.", 400)
        return view(request, frame, body)

    return guarded


def problem(message: str, status: int, **fields: object) -> JsonResponse:
    return JsonResponse({"problem": message, **fields}, status=status)
