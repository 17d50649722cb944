"""The connections to the API that the settings describe: the default one, and those that single secureboxes name.

Errors name the setting and never a value of it, which may hold a key or a password.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from pydantic import TypeAdapter, ValidationError

from inbox.securemail import Connection
from inbox.securemail.connection import proxy_of_environment

# The settings of the default connection, by the attributes of a Connection.
SETTINGS: Mapping[str, str] = {
    "url": "SECUREMAIL_API_URL",
    "keys": "SECUREMAIL_API_KEYS",
    "key_header": "SECUREMAIL_KEY_HEADER",
    "headers": "SECUREMAIL_HEADERS",
    "request_id_header": "SECUREMAIL_REQUEST_ID_HEADER",
    "ca_file": "SECUREMAIL_CA_FILE",
    "client_certificate": "SECUREMAIL_CLIENT_CERTIFICATE",
    "client_key": "SECUREMAIL_CLIENT_KEY",
    "client_key_password": "SECUREMAIL_CLIENT_KEY_PASSWORD",
    "proxy": "SECUREMAIL_PROXY",
}
# What a named connection has from the default one unless it says otherwise: the way out of the company's network, and
# where the API wants its key and the id of the request. What proves who we are is for one tenant only.
_SHARED = ("key_header", "request_id_header", "ca_file", "proxy")

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_CONNECTION = TypeAdapter(Connection)


class UnknownConnection(Exception):
    """The settings describe no connection of this name."""


def connection_names() -> tuple[str, ...]:
    """The names of the connections beside the default one. Raises ValueError if the setting cannot be understood."""
    named = settings.SECUREMAIL_CONNECTIONS
    if not isinstance(named, dict) or not all(_NAME.fullmatch(name) for name in named):
        raise ValueError("SECUREMAIL_CONNECTIONS must be a JSON object, with names of a-z, 0-9, - and _.")
    return tuple(named)


def connection(name: str = "") -> Connection:
    """The connection of this name, or the default one.

    Raises UnknownConnection, and ValueError if the settings describe one that cannot be used.
    """
    if name and name not in connection_names():
        raise UnknownConnection
    default = _default()
    with explained(name):
        return _connection(_own(name, default) if name else default)


@contextmanager
def explained(name: str) -> Iterator[None]:
    """Let a ValueError about the attributes of this connection name the settings behind them."""
    try:
        yield
    except ValueError as error:
        text = f"SECUREMAIL_CONNECTIONS, {name}: {error}" if name else _in_terms_of_settings(str(error))
        raise ValueError(text) from None


def _own(name: str, default: Mapping[str, Any]) -> dict[str, Any]:
    own = settings.SECUREMAIL_CONNECTIONS[name]
    if not isinstance(own, dict):
        raise ValueError("It must be a JSON object.")
    return {**{shared: default[shared] for shared in _SHARED}, **own}


def _default() -> dict[str, Any]:
    one, several = settings.SECUREMAIL_API_KEY, settings.SECUREMAIL_API_KEYS
    if one and several:
        raise ValueError("SECUREMAIL_API_KEY and SECUREMAIL_API_KEYS must not both be set.")
    given = {attribute: getattr(settings, setting) for attribute, setting in SETTINGS.items()}
    return {**given, "keys": several or [one]}


def _connection(given: Mapping[str, Any]) -> Connection:
    if unknown := sorted(given.keys() - SETTINGS.keys()):
        raise ValueError(f"{', '.join(unknown)} must be one of {', '.join(SETTINGS)}.")
    if given["proxy"] == "environment":
        given = {**given, "proxy": proxy_of_environment(str(given.get("url")))}
    try:
        return _CONNECTION.validate_python(given)
    except ValidationError as error:
        raise ValueError(_first_problem(error)) from None


def _first_problem(error: ValidationError) -> str:
    """Without the value, which pydantic's own text would show."""
    problem = error.errors(include_url=False, include_input=False)[0]
    if problem["type"] == "value_error":
        return str(problem["ctx"]["error"])
    return f"{problem['loc'][0]} must be given in another form: {problem['msg']}."


def _in_terms_of_settings(text: str) -> str:
    """The same with the names of settings in place of a connection's attributes."""
    attributes = "|".join(sorted(SETTINGS, key=len, reverse=True))
    return re.sub(rf"(?<!\S)(?:{attributes})(?=[\s.,:])", lambda found: SETTINGS[found[0]], text)
