"""Checks how users sign in on the website: the frame's cookies, the company's keys, and a sample token."""

import time
from collections.abc import Iterator
from typing import Final

from django.conf import settings

from portal.accounts.federation.errors import SignInFailed
from portal.accounts.federation.handoff import inspection
from portal.accounts.federation.http import fetch_json
from portal.accounts.models import Company
from portal.embed import origins
from portal.embed.models import Website
from portal.findings import Finding, failure, ok, unknown

_TOKEN: Final = "Token"  # noqa: S105  A heading.
_FIXES: Final = {
    "signature": "Sign it with a key that is entered at the company in the admin, or published in its key set:"
    " ES256 or RS256, with its kid in the header.",
    "email_verified": 'Write "email_verified": true, and only of addresses that the company has verified itself.',
    "iat": "Set the clock of the company's server (NTP). iat is the time of signing, in seconds since 1970.",
    "exp - iat": "Let exp be iat + 60, or less.",
    "use": "The script asks for a new one each time: the company's server must never hand one out twice.",
}
_DEFAULT_FIX: Final = "Change it where the company's server makes its tokens."
_OLD: Final = (
    "A token lives for a minute, so one that was copied by hand is often too old. Then this is no fault."
)


def check(origin: str, website: Website | None, token: str) -> Iterator[Finding]:
    yield _cookies(origin)
    if website is None:
        if token:
            yield unknown(_TOKEN, "A token is for a listed website. List this one first.")
        return
    yield _sign_in(website)
    if website.company is not None:
        yield from _keys(website.company)
        yield from _token(token, website.company, origin) if token else ()
    elif token:
        yield failure(_TOKEN, "The token is for nobody: the website names no company.", _CHOOSE_COMPANY)


def _cookies(origin: str) -> Finding:
    topic, portal = "Cookies", settings.PORTAL_URL
    if origin.startswith("https:") and portal.startswith("http:"):
        message = (
            "The page is https and the portal is not: browsers mix neither scripts nor frames of the two."
        )
        return failure(topic, message, "Serve the portal with https, and say so in PORTAL_URL.")
    if origins.is_same_site(origin, portal):
        return ok(
            topic, "The page and the portal are one site: the frame shares the portal's ordinary cookies."
        )
    message = (
        "The page and the portal are two sites. The frame has cookies of its own, kept for this pair of websites"
        " (SameSite=None; Secure; Partitioned). Where a browser refuses them, the frame says so and offers a window."
    )
    return ok(
        topic,
        message,
        "Simpler for your customers: the portal under a sub-domain of the website's own domain.",
    )


def _sign_in(website: Website) -> Finding:
    topic, handed = "Signing in", website.company is not None
    if website.allows_sign_in:
        also = f", or are handed over by {website.company}" if handed else ""
        return ok(topic, f"People sign in inside the frame{also}.")
    if handed:
        return ok(topic, f"People are handed over by {website.company}, and in no other way.")
    return failure(
        topic, "The website has hand-off alone, and names no company: nobody gets in.", _CHOOSE_COMPANY
    )


_CHOOSE_COMPANY: Final = "Choose a company in the admin, under Websites, at “hand-off by”."


def _keys(company: Company) -> Iterator[Finding]:
    topic = "Keys"
    active = company.keys.filter(is_active=True).count()
    if active:
        yield ok(topic, f"Entered here and active: {active}.")
    if company.keys_url:
        yield _key_set(company.keys_url)
    elif not active:
        message = "The company has neither an active key here nor an address of its key set."
        yield failure(
            topic, message, "Enter its public key in the admin, under Companies, or where its key set is."
        )


def _key_set(url: str) -> Finding:
    fix = (
        "See that its address in the admin is right, that this server can reach it, and that it is a JWK set."
    )
    try:
        keys = fetch_json(url).get("keys")
    except SignInFailed as error:
        return failure("Keys", f"The company's key set cannot be read: {error}.", fix)
    if not isinstance(keys, list) or not keys:
        return failure("Keys", "What is published at the company's key set holds no keys.", fix)
    return ok("Keys", f"Published in its key set: {len(keys)}.")


def _token(token: str, company: Company, origin: str) -> Iterator[Finding]:
    """A finding for each part of the token. The token is not marked as used."""
    for found in inspection.inspect(token, company, origin, time.time()):
        # Most messages about a wrong claim begin with its name, which is printed before the message already.
        message = f"{found.check}: {found.message.removeprefix(f'{found.check} ')}."
        if found.is_ok:
            yield ok(_TOKEN, message)
        elif found.check == "exp":
            yield unknown(_TOKEN, message, _OLD)
        else:
            yield failure(_TOKEN, message, _FIXES.get(found.check, _DEFAULT_FIX))
