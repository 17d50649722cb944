"""Record each API call in the call log, and apply the active faults to it."""

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from portal.sandbox import call_log, faults
from portal.sandbox.fault_kinds import NoResponse, apply_fault
from portal.sandbox.serializers import BASE_PATH


def api_calls(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponseBase]:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(f"{BASE_PATH}/"):
            return get_response(request)
        call = call_log.parse_call(request)
        call_log.log.add(call)
        answer = partial(get_response, request)
        fault = faults.active_faults.hit(call)
        response = apply_fault(fault, request, answer) if fault else answer()
        call.status = None if isinstance(response, NoResponse) else response.status_code
        return response

    return middleware
