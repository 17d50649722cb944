"""The envelope of every API response: a reference id, the caller's operation id, a status."""

from typing import Any, Literal
from uuid import uuid4

from django.http import JsonResponse

from portal.sandbox.strict_json import Json

# The codes that this server uses, of all that the API's reference lists.
Code = Literal["SUCCESS", "FAILURE", "INVALID_CLIENT_TOKEN", "INVALID_PARAMETER", "INVALID_ENDPOINT"]


class ApiError(Exception):
    """The call is refused. The response has the status, the code and the message."""

    def __init__(self, message: str, *, http_status: int = 400, code: Code = "INVALID_PARAMETER") -> None:
        super().__init__(message)
        self.message, self.http_status, self.code = message, http_status, code
        self.operation_id: Json = None


def envelope(code: str, message: str, operation_id: Json = None) -> dict[str, Any]:
    """`operation_id`, a string or an object, is returned as it was sent, and left out if it was not sent."""
    echo = {} if operation_id is None else {"operationId": operation_id}
    return {
        "referenceId": str(uuid4()),
        **echo,
        "status": {"code": code, "message": message, "detail": ""},
    }


def success(operation_id: Json = None, **fields: object) -> JsonResponse:
    return JsonResponse(envelope("SUCCESS", "OK", operation_id) | fields)


def failure(http_status: int, code: str, message: str, operation_id: Json = None) -> JsonResponse:
    return JsonResponse(envelope(code, message, operation_id), status=http_status)
