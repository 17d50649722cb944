"""The six operations of the Secure Email API, as Django views."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt

from portal.sandbox import parameters, send_body, serializers, store
from portal.sandbox.dialects.active import active
from portal.sandbox.dialects.mails import Mail, put
from portal.sandbox.envelope import ApiError, failure, success
from portal.sandbox.gateway import FORMS, GatewayError
from portal.sandbox.models import Contact, Message
from portal.sandbox.strict_json import Json

STATUSES = ("all", "unread", "read")
REMOVALS = ("read", "true", "", "delete", "purge")  # `true` and empty are deprecated names of `read`.

Operation = Callable[..., HttpResponse]


def endpoint(**by_method: Operation) -> Operation:
    """The view of one URL: its operations by HTTP method, protected by the API key."""

    @csrf_exempt  # Browsers never add the header with the key by themselves.
    def view(request: HttpRequest, **path: str) -> HttpResponse:
        operation = by_method.get(request.method or "")
        if operation is None:
            return _no_such_method(request, *by_method)
        try:
            _check_key(request)
            return operation(request, **path)
        except ApiError as error:
            return error.response()

    return view


def _no_such_method(request: HttpRequest, *allowed: str) -> HttpResponse:
    response = failure(405, "INVALID_ENDPOINT", f"{request.method} is not an operation of this path.")
    response["Allow"] = ", ".join(allowed)
    return response


def _check_key(request: HttpRequest) -> None:
    # The reference documents no 401 or 403, so a wrong key is treated like any other invalid parameter.
    header = active.value("key-header", "x-api-key")
    given, keys = request.headers.get(header, ""), active.value("api-keys", request.META["sandbox.api_keys"])
    if any(constant_time_compare(given, key) for key in keys):
        return
    if status := active.value("key-refusal"):
        raise GatewayError(int(status), "json")
    raise ApiError(f"The header {header} is missing or not a valid key.", code="INVALID_CLIENT_TOKEN")


def list_messages(request: HttpRequest) -> HttpResponse:
    index, count = parameters.number(request, "index", 0), parameters.number(request, "count", 10)
    count = min(count, active.value("cap", count))
    messages = _messages(request).select_related("contact")
    ordered = messages.reverse() if "oldest-first" in active else messages
    answer: dict[str, Any] = {}
    put(
        answer,
        active.value("items-key", ["data"]),
        [_listed(mail) for mail in ordered[index : index + count]],
    )
    return success(**answer)


def _listed(message: Message) -> Mail:
    mail = active.change_whole_mail(serializers.secure_mail(message))
    return active.change_mail(mail if "full-list" in active else serializers.shortened(mail))


def _single(message: Message) -> HttpResponse:
    mail = active.change_mail(active.change_whole_mail(serializers.secure_mail(message)))
    return success(**put({}, active.value("message-key", ["secureMail"]), mail))


def count(request: HttpRequest) -> HttpResponse:
    return success(data={"count": _messages(request).count()})


def _messages(request: HttpRequest) -> QuerySet[Message]:
    address, securebox = parameters.address(request), parameters.securebox(request)
    status = parameters.choice(request, "status", STATUSES, "all")
    contact = Contact.objects.filter(address=address.lower()).first()
    if contact is None:
        return _of_unknown_contact()
    return store.visible_messages(contact, securebox, status)


def _of_unknown_contact() -> QuerySet[Message]:
    form = active.value("unknown-contact", "INVALID_PARAMETER")
    if form == "list":
        return Message.objects.none()
    if form in FORMS:
        raise GatewayError(404, form)
    raise ApiError("No contact has this 'address'.", http_status=404, code=form)


def send(request: HttpRequest) -> HttpResponse:
    securebox = parameters.securebox(request)
    body = send_body.parse_body(request)
    operation_id = send_body.parse_operation_id(body)
    try:
        submitted = send_body.parse_message(body)
    except ApiError as error:
        error.operation_id = operation_id
        raise
    message = _store(submitted, securebox, operation_id)
    mail_id, self_uri = str(message.uuid), serializers.self_uri(message)
    return success(operation_id=operation_id, secureMailId=mail_id, selfUri=self_uri)


@transaction.atomic
def _store(submitted: send_body.SubmittedMessage, securebox: str, operation_id: Json) -> Message:
    contact = store.contact_for(
        submitted.from_address, first_name=submitted.first_name, last_name=submitted.last_name
    )
    return store.receive(
        contact,
        securebox,
        _parent(submitted, contact, securebox),
        subject=submitted.subject,
        text=submitted.text,
        operation_id=operation_id,
        userdata=submitted.internal_userdata | submitted.userdata,
    )


def _parent(submitted: send_body.SubmittedMessage, contact: Contact, securebox: str) -> Message | None:
    if not submitted.parent_id:
        return None
    parent = store.find(submitted.parent_id)
    if parent is None or (parent.contact, parent.securebox) != (contact, securebox):
        raise parameters.invalid_parameter("data.parentId", "a message of this contact in this securebox")
    return parent


def get(request: HttpRequest, mail_id: str) -> HttpResponse:
    read = parameters.choice(request, "read", ("true", "false"), "false")
    message = _find_or_refuse(mail_id, http_status=400)  # The reference documents no 404 for this operation.
    if read == "true" and "read-ignored" not in active:
        store.mark_read_and_stop_routing(message)
    return _single(message)


def remove(request: HttpRequest, mail_id: str) -> HttpResponse:
    kind = parameters.choice(request, "remove", REMOVALS, "read")
    message = _find_or_refuse(mail_id, http_status=404)
    if kind == "delete":
        store.mark_deleted(message)
    elif kind == "purge":
        store.purge(message)
    elif "remove-read-stops-routing" in active:
        store.mark_read_and_stop_routing(message)
    else:
        store.mark_read(message)
    return _single(message)


def userdata(_request: HttpRequest, mail_id: str) -> HttpResponse:
    message = _find_or_refuse(mail_id, http_status=400)  # As for get.
    return success(data=serializers.public_userdata(message))


def _find_or_refuse(mail_id: str, *, http_status: int) -> Message:
    message = store.find(mail_id)
    if message is None:
        http_status = int(active.value("missing-message", http_status))
        raise ApiError("'secureMailId' names no secure email.", http_status=http_status)
    return message


@cache
def _document() -> object:
    return json.loads((Path(__file__).parent / "openapi.json").read_text(encoding="utf-8"))


@csrf_exempt  # Otherwise a POST would get a 403 for its missing CSRF token instead of a 405.
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document of the six operations. It needs no key."""
    if request.method != "GET":
        return _no_such_method(request, "GET")
    return JsonResponse(_document(), safe=False)
