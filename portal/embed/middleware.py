"""Answers for shared files, serves pages in frames, and limits a frame to the secureboxes of its website."""

import logging
from collections.abc import Callable
from typing import Any

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import get_script_prefix, set_script_prefix
from django.utils import translation

from portal.database.failures import is_outage
from portal.embed import cookies, frame_policy, frames
from portal.embed.frames import Frame, FramedPath
from portal.embed.views import brand, package, script
from portal.error_views import database_down

logger = logging.getLogger(__name__)


def script_files(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer before any middleware reads a session for what is the same for every user: the script, what belongs to it,
    and what is a website's own of the look.
    """
    answers = {
        "/embed/v1.js": script.script,
        "/embed/v1.d.ts": package.types,
        "/embed/package.tgz": package.package,
    }

    def middleware(request: HttpRequest) -> HttpResponse:
        is_brand = request.path_info.startswith(brand.PREFIX)
        return answers.get(request.path_info, brand.file if is_brand else get_response)(request)

    return middleware


class FrameMiddleware:
    """Sets `request.frame`, and answers a frame that may not show the page with a page that says so.

    Must come before SessionMiddleware, since a frame has cookies of its own, and after CSPMiddleware, which writes
    the `frame-ancestors` that is set here.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # For all requests, since templates read it: Django takes longest where there is no such attribute.
        request.frame = None  # type: ignore[attr-defined]  # Read by `frames.get`.
        framed = frames.parse(request.path_info)
        if framed is None:
            return self.get_response(request)
        if frames.is_top_level(request) and request.method in ("GET", "HEAD"):
            # The user opened the frame in a tab of its own: lead to the page outside frames.
            return redirect(frames.path_with_query(request, framed.path))
        try:
            frame = frames.resolve(request, framed)
        except Error as error:
            if not is_outage(error):
                raise
            logger.exception("The database failed before it was known whether a website may show the portal")
            return self._answer_in(frames.unlisted(request, framed), framed, request, database_down)
        if frame is None or frames.is_framed_by_another(request, frame.origin):
            return frame_policy.refusal(request, framed.path, framed.origin)
        return self._answer_in(frame, framed, request, self.get_response)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        frame, match = frames.get(request), request.resolver_match
        if match is None:
            return None
        if frame is None:
            # The letter's own page shows its formatted body in a frame; the body's own policy allows only that page.
            refused = frames.is_framed(request) and match.url_name != frame_policy.LETTER_BODY
            return frame_policy.refusal(request, request.path_info) if refused else None
        if not frame_policy.may_be_framed(request, match, frame):
            return frame_policy.refusal(request, request.path_info, frame.origin)
        if match.url_name == frame_policy.SIGN_IN_PAGE and not frame.website.allows_sign_in:
            return None if request.user.is_authenticated else render(request, "embed/sign_in_at_website.html")
        return None

    def _answer_in(
        self,
        frame: Frame,
        framed: FramedPath,
        request: HttpRequest,
        respond: Callable[[HttpRequest], HttpResponse],
    ) -> HttpResponse:
        """Answer as for the page's ordinary path. The script prefix keeps every URL that it reverses in the frame."""
        request.frame = frame  # type: ignore[attr-defined]  # Read by `frames.get`.
        before = get_script_prefix()
        request.path_info = framed.path
        set_script_prefix(f"{frame.prefix}/")
        cookies.unscope(request, frame)
        try:
            with translation.override(frame.locale or translation.get_language()):
                response = respond(request)
        finally:
            set_script_prefix(before)
        cookies.scope(response, frame)
        return frame_policy.allow_framing(request, response, frame)


class LimitSecureboxesMiddleware:
    """Sets `request.allowed_slugs` in a frame: it shows the secureboxes of its website, and no others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        frame = frames.get(request)
        if frame is not None:
            request.allowed_slugs = frame.website.shown_slugs()  # type: ignore[attr-defined]  # Read by inbox.access.
        return self.get_response(request)
