"""The control endpoint that switches dialects on and off."""

from typing import Any

from django.http import HttpRequest

from portal.sandbox.control_messages import Body, ControlError
from portal.sandbox.dialects.active import active
from portal.sandbox.dialects.table import DIALECTS, parse, spelling


def show(_request: HttpRequest) -> dict[str, Any]:
    known = {spelling(name): dialect.changes for name, dialect in DIALECTS.items()}
    return {"dialects": active.as_json(), "known": known}


def switch_on(body: Body) -> dict[str, Any]:
    """All of them or, if one of them cannot be used, none."""
    wanted = body.get("dialects")
    if not isinstance(wanted, list) or not all(isinstance(each, str) for each in wanted):
        raise ControlError("""'dialects' must be a list such as ["cap=5", "oldest-first"].""")
    try:
        active.switch_on(dict(parse(str(each)) for each in wanted))
    except ValueError as error:
        raise ControlError(str(error)) from error
    return {"dialects": active.as_json()}


def clear(_request: HttpRequest) -> dict[str, Any]:
    """Back to those of the command line."""
    active.reset()
    return {}
