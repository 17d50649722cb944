"""Writing to the activity log: what consumers did here, and what happened to their accounts.

Consumers see their own lines; for operators, all lines are the audit log. No line holds mail.
"""

from django.db.models import Model
from django.http import HttpRequest

from portal.accounts.audit import stream
from portal.accounts.models import Activity, Consumer, ConsumerRequest
from portal.accounts.sessions import client_info
from portal.request_context import request_id

Event = Activity.Event
COMMAND = "command"  # In `by`, for a management command, where a page has the operator's address.
_MAX_DETAIL_LENGTH = Activity._meta.get_field("detail").max_length


def record(
    event: Activity.Event,
    consumer: Consumer | None,
    request: HttpRequest | None = None,
    *,
    box: str = "",
    number: int = 1,
    detail: str = "",
    by: str = "",
) -> None:
    """Write one line, and send it to the audit stream.

    `box` is the securebox's title, `detail` a fixed word of ours or an address, and `by` an operator's address.
    Without a request, the portal itself or a command acted, and the line names no device and no network; its request id
    is that of a round of `manage.py deliver`.
    """
    line = Activity.objects.create(
        event=event,
        consumer=consumer if consumer and consumer.pk else None,
        address=consumer.email if consumer else "",
        by=by,
        box=box,
        number=number,
        detail=detail,
        device=client_info.device(request) if request else "",
        network=client_info.client_ip(request) if request else None,
        request_id=request_id(default=""),
    )
    stream.publish(line)


def record_operator_action(
    event: Activity.Event,
    consumer: Consumer | None,
    request: ConsumerRequest | None,
    *,
    number: int = 1,
    detail: str = "",
) -> None:
    """Write one line on what an operator did: on a page, or by a command where there is no request."""
    by = request.user.email if request else COMMAND
    record(event, consumer, request, number=number, detail=detail, by=by)


def record_operator_actions(
    event: Activity.Event, consumers: list[Consumer], request: ConsumerRequest | None
) -> None:
    """The same for many accounts at once, with one statement for all lines."""
    same = {
        "event": event,
        "by": request.user.email if request else COMMAND,
        "device": client_info.device(request) if request else "",
        "network": client_info.client_ip(request) if request else None,
        "request_id": request_id(default=""),
    }
    lines = [Activity(consumer=consumer, address=consumer.email, **same) for consumer in consumers]
    for line in Activity.objects.bulk_create(lines):
        stream.publish(line)


def record_settings_change(thing: Model, what: str, request: ConsumerRequest | None) -> None:
    """Write one line on a change of a website, securebox, company or group by an operator.

    `what` is "added", "deleted", or the names of the changed fields.
    """
    detail = f"{thing._meta.model_name} {thing}: {what}"[:_MAX_DETAIL_LENGTH]
    record_operator_action(Event.SETTINGS_CHANGED, None, request, detail=detail)
