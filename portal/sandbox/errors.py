"""Django's error handlers: in the API's envelope below its base path, JSON below /control, pages elsewhere."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from portal.sandbox.envelope import failure
from portal.sandbox.serializers import BASE_PATH


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _respond(request, 400, "INVALID_PARAMETER", "This request cannot be understood.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _respond(request, 403, "FAILURE", "This is not allowed.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _respond(request, 404, "INVALID_ENDPOINT", "There is nothing at this address.")


def server_error(request: HttpRequest) -> HttpResponse:
    return _respond(request, 500, "FAILURE", "The server failed.")


def _respond(request: HttpRequest, http_status: int, code: str, message: str) -> HttpResponse:
    if request.path_info.startswith(BASE_PATH):
        return failure(http_status, code, message)
    if request.path_info.startswith("/control"):
        return JsonResponse({"error": message}, status=http_status)
    return render(request, "sandbox/error.html", {"message": message}, status=http_status)
