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

_LONGEST = 300  # Characters of a User-Agent header that are looked at.


def device(request: HttpRequest) -> str:
    """Such as "Firefox on Windows"."""
    return words(request.headers.get("User-Agent", "")[:_LONGEST])


@functools.lru_cache(1024)
def words(user_agent: str) -> str:
    known = parse(user_agent)
    browser = known.user_agent.family if known.user_agent else ""
    system = known.os.family if known.os else ""
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown device")


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
    except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
        log.warning("PORTAL_PLACES_FILE cannot be read: %s", type(error).__name__)
        return ""
    if not isinstance(found, dict):
        return ""
    return ", ".join(filter(None, (_name(found.get("city")), _name(found.get("country")))))


@functools.lru_cache(1)
def _places(path: str) -> maxminddb.Reader:
    return maxminddb.open_database(path)


def _name(entry: object) -> str:
    names = entry.get("names") if isinstance(entry, dict) else None
    if not isinstance(names, dict):
        return ""
    return str(names.get(get_language()) or names.get("en") or "")
