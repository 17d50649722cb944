"""The activity log: what a consumer did or suffered here, for them and for the operator's audit. Never any mail."""

from django.db.models import Model
from django.http import HttpRequest

from portal.accounts.models import Activity, Consumer, ConsumerRequest
from portal.accounts.sessions import client_info
from portal.logs import request_id

Event = Activity.Event
COMMAND = "command"  # In the place of an operator's address.
_LONGEST = Activity._meta.get_field("detail").max_length


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
    """Write one line. `box` is a title, `detail` words of ours or an address, `by` an operator's address.

    Without a request, the portal itself acted, or a command: the line names no device.
    """
    Activity.objects.create(
        event=event,
        consumer=consumer if consumer and consumer.pk else None,
        address=consumer.email if consumer else "",
        by=by,
        box=box,
        number=number,
        detail=detail,
        device=client_info.device(request) if request else "",
        network=client_info.network(request) if request else None,
        request_id=request_id() if request else "",
    )


def record_operator(
    event: Activity.Event,
    consumer: Consumer | None,
    request: ConsumerRequest | None,
    *,
    number: int = 1,
    detail: str = "",
) -> None:
    """Write one line on what an operator did: on a page, or without a request by a command."""
    by = request.user.email if request else COMMAND
    record(event, consumer, request, number=number, detail=detail, by=by)


def record_setting(thing: Model, what: str, request: ConsumerRequest | None) -> None:
    """Write one line on what an operator set up. `what` is "added", "deleted", or the names of changed fields."""
    detail = f"{thing._meta.model_name} {thing}: {what}"[:_LONGEST]
    record_operator(Event.SETTINGS_CHANGED, None, request, detail=detail)
