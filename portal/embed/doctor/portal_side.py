"""What the portal sends to frames of a website: by its own code, and as it arrives after all that stands in between."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse

from portal.embed import frames
from portal.embed.doctor import fetching, policies
from portal.embed.doctor.fetching import Answer, NotFetched
from portal.embed.doctor.host_page import SCRIPT_PATH, script_url
from portal.embed.doctor.report import Finding, change, ok, unknown
from portal.embed.middleware import FrameMiddleware

_ARRIVES: Final = "As it arrives"
_PROXY: Final = "Look at what stands before the portal, such as a proxy or a firewall: it must not"


def look_at(origin: str) -> Iterator[Finding]:
    yield _rule(origin)
    try:
        yield _arriving_script(fetching.fetch_own(SCRIPT_PATH))
        yield _arriving_frame(fetching.fetch_own(_frame_path(origin)), origin)
    except NotFetched as error:
        what = (
            f"From here, {settings.PORTAL_URL} cannot be asked: {error}. Browsers may reach it all the same."
        )
        yield unknown(_ARRIVES, what, "Open this address in a browser: it shows a script.", script_url())


def policy_for(origin: str) -> str:
    """The Content-Security-Policy of a page for frames of this origin. The portal's own middleware is asked.

    Raises DisallowedHost where the portal would not answer to the name in PORTAL_URL.
    """
    parts = urlsplit(settings.PORTAL_URL)
    request = HttpRequest()
    request.method = "GET"
    request.path = request.path_info = _frame_path(origin)
    request.META = {"HTTP_HOST": parts.netloc, "SERVER_NAME": parts.hostname or "", "SERVER_PORT": "443"}
    answer = FrameMiddleware(lambda _request: HttpResponse())(request)
    CSPMiddleware(lambda _request: answer).process_response(request, answer)
    return answer.headers["Content-Security-Policy"]


def _frame_path(origin: str) -> str:
    return f"{frames.prefix_for(origin)}/embed/connect/"


def _rule(origin: str) -> Finding:
    topic = "Frame rule"
    try:
        policy = policy_for(origin)
    except DisallowedHost:
        host = urlsplit(settings.PORTAL_URL).hostname or ""
        return change(
            topic, "The portal does not answer to its own PORTAL_URL.", "Add to ALLOWED_HOSTS:", host
        )
    ancestors = " ".join(*(found.directives["frame-ancestors"] for found in policies.read(policy, "")))
    return ok(topic, f"The portal lets that website show its pages, with: frame-ancestors {ancestors}")


def _arriving_script(answer: Answer) -> Finding:
    kind = answer.header("Content-Type").partition(";")[0].strip().lower()
    if answer.status != 200 or kind != "text/javascript":
        what = f"{script_url()} answers {answer.status} with {kind or 'no content type'}, and not with the script."
        return change(_ARRIVES, what, f"{_PROXY} answer in its place.")
    if answer.header("Access-Control-Allow-Origin") != "*":
        what = "The script arrives without the header that lets other websites load it."
        return change(_ARRIVES, what, f"{_PROXY} take away this header:", "Access-Control-Allow-Origin: *")
    return ok(_ARRIVES, "The script arrives from the portal's public address.")


def _arriving_frame(answer: Answer, origin: str) -> Finding:
    rules = [
        policy.directives["frame-ancestors"]
        for policy in policies.read(answer.header("Content-Security-Policy"), "the header")
        if "frame-ancestors" in policy.directives
    ]
    if answer.status != 200:
        return change(_ARRIVES, f"A framed page answers {answer.status}.", f"{_PROXY} answer in its place.")
    if not rules:
        return change(
            _ARRIVES,
            "A framed page arrives without its frame rule.",
            f"{_PROXY} take away this header:",
            f"Content-Security-Policy: {policy_for(origin)}",
        )
    if not all(policies.allows(sources, origin, settings.PORTAL_URL) for sources in rules):
        what = f"A framed page arrives with a frame rule that does not let {origin} show it."
        return change(
            _ARRIVES, what, f"{_PROXY} add a Content-Security-Policy of its own with:", "frame-ancestors"
        )
    return ok(_ARRIVES, "A framed page arrives with the frame rule that the portal sends.")
