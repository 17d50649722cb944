"""What surrounds every call of the API: the call log, and the faults that are switched on."""

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from portal.sandbox import calls, faults
from portal.sandbox.dialect import BASE_PATH
from portal.sandbox.fault_kinds import NoAnswer, strike


def api_calls(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponseBase]:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(f"{BASE_PATH}/"):
            return get_response(request)
        call = calls.call_from(request)
        calls.log.add(call)
        answer = partial(get_response, request)
        fault = faults.switched_on.hit(call)
        response = strike(fault, request, answer) if fault else answer()
        call.status = None if isinstance(response, NoAnswer) else response.status_code
        return response

    return middleware
