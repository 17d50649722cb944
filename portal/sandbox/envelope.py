"""The envelope around every answer of the API: a reference, the caller's operation id, a status."""

from typing import Any, Literal
from uuid import uuid4

from django.http import JsonResponse

from portal.sandbox.strict_json import Json

# The codes that the API's reference lists, as far as this server has a use for them.
Code = Literal["SUCCESS", "FAILURE", "INVALID_CLIENT_TOKEN", "INVALID_PARAMETER", "INVALID_ENDPOINT"]


class RefusedError(Exception):
    """The call is not done; the caller is told why."""

    def __init__(self, message: str, *, http_status: int = 400, code: Code = "INVALID_PARAMETER") -> None:
        super().__init__(message)
        self.message, self.http_status, self.code = message, http_status, code
        self.operation_id: Json = None


def envelope(code: str, message: str, operation_id: Json = None) -> dict[str, Any]:
    """`operation_id` is echoed as it came, a string or an object, and left out where none was sent."""
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
