"""Checks the portal's responses for frames of a website: as it sends them, and as they arrive from its public URL, past
proxies and firewalls.
"""

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse

from portal.embed import frames
from portal.embed.doctor import csp, fetching
from portal.embed.doctor.fetching import FetchError, Response
from portal.embed.doctor.host_page import SCRIPT_PATH, script_url
from portal.embed.middleware import FrameMiddleware
from portal.findings import Finding, failure, ok, unknown

_ARRIVES: Final = "As it arrives"
_PROXY: Final = "Look at what stands before the portal, such as a proxy or a firewall: it must not"


def check(origin: str) -> Iterator[Finding]:
    yield _rule(origin)
    try:
        yield _arriving_script(fetching.fetch_from_portal(SCRIPT_PATH))
        yield _arriving_frame(fetching.fetch_from_portal(_frame_path(origin)), origin)
    except FetchError as error:
        message = (
            f"From here, {settings.PORTAL_URL} cannot be asked: {error}. Browsers may reach it all the same."
        )
        yield unknown(_ARRIVES, message, "Open this address in a browser: it shows a script.", script_url())


def policy_for(origin: str) -> str:
    """The Content-Security-Policy of a page for frames on this origin, made by the portal's own middleware.

    Raises DisallowedHost if ALLOWED_HOSTS lacks the host of PORTAL_URL.
    """
    parts = urlsplit(settings.PORTAL_URL)
    request = HttpRequest()
    request.method = "GET"
    request.path = request.path_info = _frame_path(origin)
    request.META = {"HTTP_HOST": parts.netloc, "SERVER_NAME": parts.hostname or "", "SERVER_PORT": "443"}
    response = FrameMiddleware(lambda _request: HttpResponse())(request)
    CSPMiddleware(lambda _request: response).process_response(request, response)
    return response.headers["Content-Security-Policy"]


def _frame_path(origin: str) -> str:
    return f"{frames.prefix_for(origin)}/embed/connect/"


def _rule(origin: str) -> Finding:
    topic = "Frame rule"
    try:
        policy = policy_for(origin)
    except DisallowedHost:
        host = urlsplit(settings.PORTAL_URL).hostname or ""
        return failure(
            topic, "The portal does not answer to its own PORTAL_URL.", "Add to ALLOWED_HOSTS:", host
        )
    ancestors = " ".join(*(found.directives["frame-ancestors"] for found in csp.parse(policy, "")))
    return ok(topic, f"The portal lets that website show its pages, with: frame-ancestors {ancestors}")


def _arriving_script(response: Response) -> Finding:
    kind = response.header("Content-Type").partition(";")[0].strip().lower()
    if response.status != 200 or kind != "text/javascript":
        message = f"{script_url()} answers {response.status} with {kind or 'no content type'}, and not with the script."
        return failure(_ARRIVES, message, f"{_PROXY} answer in its place.")
    if response.header("Access-Control-Allow-Origin") != "*":
        message = "The script arrives without the header that lets other websites load it."
        return failure(
            _ARRIVES, message, f"{_PROXY} take away this header:", "Access-Control-Allow-Origin: *"
        )
    return ok(_ARRIVES, "The script arrives from the portal's public address.")


def _arriving_frame(response: Response, origin: str) -> Finding:
    rules = [
        policy.directives["frame-ancestors"]
        for policy in csp.parse(response.header("Content-Security-Policy"), "the header")
        if "frame-ancestors" in policy.directives
    ]
    if response.status != 200:
        return failure(
            _ARRIVES, f"A framed page answers {response.status}.", f"{_PROXY} answer in its place."
        )
    if not rules:
        return failure(
            _ARRIVES,
            "A framed page arrives without its frame rule.",
            f"{_PROXY} take away this header:",
            f"Content-Security-Policy: {policy_for(origin)}",
        )
    if not all(csp.allows(sources, origin, settings.PORTAL_URL) for sources in rules):
        message = f"A framed page arrives with a frame rule that does not let {origin} show it."
        return failure(
            _ARRIVES, message, f"{_PROXY} add a Content-Security-Policy of its own with:", "frame-ancestors"
        )
    return ok(_ARRIVES, "A framed page arrives with the frame rule that the portal sends.")
