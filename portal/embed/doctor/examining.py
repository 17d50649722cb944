"""Goes through all that it takes for a website to show the portal, in the order in which it is set up."""

from collections.abc import Iterator
from typing import Final

from portal.embed.doctor import addresses, fetching, host_page, listing, portal_side, signing_in
from portal.embed.doctor.addresses import Address, Refused
from portal.embed.doctor.fetching import Answer, NotFetched
from portal.embed.doctor.report import Finding, Report, change, ok, unknown
from portal.embed.models import Website

# Answers to programs rather than to people: what a browser gets may be different.
_PERHAPS_NOT_FOR_US: Final = (401, 403, 407, 429, 503)


def examine(url: str, token: str = "") -> Report:
    """What works at this page of a website, and what has to be changed before the portal is shown there.

    The page is fetched as a stranger would, and so are two of the portal's own. `token` is one that the company's
    server signed for its website; it can be used afterwards as before, and is kept nowhere.
    """
    return Report(tuple(_findings(url, token.strip())))


def _findings(url: str, token: str) -> Iterator[Finding]:
    try:
        address = addresses.read(url)
    except Refused as refusal:
        yield change("Address", str(refusal), "Write the address as your customers' browsers show it.")
        return
    answer, page = _fetched(address)
    origin = answer.address.origin if answer else address.origin
    website = Website.objects.for_origin(origin)
    yield page
    if answer and origin != address.origin:
        yield ok("Address", f"It leads on to {origin}: it is that website which shows the portal.")
    yield from listing.look_at(origin, website)
    if website is not None:
        yield from portal_side.look_at(origin)
    if answer and _is_page(answer):
        yield from host_page.look_at(answer, website)
    yield from signing_in.look_at(origin, website, token)


def _fetched(address: Address) -> tuple[Answer | None, Finding]:
    topic = "Page"
    try:
        answer = fetching.fetch(address)
    except NotFetched as error:
        mend = "See that it is public and works in a browser. What the page says was not looked at."
        return None, change(topic, f"The page cannot be fetched: {error}.", mend)
    if answer.status in _PERHAPS_NOT_FOR_US:
        what = f"The page answers {answer.status}, perhaps to programs alone. What it says was not looked at."
        return answer, unknown(
            topic, what, "Let this server's requests through, or try a page that is public."
        )
    if not _is_success(answer):
        return answer, change(
            topic, f"The page answers {answer.status}.", "Give the address of a page that is there."
        )
    if not _is_page(answer):
        return answer, change(
            topic, "What is there is no HTML that can be read.", "Give the address of a web page."
        )
    return answer, ok(topic, "The page is there.")


def _is_success(answer: Answer) -> bool:
    return 200 <= answer.status < 300


def _is_page(answer: Answer) -> bool:
    kind = answer.header("Content-Type").partition(";")[0].strip().lower()
    plain = answer.header("Content-Encoding").strip().lower() in ("", "identity")
    return _is_success(answer) and plain and kind in ("text/html", "application/xhtml+xml")
