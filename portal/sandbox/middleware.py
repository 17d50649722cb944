"""Record each API call in the call log, and apply the active faults and those dialects that concern all calls."""

import time
from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import http_date

from portal.sandbox import call_log, faults
from portal.sandbox.dialects.active import active
from portal.sandbox.envelope import failure
from portal.sandbox.fault_kinds import NoResponse, apply_fault
from portal.sandbox.gateway import FORMS, GatewayError
from portal.sandbox.serializers import BASE_PATH


def api_calls(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponseBase]:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.path_info = _without_other_base_path(request.path_info)
        if not request.path_info.startswith(f"{BASE_PATH}/"):
            return get_response(request)
        call = call_log.parse_call(request)
        call_log.log.add(call)
        missing = active.value("missing-api")
        answer = partial(_missing_api, missing) if missing else partial(get_response, request)
        fault = faults.active_faults.hit(call)
        response = apply_fault(fault, request, answer) if fault else answer()
        call.status = None if isinstance(response, NoResponse) else response.status_code
        if skew := active.value("clock-skew"):
            response["Date"] = http_date(time.time() + skew)
        return response

    return middleware


def _without_other_base_path(path: str) -> str:
    """The path as the URLs have it, if another base path is switched on. At the usual one there is then nothing."""
    other = active.value("base-path")
    if other and path.startswith(f"{other}/"):
        return BASE_PATH + path.removeprefix(other)
    return f"{BASE_PATH}/" if other and path.startswith(f"{BASE_PATH}/") else path


def _missing_api(form: str) -> HttpResponse:
    if form in FORMS:
        return GatewayError(404, form).response()
    return failure(404, "INVALID_ENDPOINT", "There is nothing at this address.")
