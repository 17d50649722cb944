"""What a request tells about the client: browser and system, IP address, and where that is."""

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

from portal.accounts.allauth_compat import truncate_ip

log = logging.getLogger(__name__)

_MAX_USER_AGENT = 300  # Characters that are parsed: a client may send a header of any length.
# Only names in these lists are ever shown. A header's own text would reach the portal's mails, where mail programs turn
# anything that looks like an address into a link. Keys are the parser's names, values those that users know.
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
    """The name of the device that sent the request."""
    return device_name(request.headers.get("User-Agent", ""))


def device_name(user_agent: str) -> str:
    """A name for a User-Agent header in the reader's language, such as "Firefox on Windows"."""
    browser, system = _parse(user_agent[:_MAX_USER_AGENT])
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")


@functools.lru_cache(1024)
def _parse(user_agent: str) -> tuple[str, str]:
    """The names of the browser and of the operating system, each empty if unknown."""
    found = parse(user_agent)
    browser = _BROWSERS.get(found.user_agent.family, "") if found.user_agent else ""
    system = _SYSTEMS.get(found.os.family, "") if found.os else ""
    if system == "iOS" and found.device and found.device.family in _APPLE_DEVICES:
        system = found.device.family
    return browser, system


def client_ip(request: HttpRequest) -> str | None:
    """The IP address of the client, or None if it is unknown, as behind a UNIX socket."""
    try:
        found: str = get_adapter().get_client_ip(request)
        return str(ipaddress.ip_address(found))
    except (PermissionDenied, ValueError):
        return None


def client_network(request: HttpRequest) -> str:
    """The network by which attempts are counted: an IPv4 address, or the /64 of an IPv6 address. Empty if unknown.

    Whoever has one IPv6 address usually has its whole /64. django-allauth's limits per IP address count the same way.
    """
    ip = client_ip(request)
    return str(truncate_ip(ip)) if ip else ""


def unmapped(ip: str) -> str:
    """The IPv4 address of `::ffff:192.0.2.7`, as a socket for both protocols gives it; other addresses without a zone.

    All IPv4 addresses are in one /64 otherwise. Raises ValueError.
    """
    address = ipaddress.ip_address(ip.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def location(ip: str | None) -> str:
    """Such as "Basel, Switzerland", from the operator's PORTAL_PLACES_FILE. Empty if unknown."""
    if not ip or not settings.PORTAL_PLACES_FILE:
        return ""
    try:
        found = _open_places_file(settings.PORTAL_PLACES_FILE).get(ip)
    except ValueError:
        return ""  # An IPv6 address, while the file has only IPv4 addresses.
    except (OSError, maxminddb.InvalidDatabaseError) as error:
        log.warning("PORTAL_PLACES_FILE cannot be read: %s", type(error).__name__)
        return ""
    if not isinstance(found, dict):
        return ""
    return ", ".join(
        filter(None, (_localised_name(found.get("city")), _localised_name(found.get("country"))))
    )


@functools.lru_cache(1)
def _open_places_file(path: str) -> maxminddb.Reader:
    return maxminddb.open_database(path)


def _localised_name(entry: object) -> str:
    """In the reader's language if the file has it, otherwise in English."""
    names = entry.get("names") if isinstance(entry, dict) else None
    if not isinstance(names, dict):
        return ""
    return str(names.get(get_language()) or names.get("en") or "")
