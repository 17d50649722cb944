"""Reads the body of a send call."""

from dataclasses import dataclass

from django.http import HttpRequest

from portal.sandbox import parameters, strict_json
from portal.sandbox.envelope import RefusedError
from portal.sandbox.strict_json import Json

MAX_BODY = (
    1024 * 1024
)  # Bytes. The reference names no limit; contact centres have one, and this is a usual one.
Body = dict[str, Json]
NAMED_TEXTS = ("firstName", "lastName", "subject", "text")


@dataclass(frozen=True)
class Letter:
    """A consumer's message as it was sent. Fields of `data` that have no meaning here are in `internal`."""

    from_address: str
    first_name: str
    last_name: str
    subject: str
    text: str
    userdata: Body
    internal: Body


def document_from(request: HttpRequest) -> Body:
    if request.content_type != "application/json":
        raise RefusedError("The Content-Type must be application/json.")
    if len(request.body) > MAX_BODY:
        raise parameters.invalid("body", f"it is larger than {MAX_BODY} bytes")
    try:
        document = strict_json.parse(request.body)
    except strict_json.InvalidJsonError as error:
        raise parameters.invalid("body", str(error)) from error
    if not isinstance(document, dict):
        raise parameters.invalid("body", "a JSON object is required")
    return document


def operation_id_from(document: Body) -> Json:
    """The caller's own name for the operation; None where it gave none."""
    operation_id = document.get("operationId")
    if "operationId" in document and not isinstance(operation_id, (str, dict)):
        raise parameters.invalid("operationId", "a string or an object")
    return operation_id


def letter_from(document: Body) -> Letter:
    data = document.get("data")
    if not isinstance(data, dict):
        raise parameters.invalid("data", "an object is required")
    first_name, last_name, subject, text = (_text(data, name) for name in NAMED_TEXTS)
    userdata = data.get("userData", {})
    if not isinstance(userdata, dict):
        raise parameters.invalid("data.userData", "an object")
    known = {"fromAddress", "userData", *NAMED_TEXTS}
    return Letter(
        from_address=_from_address(data),
        first_name=first_name,
        last_name=last_name,
        subject=subject,
        text=text,
        userdata=userdata,
        internal={f"_{name}": value for name, value in data.items() if name not in known},
    )


def _text(data: Body, name: str) -> str:
    value = data.get(name, "")
    if not isinstance(value, str):
        raise parameters.invalid(f"data.{name}", "a string")
    return value


def _from_address(data: Body) -> str:
    value = _text(data, "fromAddress")
    if not parameters.ADDRESS.fullmatch(value):
        raise parameters.invalid("data.fromAddress", "an email address is required")
    return value
