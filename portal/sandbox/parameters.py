"""Parse the query parameters of a call. Each function raises ApiError, with the parameter's name, if it is invalid.

Where the reference is silent, the strict rule applies: a forgiving server would hide mistakes of its client.
"""

import re

from django.http import HttpRequest

from portal.sandbox.envelope import ApiError

ADDRESS = re.compile(r"[!-?A-~]{1,64}@[!-?A-~]{1,189}")  # Printable ASCII, no space, exactly one @.
SECUREBOX = re.compile(r"[A-Za-z0-9]{3,16}")
NUMBER = re.compile(r"[0-9]{1,10}")
MAX_NUMBER = 2**31 - 1


def invalid_parameter(name: str, rule: str) -> ApiError:
    return ApiError(f"Invalid parameter '{name}': {rule}.")


def text(request: HttpRequest, name: str, default: str = "") -> str:
    values = request.GET.getlist(name)
    if len(values) > 1:
        raise invalid_parameter(name, "it is given more than once")
    return values[0] if values else default


def address(request: HttpRequest) -> str:
    value = text(request, "address")
    if not ADDRESS.fullmatch(value):
        raise invalid_parameter("address", "an email address is required")
    return value


def securebox(request: HttpRequest) -> str:
    value = text(request, "securebox")
    if value and not SECUREBOX.fullmatch(value):
        raise invalid_parameter("securebox", "3 to 16 characters of A-Z, a-z and 0-9")
    return value


def choice(request: HttpRequest, name: str, choices: tuple[str, ...], default: str) -> str:
    value = text(request, name, default)
    if value not in choices:
        raise invalid_parameter(name, "one of " + ", ".join(each or "<empty>" for each in choices))
    return value


def number(request: HttpRequest, name: str, default: int) -> int:
    value = text(request, name, str(default))
    if not NUMBER.fullmatch(value) or int(value) > MAX_NUMBER:
        raise invalid_parameter(name, f"a whole number from 0 to {MAX_NUMBER}")
    return int(value)
