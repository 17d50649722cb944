"""The control endpoints that switch faults on and off."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from portal.sandbox import parameters
from portal.sandbox.call_log import OPERATIONS
from portal.sandbox.control_messages import Body, ControlError
from portal.sandbox.fault_kinds import KINDS, Kind
from portal.sandbox.faults import Fault, active_faults
from portal.sandbox.gateway import FORMS
from portal.sandbox.strict_json import Json

CONDITIONS = {"kind", "operation", "address", "securebox", "times"}
# What holds for the value of a parameter, besides its type.
RULES: dict[str, Callable[[Any], bool]] = {
    "status": lambda status: 200 <= status <= 599,
    "form": lambda form: form in FORMS,
    "retry_after": lambda text: text.isascii() and (text.isprintable() or not text),
}


def show(_request: HttpRequest) -> dict[str, Any]:
    return {"faults": active_faults.as_json()}


def add(body: Body) -> dict[str, Any]:
    return {"id": active_faults.add(_parse_fault(body))}


def clear(_request: HttpRequest) -> dict[str, Any]:
    active_faults.clear_all()
    return {}


def clear_one(_request: HttpRequest, fault_id: str) -> dict[str, Any]:
    if not active_faults.clear(fault_id):
        raise ControlError("No fault has this id.", http_status=404)
    return {}


def _parse_fault(body: Body) -> Fault:
    name = body.get("kind")
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise ControlError(f"'kind' must be one of {', '.join(KINDS)}.")
    if unknown := sorted(body.keys() - CONDITIONS - kind.defaults.keys()):
        raise ControlError(f"A fault of kind {name} has no parameter {', '.join(unknown)}.")
    address, securebox = _condition(body, "address"), _condition(body, "securebox")
    return Fault(
        kind=str(name),
        operations=_operations(body, kind),
        address=address.lower() if address else None,
        securebox=securebox,
        times=_times(body),
        parameters={each: _parameter(body, each, default) for each, default in kind.defaults.items()},
    )


def _operations(body: Body, kind: Kind) -> tuple[str, ...]:
    operation = body.get("operation", "*")
    if operation == "*":
        return kind.operations
    if operation not in OPERATIONS.values():
        raise ControlError(f"'operation' must be * or one of {', '.join(OPERATIONS.values())}.")
    if operation not in kind.operations:
        raise ControlError(f"This kind of fault hits only {', '.join(kind.operations)}.")
    return (str(operation),)


def _condition(body: Body, name: str) -> str | None:
    value = body.get(name)
    if not isinstance(value, (str, type(None))):
        raise ControlError(f"'{name}' must be a string.")
    return value


def _times(body: Body) -> int | None:
    value = body.get("times")
    if value is not None and (not isinstance(value, int) or value < 1):
        raise ControlError("'times' must be a whole number above 0.")
    return value


def _parameter(body: Body, name: str, default: str | int | float) -> Json:
    value = body.get(name, default)
    if isinstance(default, str):
        fits = isinstance(value, str)
    else:
        fits = type(value) in (int, type(default)) and 0 <= float(str(value)) <= parameters.MAX_NUMBER
    if fits and name in RULES:
        fits = RULES[name](value)
    if not fits:
        raise ControlError(f"'{name}' cannot be {value!r}; an example is {default!r}.")
    return value
