"""What surrounds every call of the API: the call log, and the faults that were asked for."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.sandbox import calls
from portal.sandbox.dialect import BASE_PATH

GetResponse = Callable[[HttpRequest], HttpResponse]


def api_calls(get_response: GetResponse) -> GetResponse:
    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(f"{BASE_PATH}/"):
            return get_response(request)
        call = calls.call_from(request)
        calls.log.add(call)
        response = get_response(request)
        call.status = response.status_code
        return response

    return middleware
