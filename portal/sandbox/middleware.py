"""What surrounds every call of the API: the call log, and the faults that are switched on."""

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from portal.sandbox import call_log, faults
from portal.sandbox.fault_kinds import NoAnswer, strike
from portal.sandbox.serializers import BASE_PATH


def api_calls(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponseBase]:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(f"{BASE_PATH}/"):
            return get_response(request)
        call = call_log.call_from(request)
        call_log.log.add(call)
        answer = partial(get_response, request)
        fault = faults.switched_on.hit(call)
        response = strike(fault, request, answer) if fault else answer()
        call.status = None if isinstance(response, NoAnswer) else response.status_code
        return response

    return middleware
