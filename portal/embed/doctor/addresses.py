"""Which addresses the doctor may connect to. Operators enter the URL, so it must not reach the company's own network
(server-side request forgery).

A portal on a developer's machine (not settings.PRODUCTION) may also connect to that machine and its network, where the
websites under development are.
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
_FIRST_UNPRIVILEGED_PORT: Final = (
    1024  # The ports below belong to system services; websites use only 80 and 443.
)
# RFC 6052: IPv6 addresses that hold an IPv4 address, for networks without IPv4.
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
# The only IPv6 range with public addresses so far: RFC 4291, and IANA's registry of global unicast assignments.
_GLOBAL_UNICAST: Final = ipaddress.ip_network("2000::/3")
# From IANA's two special-purpose registries: blocks that `is_global` does not treat alike in every Python version.
_SPECIAL_PURPOSE: Final = [
    ipaddress.ip_network(block)
    for block in ("192.0.0.0/24", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
]

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressRefused(Exception):
    """The URL is invalid, or leads where the doctor must not connect. The message says why, for the operator."""


@dataclass(frozen=True)
class Address:
    """The address of a web page. `target` is the request target of HTTP: path and query."""

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


def parse(url: str, *, is_ours: bool = False) -> Address:
    """The URL's parts. Raises AddressRefused. `is_ours`: it is the portal's own URL, which may be at any address."""
    try:
        parts = urlsplit(iri_to_uri(url.strip()))
        origin = clean_origin(f"{parts.scheme}://{parts.netloc}")
    except ValidationError as error:
        raise AddressRefused(
            _SCHEME if error.code == "scheme" and parts.scheme == "http" else _NO_ADDRESS
        ) from None
    except ValueError:
        raise AddressRefused(_NO_ADDRESS) from None
    clean = urlsplit(origin)
    host, port = clean.hostname or "", clean.port or _DEFAULT_PORTS[clean.scheme]
    if settings.PRODUCTION and not is_ours:
        _require_public(host, port)
    query = f"?{parts.query}" if parts.query else ""
    return Address(origin, host, port, (parts.path or "/") + query)


def may_connect(ip: str) -> bool:
    """Whether the doctor may connect to this IP address."""
    address = _embedded_ipv4(ipaddress.ip_address(ip))
    if _is_public(address):
        return True
    not_a_host = address.is_link_local or address.is_unspecified or address.is_multicast
    is_local = address.is_loopback or (address.is_private and not not_a_host)
    return is_local and not settings.PRODUCTION


def _require_public(host: str, port: int) -> None:
    # Browsers read "2130706433" and "0x7f.1" as IPv4 addresses: if the last label is a number, it is not a name.
    last = host.rpartition(".")[2]
    if "." not in host or last.isdigit() or last.startswith("0x"):
        raise AddressRefused(_NOT_PUBLIC)
    if port < _FIRST_UNPRIVILEGED_PORT and port not in _DEFAULT_PORTS.values():
        raise AddressRefused("No website is asked at this port. Websites have 443, or one from 1024 on.")


def _is_public(address: IPAddress) -> bool:
    if not address.is_global or address.is_multicast or any(address in block for block in _SPECIAL_PURPOSE):
        return False
    return isinstance(address, ipaddress.IPv4Address) or address in _GLOBAL_UNICAST


def _embedded_ipv4(address: IPAddress) -> IPAddress:
    """The IPv4 address that an IPv6 address stands for, if it does; else the address itself."""
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
