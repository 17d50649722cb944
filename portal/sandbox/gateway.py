"""Refusals that are not the API's own but those of a gateway in front of it, which knows no envelope."""

from http.client import responses

from django.http import HttpResponse, JsonResponse

from portal.sandbox.envelope import ApiError

FORMS = ("empty", "page", "json")


class GatewayError(ApiError):
    """The call is refused with this status and a body in one of FORMS."""

    def __init__(self, http_status: int, form: str) -> None:
        super().__init__(responses.get(http_status, "Error"), http_status=http_status)
        self.form = form

    def response(self) -> HttpResponse:
        if self.form == "empty":
            return HttpResponse(status=self.http_status)
        if self.form == "json":
            return JsonResponse({"message": self.message}, status=self.http_status)
        page = f"<!doctype html><title>{self.message}</title><h1>{self.http_status} {self.message}</h1>"
        return HttpResponse(page, status=self.http_status, content_type="text/html; charset=utf-8")
