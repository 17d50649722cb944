"""Checks the website's page itself: its script tag, its elements, and the headers that can block frames and scripts."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from portal.embed import frames
from portal.embed.doctor import csp, markup
from portal.embed.doctor.csp import Policy, ScriptTag
from portal.embed.doctor.fetching import Response
from portal.embed.doctor.listing import shown_boxes
from portal.embed.doctor.markup import Attributes, Markup
from portal.embed.models import Website
from portal.findings import Finding, failure, ok, unknown

SCRIPT_PATH: Final = "/embed/v1.js"
_SANDBOX: Final = ("allow-scripts", "allow-same-origin", "allow-forms", "allow-popups")
_PASSKEYS: Final = re.compile(r"publickey-credentials-get\s*=\s*(\*|\([^)]*\))", re.IGNORECASE)
_BLOCKED: Final = "The browser would not load {what}: the policy in {place} does not allow it."


def check(response: Response, website: Website | None) -> Iterator[Finding]:
    page = markup.parse(response.text, response.address.url)
    tag = _portal_script_tag(page)
    yield _script(response, page, tag)
    yield _elements(page, website)
    found = _policies(response, page)
    yield from _allowed_script(found, tag, response.address.origin)
    yield from _allowed_frames(found, response.address.origin)
    yield from _sandboxed(found)
    yield from _passkeys(response, website)


def script_url() -> str:
    return f"{settings.PORTAL_URL}{SCRIPT_PATH}"


def _portal_script_tag(page: Markup) -> Attributes | None:
    return next((tag for tag in page.scripts if _without_query(tag["src"]) == script_url()), None)


def _without_query(url: str) -> str:
    return url.partition("#")[0].partition("?")[0]


def _script(response: Response, page: Markup, tag: Attributes | None) -> Finding:
    topic, line = "Script", f'<script type="module" src="{script_url()}"></script>'
    if tag is not None:
        return _tag(tag, line)
    if any(_without_query(other["src"]).endswith(SCRIPT_PATH) for other in page.scripts):
        message = (
            "The page loads the script from another host. It talks with the host that it came from alone."
        )
        return failure(topic, message, "Load it from this portal:", line)
    if script_url() in response.text:
        message = (
            "The page names the script, but has no tag for it. Whether another script loads it is not known."
        )
        return unknown(topic, message, "Where it does not, put this line into the page:", line)
    if response.is_cut:
        return unknown(
            topic, "The first megabyte of the page does not load the script.", "If nothing does:", line
        )
    message = (
        "The page does not load the script. (One that an application or a tag manager adds is not seen here.)"
    )
    return failure(topic, message, "Put this line into the page:", line)


def _tag(tag: Attributes, line: str) -> Finding:
    topic = "Script"
    if tag.get("type", "").strip().lower() != "module":
        return failure(topic, "The page loads the script, but not as a module, which it is.", "Write:", line)
    if "integrity" in tag:
        message = "The script's tag has an integrity attribute. With the portal's next update it is refused."
        return failure(
            topic, message, "Leave the attribute out. The portal is trusted with more than its script:", line
        )
    if tag.get("crossorigin", "").strip().lower() == "use-credentials":
        message = "The script's tag asks for it with cookies, and browsers refuse the answer."
        return failure(topic, message, "Leave the crossorigin attribute out:", line)
    return ok(topic, "The page loads the script, as a module and from this portal.")


def _elements(page: Markup, website: Website | None) -> Finding:
    topic = "Elements"
    if not page.elements:
        message = (
            "The page's HTML has none of the elements. Scripts may add them later, which is not seen here."
        )
        return unknown(
            topic, message, "If nothing adds one, write for example:", "<secure-inbox></secure-inbox>"
        )
    asked = {element["securebox"] for element in page.elements if element.get("securebox")}
    if website is not None and not asked <= (shown := set(shown_boxes(website))):
        fix = f"Name one of those that are: {', '.join(sorted(shown)) or 'there is none yet'}."
        return failure(topic, "An element's securebox attribute names no box that is shown there.", fix)
    number = "one of the elements" if len(page.elements) == 1 else f"{len(page.elements)} of the elements"
    return ok(topic, f"The page has {number}.")


# --- The Content Security Policy ------------------------------------------------------------------------------


def _policies(response: Response, page: Markup) -> list[Policy]:
    found = csp.parse(response.header("Content-Security-Policy"), "the header")
    for text in page.policies:
        found += csp.parse(text, "a <meta> tag")
    return found


def _allowed_script(found: list[Policy], tag: Attributes | None, origin: str) -> Iterator[Finding]:
    topic = "Script rule"
    said = ScriptTag((tag or {}).get("nonce", ""), (tag or {}).get("integrity", ""))
    problems = 0
    for policy in found:
        name = policy.effective_directive(csp.SCRIPT_DIRECTIVES)
        sources = policy.directives.get(name, ())
        if csp.allows_tag(sources, said):
            continue
        if csp.is_strict_dynamic(sources):
            problems += 1
            yield _strict_dynamic(policy, tag)
        elif not policy.allows(csp.SCRIPT_DIRECTIVES, script_url(), origin):
            problems += 1
            yield _blocked(topic, "the script", policy, csp.SCRIPT_DIRECTIVES)
    if not problems:
        yield ok(topic, f"{_named(found)} lets the page load the script.")


def _strict_dynamic(policy: Policy, tag: Attributes | None) -> Finding:
    topic = "Script rule"
    message = f"The policy in {policy.place} has 'strict-dynamic': addresses in it count for nothing."
    if tag is None:
        fix = "It works where one of the page's own allowed scripts adds the script. A tag needs the page's nonce."
        return unknown(topic, message, fix)
    fix = "Give the script's tag the nonce that the page's other scripts have, made anew for each answer:"
    return failure(topic, message + " The script's tag has none of its nonces.", fix, 'nonce="..."')


def _allowed_frames(found: list[Policy], origin: str) -> Iterator[Finding]:
    topic = "Frames"
    blocking = [policy for policy in found if not _allows_frames(policy, origin)]
    for policy in blocking:
        yield _blocked(topic, "the portal's frames", policy, csp.FRAME_DIRECTIVES)
    if not blocking:
        yield ok(topic, f"{_named(found)} lets the page show the portal's frames.")


def _allows_frames(policy: Policy, origin: str) -> bool:
    """Several paths are checked: a source with a path may allow some of the frame's pages and block others."""
    start = settings.PORTAL_URL + frames.prefix_for(origin)
    paths = ("/", "/embed/connect/", "/inbox/x/")
    return all(policy.allows(csp.FRAME_DIRECTIVES, start + path, origin) for path in paths)


