"""Where the API is and how it is reached: address, keys, headers, certificates, proxy.

Errors name the attribute and never its value, which may hold a key or a password.
"""

import base64
import re
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from requests.adapters import DEFAULT_CA_BUNDLE_PATH
from requests.utils import get_environ_proxies, select_proxy

from portal.loopback import is_loopback

KEY_HEADER = "x-api-key"
REQUEST_ID_HEADER = "X-Request-Id"
OWN_HEADERS: Mapping[str, str] = {
    "Content-Type": "application/json",
    "Accept": "application/json",
    "Accept-Encoding": "identity",
    "User-Agent": "securebox-portal",
}
# These say where a request ends, what becomes of its connection, or that another answer is wanted.
_FRAMING_HEADERS = (
    *("host", "content-length", "content-encoding", "content-range", "transfer-encoding", "te", "trailer"),
    *("connection", "keep-alive", "upgrade", "expect", "proxy-authorization", "proxy-connection"),
    *("range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range"),
)
_RESERVED_HEADERS = frozenset({*_FRAMING_HEADERS, *(name.lower() for name in OWN_HEADERS)})

_HOST = r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?"
_BASE_URL = re.compile(rf"https?://{_HOST}(?:/[A-Za-z0-9/._~-]*)?")
_PROXY_URL = re.compile(rf"https?://(?:[A-Za-z0-9._~!$&'()*+,;=%:-]+@)?{_HOST}/?")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_HEADER_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
_KEY = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True)
class Connection:
    """How the API is reached. Raises ValueError where it cannot be, or where the key would be given away.

    `url` is https, except on a loop-back address. `keys` are tried in their order: the newest comes first. Each
    call carries `headers` in addition to our own, and in `request_id_header` the id of the request that it is made for,
    as the log has it; with an empty name, it does not. `ca_file` is a PEM file with the only certificate authorities to
    trust; without it, the well-known ones are trusted. `client_certificate` and `client_key` are PEM files; the first
    may hold the key as well. `proxy` is a URL, with a user name and a password if the proxy wants them.
    """

    url: str
    keys: tuple[str, ...] = field(repr=False)
    key_header: str = KEY_HEADER
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    request_id_header: str = REQUEST_ID_HEADER
    ca_file: str = ""
    client_certificate: str = ""
    client_key: str = ""
    client_key_password: str = field(default="", repr=False)
    proxy: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        _check_url(self.url)
        _require(self.keys, "keys must not be empty.")
        _require(
            all(_KEY.fullmatch(key) for key in self.keys),
            "keys must be of visible ASCII characters, without spaces.",
        )
        _check_headers(self.key_header, self.headers)
        _check_request_id_header(self.request_id_header, (self.key_header, *self.headers))
        _require(
            self.client_certificate or not (self.client_key or self.client_key_password),
            "client_key must come with client_certificate.",
        )
        if self.proxy:
            _check_proxy(self.proxy, self.url)

    @property
    def proxy_address(self) -> str:
        """The proxy's URL without user name and password."""
        url = urlsplit(self.proxy)
        return f"{url.scheme}://{url.netloc.rpartition('@')[2]}"

    @property
    def proxy_headers(self) -> dict[str, str]:
        """What the proxy is told besides the API's host: user name and password, if it wants them."""
        user_info, _at, _host = urlsplit(self.proxy).netloc.rpartition("@")
        credentials = base64.b64encode(unquote(user_info).encode()).decode()
        return {"Proxy-Authorization": f"Basic {credentials}"} if user_info else {}

    def tls_context(self) -> ssl.SSLContext:
        """For connections to the API. Raises ValueError if a file cannot be used."""
        context = _trusting(self.ca_file or DEFAULT_CA_BUNDLE_PATH)
        if self.client_certificate:
            self._load_client_certificate(context)
        return context

    def proxy_tls_context(self) -> ssl.SSLContext:
        """For connections to an https proxy, whose certificate may also be one of a well-known authority."""
        return _trusting(DEFAULT_CA_BUNDLE_PATH, *filter(None, [self.ca_file]))

    def _load_client_certificate(self, context: ssl.SSLContext) -> None:
        _require_readable("client_certificate", self.client_certificate)
        if self.client_key:
            _require_readable("client_key", self.client_key)
        try:
            # Without this function, OpenSSL would ask for a password on the terminal.
            context.load_cert_chain(
                self.client_certificate, self.client_key or None, lambda: self.client_key_password
            )
        except ssl.SSLError as error:
            if error.reason == "KEY_VALUES_MISMATCH":
                raise ValueError("client_key must be the key of client_certificate.") from None
            raise ValueError(
                "client_certificate and client_key must be PEM files, with client_key_password if the key has one."
            ) from None


