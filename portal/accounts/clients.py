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
_LONGEST_NAME = 40  # Characters.
# Names that the parser gives, and those that people know.
_KNOWN_AS = {"IE": "Internet Explorer", "Mac OS X": "macOS", "Chrome OS": "ChromeOS"}
_SAY_LITTLE = {"Mobile", "iOS", "WebView", "UI/WKWebView"}  # After the name of a browser.
_APPLE_DEVICES = {"iPhone", "iPad", "iPod"}


def device(request: HttpRequest) -> str:
    """The words for the browser that asks."""
    return words(request.headers.get("User-Agent", ""))


def words(user_agent: str) -> str:
    """A User-Agent header in the words of its reader, such as "Firefox on Windows"; at most 100 characters.

    Whatever the header holds, the words are plain: letters, digits, spaces, and a few signs that mean nothing.
    """
    browser, system = _parse("".join(filter(str.isprintable, user_agent[:_READ])))
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")


@functools.lru_cache(1024)
def _parse(user_agent: str) -> tuple[str, str]:
    """The names of the browser and of its system; empty where they are not known."""
    found = parse(user_agent)
    browser = found.user_agent.family if found.user_agent else ""
    system = found.os.family if found.os else ""
    if system == "iOS" and found.device and found.device.family in _APPLE_DEVICES:
        system = found.device.family
    return _known_as(browser), _known_as(system)


def _known_as(family: str) -> str:
    name, *rest = _KNOWN_AS.get(family, family).split() or [""]
    if name == "Mobile" and rest:  # "Mobile Safari".
        name, rest = rest[0], rest[1:]
    plain = " ".join([name, *(word for word in rest if word not in _SAY_LITTLE)])
    return "".join(sign for sign in plain if sign.isalnum() or sign in " .-_/")[:_LONGEST_NAME].strip()


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
