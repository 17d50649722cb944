"""The control endpoints, with which tests and demonstrations prepare and inspect the server.

They need no key. A page of another origin cannot use them: before a browser sends application/json or a DELETE across
origins, it asks for permission with a preflight request, which the sandbox never grants.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from portal.sandbox import call_log, control_messages, faults, store, strict_json
from portal.sandbox.control_messages import Body, ControlError
from portal.sandbox.dialects.active import active
from portal.sandbox.models import Contact, Message


def endpoint(**by_method: Callable[..., dict[str, Any]]) -> Callable[..., HttpResponse]:
    """The view of one control URL: functions by HTTP method, which return the JSON. The one for POST takes the body."""

    @csrf_exempt
    def view(request: HttpRequest, **path: str) -> HttpResponse:
        function = by_method.get(request.method or "")
        if function is None:
            headers = {"Allow": ", ".join(by_method)}
            return JsonResponse({"error": "Method not allowed."}, status=405, headers=headers)
        try:
            argument = _body(request) if request.method == "POST" else request
            return JsonResponse(function(argument, **path))
        except ControlError as error:
            return JsonResponse({"error": str(error)}, status=error.http_status)

    return view


def _body(request: HttpRequest) -> Body:
    if request.content_type != "application/json":
        raise ControlError("The Content-Type must be application/json.")
    try:
        body = strict_json.parse(request.body or b"{}")
    except strict_json.InvalidJsonError as error:
        raise ControlError(f"The body is {error}.") from error
    if not isinstance(body, dict):
        raise ControlError("The body must be a JSON object.")
    return body


def add_messages(body: Body) -> dict[str, Any]:
    if "messages" in body:
        return {"ids": control_messages.create_messages(body["messages"])}
    return {"id": control_messages.create_messages([body])[0]}


def show_messages(request: HttpRequest) -> dict[str, Any]:
    messages = Message.objects.select_related("contact")
    if "address" in request.GET:
        messages = messages.filter(contact__address=request.GET["address"].lower())
    if "securebox" in request.GET:
        messages = messages.filter(securebox=request.GET["securebox"])
    return {"messages": [control_messages.to_json(message) for message in messages]}


def answer(body: Body) -> dict[str, Any]:
    question = store.find(str(body.get("id")))
    if question is None:
        raise ControlError("No message has this id.", http_status=404)
    texts = control_messages.parse_texts(body, ("text", "html", "from_name"))
    try:
        reply = store.answer(question, **texts)
    except store.AlreadyHandledError as error:
        raise ControlError(f"The message is not waiting: {question.routing}.", http_status=409) from error
    return {"id": str(reply.uuid)}


def show_calls(_request: HttpRequest) -> dict[str, Any]:
    return {"calls": call_log.log.as_json()}


def clear_calls(_request: HttpRequest) -> dict[str, Any]:
    call_log.log.clear()
    return {}


def reset(_body: Body) -> dict[str, Any]:
    faults.active_faults.clear_all()
    active.reset()
    Message.objects.all().delete()
    Contact.objects.all().delete()
    call_log.log.clear()
    return {}