def proxy_of_environment(url: str) -> str:
    """The proxy that `https_proxy`, `all_proxy` and `no_proxy` name for the API; empty if there is none."""
    proxy = select_proxy(url, get_environ_proxies(url)) if url.startswith("https:") else None
    if not proxy:
        return ""
    return proxy if "://" in proxy else f"http://{proxy}"


def _require(condition: object, error: str) -> None:
    if not condition:
        raise ValueError(error)


def _check_url(url: str) -> None:
    host = _checked_host(
        url,
        _BASE_URL,
        "url must be an address such as https://api.example.com/nexus/v3,"
        " without a user name, password, query or fragment.",
    )
    _require(
        url.startswith("https:") or is_loopback(host),
        "url must be https: the key and all mail travel there.",
    )


def _check_proxy(proxy: str, url: str) -> None:
    _checked_host(
        proxy, _PROXY_URL, "proxy must be an address such as http://user:password@proxy.example.com:3128."
    )
    # In a tunnel, a proxy sees nothing but TLS. It could read a call by plain http, and the key in it.
    _require(url.startswith("https:"), "proxy must be empty if url is plain http.")


def _checked_host(url: str, form: re.Pattern[str], error: str) -> str:
    # Match the whole text first: urlsplit silently drops line breaks and tabs.
    _require(form.fullmatch(url), error)
    try:
        parts = urlsplit(url)
        _require(parts.port != 0, error)  # Asking for the port checks it.
    except ValueError:
        raise ValueError(error) from None
    return parts.hostname or ""


def _check_headers(key_header: str, headers: Mapping[str, str]) -> None:
    _require(
        _HEADER_NAME.fullmatch(key_header) and key_header.lower() not in _RESERVED_HEADERS,
        "key_header must be the name of a header that has no other use.",
    )
    names = [key_header.lower(), *(name.lower() for name in headers)]
    _require(
        all(_HEADER_NAME.fullmatch(name) for name in names)
        and _RESERVED_HEADERS.isdisjoint(names)
        and len(names) == len(set(names)),
        "headers must have names of their own: none that the portal sends itself, and none twice.",
    )
    _require(
        all(_HEADER_VALUE.fullmatch(value) for value in headers.values()),
        "headers must have values of visible ASCII characters, in one line.",
    )


def _trusting(ca_file: str, *more: str) -> ssl.SSLContext:
    for file in (ca_file, *more):
        _require_readable("ca_file", file)
    try:
        context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=ca_file)
        for file in more:
            context.load_verify_locations(file)
    except ssl.SSLError:
        raise ValueError("ca_file must hold certificates in PEM form.") from None
    return context


def _check_request_id_header(name: str, others: Sequence[str]) -> None:
    is_usable = _HEADER_NAME.fullmatch(name) and name.lower() not in _RESERVED_HEADERS
    _require(
        not name or (is_usable and name.lower() not in {other.lower() for other in others}),
        "request_id_header must be the name of a header that has no other use, or empty.",
    )


def _require_readable(attribute: str, file: str) -> None:
    try:
        with Path(file).open("rb"):
            pass
    except (OSError, ValueError):
        raise ValueError(f"{attribute} must be a file that can be read; {file!r} is none.") from None