def _blocked(topic: str, what: str, policy: Policy, names: tuple[str, ...]) -> Finding:
    """Name the specific directive even where default-src decides: adding the portal to default-src would allow more
    than scripts or frames.
    """
    deciding = policy.effective_directive(names)
    own = "script-src" if names is csp.SCRIPT_DIRECTIVES else "frame-src"
    sources = [source.lower() for source in policy.directives[deciding] if source.lower() != "'none'"]
    if deciding not in (own, names[0]):
        carried = f" what {deciding} allows, and" if sources else ""
        fix = f"It has no {own}, so {deciding} decides. Add a {own} with{carried} this source:"
    elif policy.directives[deciding] and not sources:
        fix = f"In its {deciding}, write this source in the place of 'none':"
    else:
        fix = f"Add this source to its {deciding}:"
    return failure(topic, _BLOCKED.format(what=what, place=policy.place), fix, settings.PORTAL_URL)


def _named(found: list[Policy]) -> str:
    return "The page's Content-Security-Policy" if found else "The page has no Content-Security-Policy, which"


def _sandboxed(found: list[Policy]) -> Iterator[Finding]:
    """Only the header's policy counts: browsers ignore the directive in a <meta> tag (CSP level 3, section 3.3)."""
    for policy in found:
        if "sandbox" not in policy.directives or policy.place != "the header":
            continue
        words = [word.lower() for word in policy.directives["sandbox"]]
        if missing := [word for word in _SANDBOX if word not in words]:
            message = (
                "The page is in a sandbox, and what it shows in frames is with it: there it cannot work."
            )
            yield failure("Sandbox", message, "Add to the policy's sandbox directive:", " ".join(missing))
        else:
            yield ok("Sandbox", "The page's sandbox leaves the portal what it needs.")


# --- Other headers --------------------------------------------------------------------------------------------


def _passkeys(response: Response, website: Website | None) -> Iterator[Finding]:
    """Never a finding to change: users can also sign in with a password or a code."""
    named = _PASSKEYS.search(response.header("Permissions-Policy"))
    if named is None or website is None or not website.allows_sign_in:
        return
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(settings.PORTAL_URL))
    if named[1] == "*" or f'"{origin}"' in named[1]:
        yield ok("Passkeys", "The page's Permissions-Policy allows passkeys in the frame.")
    else:
        fix = "To allow them, write in the Permissions-Policy:"
        rule = f'publickey-credentials-get=(self "{origin}")'
        yield ok("Passkeys", "People cannot sign in with a passkey in the frame; all else works.", fix, rule)
