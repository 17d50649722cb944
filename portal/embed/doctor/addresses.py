"""Which addresses may be asked. An operator names them, so they must not lead into the company's own network.

A portal on a developer's machine (not settings.PRODUCTION) may ask that machine and its network, where the websites
that it is tried with are.
"""

import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.encoding import iri_to_uri

from portal.embed.origins import clean_origin

_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_FIRST_FREE_PORT: Final = 1024  # Below it are the services of systems. Of these a website has but its own.
# RFC 6052: an IPv4 address within one of IPv6, for networks that have no other.
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
# All of IPv6 that leads to anybody's machine: RFC 4291, and IANA's registry of what is given out.
_GIVEN_OUT: Final = ipaddress.ip_network("2000::/3")
# Of both registries of special addresses: within what else would be public, and not the same on every Python.
_SPECIAL: Final = [
    ipaddress.ip_network(block)
    for block in ("192.0.0.0/24", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
]

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class Refused(Exception):
    """The address is none that may be asked. The text says why, for the operator who wrote it."""


@dataclass(frozen=True)
class Address:
    """The address of a web page. `target` is what of it is asked for: path and query."""

    origin: str
    host: str
    port: int
    target: str

    @property
    def url(self) -> str:
        return self.origin + self.target

    @property
    def is_encrypted(self) -> bool:
        return self.origin.startswith("https:")


def read(url: str, *, is_ours: bool = False) -> Address:
    """Raises Refused. With `is_ours` it is the portal's own, which may be anywhere."""
    try:
        parts = urlsplit(iri_to_uri(url.strip()))
        origin = clean_origin(f"{parts.scheme}://{parts.netloc}")
    except ValidationError as error:
        raise Refused(_SCHEME if error.code == "scheme" and parts.scheme == "http" else _NO_ADDRESS) from None
    except ValueError:
        raise Refused(_NO_ADDRESS) from None
    clean = urlsplit(origin)
    host, port = clean.hostname or "", clean.port or _DEFAULT_PORTS[clean.scheme]
    if settings.PRODUCTION and not is_ours:
        _demand_public(host, port)
    query = f"?{parts.query}" if parts.query else ""
    return Address(origin, host, port, (parts.path or "/") + query)


def may_connect(ip: str) -> bool:
    """Whether a name that resolves to this address may be asked."""
    address = _inner(ipaddress.ip_address(ip))
    if _is_public(address):
        return True
    nobodys = address.is_link_local or address.is_unspecified or address.is_multicast
    at_home = address.is_loopback or (address.is_private and not nobodys)
    return at_home and not settings.PRODUCTION


def _demand_public(host: str, port: int) -> None:
    # Browsers read "2130706433" and "0x7f.1" as addresses: whatever ends in a number is none of a name.
    last = host.rpartition(".")[2]
    if "." not in host or last.isdigit() or last.startswith("0x"):
        raise Refused(_NOT_PUBLIC)
    if port < _FIRST_FREE_PORT and port not in _DEFAULT_PORTS.values():
        raise Refused("No website is asked at this port. Websites have 443, or one from 1024 on.")


def _is_public(address: IPAddress) -> bool:
    if not address.is_global or address.is_multicast or any(address in block for block in _SPECIAL):
        return False
    return isinstance(address, ipaddress.IPv4Address) or address in _GIVEN_OUT


def _inner(address: IPAddress) -> IPAddress:
    """The IPv4 address that one of IPv6 leads to, where it does."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address


_NO_ADDRESS: Final = (
    "This is no address of a web page. Write it as in https://www.example.com/messages/, without a user name."
)
_SCHEME: Final = (
    "The page must be https://, and so must all that leads to it: what the portal shows is confidential."
)
_NOT_PUBLIC: Final = "Only websites with a public name are asked, as in https://www.example.com/."
