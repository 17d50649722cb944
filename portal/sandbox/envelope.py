"""The envelope of every API response: a reference id, the caller's operation id, a status."""

from typing import Any, Literal
from uuid import uuid4

from django.http import HttpResponse, JsonResponse

from portal.sandbox.strict_json import Json

# The reference's codes besides SUCCESS. Without faults and dialects, this server uses FAILURE, INVALID_CLIENT_TOKEN,
# INVALID_PARAMETER and INVALID_ENDPOINT.
FailureCode = Literal[
    "FAILURE",
    "INVALID_CLIENT_TOKEN",
    "INVALID_CONTACT_CENTER",
    "INVALID_SESSION",
    "INVALID_PARTICIPANT",
    "INVALID_TRANSPORT",
    "INVALID_PARAMETER",
    "INVALID_ENDPOINT",
    "INVALID_NICKNAME",
    "INVALID_FILE_TYPE",
]


class ApiError(Exception):
    """The call is refused. The response has the status, the code and the message."""

    def __init__(
        self, message: str, *, http_status: int = 400, code: FailureCode = "INVALID_PARAMETER"
    ) -> None:
        super().__init__(message)
        self.message, self.http_status, self.code = message, http_status, code
        self.operation_id: Json = None

    def response(self) -> HttpResponse:
        return failure(self.http_status, self.code, self.message, self.operation_id)


def envelope(code: str, message: str, operation_id: Json = None) -> dict[str, Any]:
    """`operation_id`, a string or an object, is returned as it was sent, and empty if it was not sent."""
    return {
        "referenceId": str(uuid4()),
        "operationId": "" if operation_id is None else operation_id,
        "status": {"code": code, "message": message, "detail": ""},
    }


def success(operation_id: Json = None, **fields: object) -> JsonResponse:
    return JsonResponse(envelope("SUCCESS", "OK", operation_id) | fields)


def failure(http_status: int, code: str, message: str, operation_id: Json = None) -> JsonResponse:
    return JsonResponse(envelope(code, message, operation_id), status=http_status)
