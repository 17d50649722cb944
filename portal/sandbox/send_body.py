"""Parse and validate the body of a send call."""

from dataclasses import dataclass

from django.http import HttpRequest

from portal.sandbox import parameters, strict_json
from portal.sandbox.dialects.active import active
from portal.sandbox.dialects.mails import look_up
from portal.sandbox.envelope import ApiError
from portal.sandbox.strict_json import Json

# Bytes. The reference names no limit, but contact centres have one; this one is common.
MAX_BODY = 1024 * 1024
Body = dict[str, Json]
TEXT_FIELDS = ("firstName", "lastName", "subject", "text")


@dataclass(frozen=True)
class SubmittedMessage:
    """A consumer's message as it was sent. `internal_userdata` has the fields of `data` that the API does not know."""

    from_address: str
    first_name: str
    last_name: str
    subject: str
    text: str
    userdata: Body
    internal_userdata: Body
    parent_id: str


def parse_body(request: HttpRequest) -> Body:
    if request.content_type != "application/json":
        raise ApiError("The Content-Type must be application/json.")
    if len(request.body) > MAX_BODY:
        raise parameters.invalid_parameter("body", f"it is larger than {MAX_BODY} bytes")
    try:
        body = strict_json.parse(request.body)
    except strict_json.InvalidJsonError as error:
        raise parameters.invalid_parameter("body", str(error)) from error
    if not isinstance(body, dict):
        raise parameters.invalid_parameter("body", "a JSON object is required")
    return body


def parse_operation_id(body: Body) -> Json:
    """The caller's own id of the operation; None if it did not send one."""
    operation_id = body.get("operationId")
    if "operationId" in body and not isinstance(operation_id, (str, dict)):
        raise parameters.invalid_parameter("operationId", "a string or an object")
    return operation_id


def parse_message(body: Body) -> SubmittedMessage:
    data = body.get("data")
    if not isinstance(data, dict):
        raise parameters.invalid_parameter("data", "an object is required")
    _check_required_field(data)
    data = active.change_data(data)
    first_name, last_name, subject, text = (_text(data, name) for name in TEXT_FIELDS)
    userdata = data.get("userData", {})
    if not isinstance(userdata, dict):
        raise parameters.invalid_parameter("data.userData", "an object")
    parent_id = _text(data, "parentId") if "parent-id" in active else ""
    known = {"fromAddress", "userData", *TEXT_FIELDS} | ({"parentId"} if "parent-id" in active else set())
    return SubmittedMessage(
        from_address=_from_address(data),
        first_name=first_name,
        last_name=last_name,
        subject=subject,
        text=text,
        userdata=userdata,
        internal_userdata={f"_{name}": value for name, value in data.items() if name not in known},
        parent_id=parent_id,
    )


def _check_required_field(data: Body) -> None:
    path = active.value("required-field")
    if path and look_up(data, path) is None:
        raise parameters.invalid_parameter(".".join(["data", *path]), "it is required")


def _text(data: Body, name: str) -> str:
    value = data.get(name, "")
    if not isinstance(value, str):
        raise parameters.invalid_parameter(f"data.{name}", "a string")
    return value


def _from_address(data: Body) -> str:
    value = _text(data, "fromAddress")
    if not parameters.ADDRESS.fullmatch(value):
        raise parameters.invalid_parameter("data.fromAddress", "an email address is required")
    return value
