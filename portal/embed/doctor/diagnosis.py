"""Runs every check on one page of a website, in the order in which embedding is set up."""

from collections.abc import Iterator
from typing import Final

from portal.embed.doctor import addresses, fetching, host_page, listing, portal_responses, sign_in
from portal.embed.doctor.addresses import Address, AddressRefused
from portal.embed.doctor.fetching import FetchError, Response
from portal.embed.models import Website
from portal.findings import Finding, Report, failure, ok, unknown

# Statuses that may be meant for programs only; a user's browser may get the page.
_MAY_REJECT_PROGRAMS: Final = (401, 403, 407, 429, 503)


def diagnose(url: str, token: str = "") -> Report:
    """What works on this page of a website, and what has to be changed before it can show the portal.

    Fetches the page as a stranger's browser would, and two pages of the portal. `token` is a sample that the company's
    server signed for its website; it is neither used up nor stored.
    """
    return Report(tuple(_findings(url, token.strip())))


def _findings(url: str, token: str) -> Iterator[Finding]:
    try:
        address = addresses.parse(url)
    except AddressRefused as refusal:
        yield failure("Address", str(refusal), "Write the address as your customers' browsers show it.")
        return
    response, page = _fetch(address)
    origin = response.address.origin if response else address.origin
    website = Website.objects.for_origin(origin)
    yield page
    if response and origin != address.origin:
        yield ok("Address", f"It leads on to {origin}: it is that website which shows the portal.")
    yield from listing.check(origin, website)
    if website is not None:
        yield from portal_responses.check(origin)
    if response and _is_page(response):
        yield from host_page.check(response, website)
    yield from sign_in.check(origin, website, token)


def _fetch(address: Address) -> tuple[Response | None, Finding]:
    topic = "Page"
    try:
        response = fetching.fetch(address)
    except FetchError as error:
        fix = "See that it is public and works in a browser. What the page says was not looked at."
        return None, failure(topic, f"The page cannot be fetched: {error}.", fix)
    if response.status in _MAY_REJECT_PROGRAMS:
        message = (
            f"The page answers {response.status}, perhaps to programs alone. What it says was not looked at."
        )
        return response, unknown(
            topic, message, "Let this server's requests through, or try a page that is public."
        )
    if not _is_success(response):
        return response, failure(
            topic, f"The page answers {response.status}.", "Give the address of a page that is there."
        )
    if not _is_page(response):
        return response, failure(
            topic, "What is there is no HTML that can be read.", "Give the address of a web page."
        )
    return response, ok(topic, "The page is there.")


def _is_success(response: Response) -> bool:
    return 200 <= response.status < 300


def _is_page(response: Response) -> bool:
    kind = response.header("Content-Type").partition(";")[0].strip().lower()
    plain = response.header("Content-Encoding").strip().lower() in ("", "identity")
    return _is_success(response) and plain and kind in ("text/html", "application/xhtml+xml")
