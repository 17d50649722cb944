"""What a Content Security Policy allows: parses its directives, and matches URLs with their sources.

Section numbers refer to CSP level 3.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

# Section 6.8.3: if a directive is missing, the next one takes its place.
SCRIPT_DIRECTIVES: Final = ("script-src-elem", "script-src", "default-src")
FRAME_DIRECTIVES: Final = ("frame-src", "child-src", "default-src")

_WHITESPACE: Final = re.compile(r"[\t\n\f\r ]+")
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_SOURCE: Final = re.compile(
    r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?"
    r"(?P<host>\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)"
    r"(?::(?P<port>\d{1,5}|\*))?"
    r"(?P<path>/[^\s]*)?",
    re.IGNORECASE,
)
_HASH: Final = re.compile(r"'(sha(?:256|384|512)-[^']+)'", re.IGNORECASE)
_DEFAULT_PORTS: Final = {"https": 443, "http": 80, "wss": 443, "ws": 80}
# A source with the scheme on the left also matches these schemes, since they are at least as secure.
_UPGRADES: Final = {"http": {"https"}, "ws": {"wss", "http", "https"}, "wss": {"https"}}


@dataclass(frozen=True)
class Policy:
    """`place` names where the page has it, for the report's sentences."""

    place: str
    directives: dict[str, tuple[str, ...]]

    def effective_directive(self, names: tuple[str, ...]) -> str:
        """The first of these directives that the policy has, or "" if it lacks them all: then everything is allowed."""
        return next((name for name in names if name in self.directives), "")

    def allows(self, names: tuple[str, ...], url: str, page: str) -> bool:
        """Whether the effective one of these directives lets a page of the origin `page` load the URL."""
        name = self.effective_directive(names)
        return not name or allows(self.directives[name], url, page)


@dataclass(frozen=True)
class ScriptTag:
    """The attributes of a script tag that a policy can allow it by."""

    nonce: str = ""
    integrity: str = ""


def parse(text: str, place: str) -> list[Policy]:
    """The policies of a header, or of the content of a <meta> tag, which commas separate."""
    policies = (Policy(place, _directives(one)) for one in text.split(","))
    return [policy for policy in policies if policy.directives]


def is_strict_dynamic(sources: tuple[str, ...]) -> bool:
    """Whether browsers ignore the hosts among these sources, and a script needs a nonce or hash (section 6.7.1.1)."""
    return "'strict-dynamic'" in map(str.lower, sources)


def allows_tag(sources: tuple[str, ...], tag: ScriptTag) -> bool:
    """Whether the tag's nonce or hash allows the script, regardless of its URL."""
    hashes = {match[1] for source in sources if (match := _HASH.fullmatch(source))}
    by_hash = bool(tag.integrity) and set(tag.integrity.split()) <= hashes
    return by_hash or (bool(tag.nonce) and f"'nonce-{tag.nonce}'" in sources)


def allows(sources: tuple[str, ...], url: str, page: str) -> bool:
    """Whether one of the sources matches the URL (section 6.7.2.7); `page` is the origin that 'self' stands for."""
    there, here = urlsplit(url), urlsplit(page)
    return any(_matches(source, there, here) for source in sources)


def _directives(text: str) -> dict[str, tuple[str, ...]]:
    """Of several directives with the same name, the first counts (section 2.2.1)."""
    found: dict[str, tuple[str, ...]] = {}
    for token in text.split(";"):
        name, *values = _WHITESPACE.split(token.strip("\t\n\f\r ")) or [""]
        if name:
            found.setdefault(name.lower(), tuple(values))
    return found


def _matches(source: str, url: SplitResult, page: SplitResult) -> bool:
    """Section 6.7.2.8. 'none', nonces, hashes and other quoted keywords match no URL."""
    if source == "*":
        return url.scheme in ("http", "https") or url.scheme == page.scheme
    if source.lower() == "'self'":
        same_port = _port(url) == _port(page) or _have_default_ports(url, page)
        return url.hostname == page.hostname and same_port and _fits_scheme(page.scheme, url.scheme)
    if scheme := _SCHEME.fullmatch(source):
        return _fits_scheme(scheme[1], url.scheme)
    parts = _SOURCE.fullmatch(source)
    return (
        parts is not None
        and _fits_scheme(parts["scheme"] or page.scheme, url.scheme)
        and _fits_host(parts["host"], url.hostname or "")
        and _fits_port(parts["port"], url)
        and _fits_path(parts["path"] or "", url.path)
    )


def _fits_scheme(allowed: str, scheme: str) -> bool:
    allowed = allowed.lower()
    return allowed == scheme or scheme in _UPGRADES.get(allowed, ())


def _fits_host(allowed: str, host: str) -> bool:
    """A wildcard stands for at least one label."""
    allowed = allowed.lower()
    if allowed == "*":
        return bool(host)
    return host.endswith(allowed[1:]) if allowed.startswith("*.") else allowed == host


def _fits_port(allowed: str | None, url: SplitResult) -> bool:
    if allowed is None:
        return _port(url) == _DEFAULT_PORTS.get(url.scheme)
    return allowed == "*" or int(allowed) == _port(url)


def _fits_path(allowed: str, path: str) -> bool:
    """A path that ends with a slash allows every path below it; any other allows only itself."""
    if allowed in ("", "/"):
        return True
    wanted, given = allowed.split("/"), path.split("/")
    if len(wanted) > len(given):
        return False
    if wanted[-1] == "":
        wanted.pop()
        given = given[: len(wanted)]
    return list(map(unquote, wanted)) == list(map(unquote, given))


def _port(url: SplitResult) -> int | None:
    return url.port or _DEFAULT_PORTS.get(url.scheme)


def _have_default_ports(url: SplitResult, page: SplitResult) -> bool:
    """Whether both have the default port of their scheme, with which 'self' on an http page also allows https."""
    return all(_port(one) == _DEFAULT_PORTS.get(one.scheme) for one in (url, page))
