"""Who asks, in words: the browser and its system, the network address, and the place where that can be known."""

import functools
import ipaddress
import logging

import maxminddb
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ua_parser import parse

log = logging.getLogger(__name__)

_READ = 300  # Characters of a User-Agent header that are looked at: anybody may send any.
# Only what is listed is ever named: a header's own words would reach the portal's mails, where anything that looks
# like an address becomes a link. First the parser's names, then those that people know.
_BROWSERS = {
    **{
        name: name
        for name in ("Brave", "Chrome", "Chromium", "Edge", "Firefox", "Opera", "Safari", "Vivaldi")
    },
    **{f"{name} Mobile": name for name in ("Chrome", "Edge", "Firefox", "Opera")},
    "Chrome Mobile iOS": "Chrome",
    "Chrome Mobile WebView": "Chrome",
    "DuckDuckGo Mobile": "DuckDuckGo",
    "Edge Mobile": "Edge",
    "Firefox iOS": "Firefox",
    "HeadlessChrome": "Chrome",
    "IE": "Internet Explorer",
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari",
    "Opera Mini": "Opera",
    "Samsung Internet": "Samsung Internet",
}
_SYSTEMS = {
    **{name: name for name in ("Android", "Fedora", "Linux", "Ubuntu", "Windows")},
    "Chrome OS": "ChromeOS",
    "Mac OS X": "macOS",
    "iOS": "iOS",
}
_APPLE_DEVICES = {"iPhone", "iPad", "iPod"}


def device(request: HttpRequest) -> str:
    """The words for the browser that asks."""
    return words(request.headers.get("User-Agent", ""))


def words(user_agent: str) -> str:
    """A User-Agent header in the words of its reader, such as "Firefox on Windows". It chooses among our words."""
    browser, system = _parse(user_agent[:_READ])
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")


@functools.lru_cache(1024)
def _parse(user_agent: str) -> tuple[str, str]:
    """The names of the browser and of its system; empty where they are not known."""
    found = parse(user_agent)
    browser = _BROWSERS.get(found.user_agent.family, "") if found.user_agent else ""
    system = _SYSTEMS.get(found.os.family, "") if found.os else ""
    if system == "iOS" and found.device and found.device.family in _APPLE_DEVICES:
        system = found.device.family
    return browser, system


def network(request: HttpRequest) -> str | None:
    """The address that the request came from, or None where nothing tells it, as behind a UNIX socket."""
    try:
        found: str = get_adapter().get_client_ip(request)
        return str(ipaddress.ip_address(found))
    except (PermissionDenied, ValueError):
        return None


def place(address: str | None) -> str:
    """Such as "Basel, Switzerland"; empty where it is not known. The file is the operator's: PORTAL_PLACES_FILE."""
    if not address or not settings.PORTAL_PLACES_FILE:
        return ""
    try:
        found = _places(settings.PORTAL_PLACES_FILE).get(address)
    except ValueError:
        return ""  # An IPv6 address, and a file of IPv4 alone.
    except (OSError, maxminddb.InvalidDatabaseError) as error:
        log.warning("PORTAL_PLACES_FILE cannot be read: %s", type(error).__name__)
        return ""
    if not isinstance(found, dict):
        return ""
    return ", ".join(filter(None, (_name(found.get("city")), _name(found.get("country")))))


@functools.lru_cache(1)
def _places(path: str) -> maxminddb.Reader:
    return maxminddb.open_database(path)


def _name(entry: object) -> str:
    """In the reader's language where the file has it, else in English."""
    names = entry.get("names") if isinstance(entry, dict) else None
    if not isinstance(names, dict):
        return ""
    return str(names.get(get_language()) or names.get("en") or "")
