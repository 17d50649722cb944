"""The six operations of the Secure Email API."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt

from portal.sandbox import parameters, send_body, serializers, store
from portal.sandbox.envelope import RefusedError, failure, success
from portal.sandbox.models import Contact, Message
from portal.sandbox.strict_json import Json

STATUSES = ("all", "unread", "read")
REMOVALS = ("read", "true", "", "delete", "purge")  # `true` and empty are deprecated, and mean `read`.

Operation = Callable[..., HttpResponse]


def operations(**by_method: Operation) -> Operation:
    """One URL of the API: its operations by HTTP method, behind the API key."""

    @csrf_exempt  # The key is in a header, and no browser adds that by itself.
    def endpoint(request: HttpRequest, **path: str) -> HttpResponse:
        operation = by_method.get(request.method or "")
        if operation is None:
            return _no_such_method(request, *by_method)
        try:
            _check_key(request)
            return operation(request, **path)
        except RefusedError as refused:
            return failure(refused.http_status, refused.code, refused.message, refused.operation_id)

    return endpoint


def _no_such_method(request: HttpRequest, *allowed: str) -> HttpResponse:
    response = failure(405, "INVALID_ENDPOINT", f"{request.method} is not an operation of this path.")
    response["Allow"] = ", ".join(allowed)
    return response


def _check_key(request: HttpRequest) -> None:
    # The reference documents no 401 or 403: an unusable key is one more invalid request parameter.
    if not constant_time_compare(request.headers.get("x-api-key", ""), request.META["sandbox.api_key"]):
        raise RefusedError("The header x-api-key is missing or not a valid key.", code="INVALID_CLIENT_TOKEN")


def list_mails(request: HttpRequest) -> HttpResponse:
    index, count = parameters.number(request, "index", 0), parameters.number(request, "count", 10)
    messages = _listed(request).select_related("contact")[index : index + count]
    return success(data=[serializers.list_item(message) for message in messages])


def count(request: HttpRequest) -> HttpResponse:
    return success(data={"count": _listed(request).count()})


def _listed(request: HttpRequest) -> QuerySet[Message]:
    address, securebox = parameters.address(request), parameters.securebox(request)
    status = parameters.choice(request, "status", STATUSES, "all")
    contact = Contact.objects.filter(address=address.lower()).first()
    if contact is None:
        raise RefusedError("No contact has this 'address'.", http_status=404)
    return store.listed(contact, securebox, status)


def send(request: HttpRequest) -> HttpResponse:
    securebox = parameters.securebox(request)
    document = send_body.document_from(request)
    operation_id = send_body.operation_id_from(document)
    try:
        letter = send_body.letter_from(document)
    except RefusedError as refused:
        refused.operation_id = operation_id
        raise
    message = _stored(letter, securebox, operation_id)
    mail_id, self_uri = str(message.uuid), serializers.self_uri(message)
    return success(operation_id=operation_id, secureMailId=mail_id, selfUri=self_uri)


@transaction.atomic
def _stored(letter: send_body.Letter, securebox: str, operation_id: Json) -> Message:
    contact = store.contact_for(letter.from_address, first_name=letter.first_name, last_name=letter.last_name)
    return store.receive(
        contact,
        securebox,
        subject=letter.subject,
        text=letter.text,
        operation_id=operation_id,
        userdata=letter.internal | letter.userdata,
    )


def get(request: HttpRequest, mail_id: str) -> HttpResponse:
    read = parameters.choice(request, "read", ("true", "false"), "false")
    message = _found(mail_id, http_status=400)  # The reference documents no 404 for this operation.
    if read == "true":
        store.mark_read(message)
    return success(secureMail=serializers.whole(message))


def remove(request: HttpRequest, mail_id: str) -> HttpResponse:
    kind = parameters.choice(request, "remove", REMOVALS, "read")
    message = _found(mail_id, http_status=404)
    if kind == "delete":
        store.mark_deleted(message)
    elif kind == "purge":
        store.purge(message)
    else:
        store.mark_read(message)
    return success(secureMail=serializers.whole(message))


def userdata(_request: HttpRequest, mail_id: str) -> HttpResponse:
    message = _found(mail_id, http_status=400)  # As for get.
    return success(data=serializers.public_userdata(message))


def _found(mail_id: str, *, http_status: int) -> Message:
    message = store.find(mail_id)
    if message is None:
        raise RefusedError("'secureMailId' names no secure email.", http_status=http_status)
    return message


@cache
def _document() -> object:
    return json.loads((Path(__file__).parent / "openapi.json").read_text(encoding="utf-8"))


@csrf_exempt  # So that a POST is told that there is none, rather than that it lacks a form token.
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document of the six operations. It is public, unlike them."""
    if request.method != "GET":
        return _no_such_method(request, "GET")
    return JsonResponse(_document(), safe=False)
