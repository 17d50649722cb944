"""The activity log: what a consumer did or suffered here, for them and for the operator's audit. Never any mail."""

from django.http import HttpRequest

from portal.accounts import clients
from portal.accounts.models import Activity, Consumer
from portal.logs import request_id

Event = Activity.Event


def record(
    event: Activity.Event,
    consumer: Consumer | None,
    request: HttpRequest | None = None,
    *,
    box: str = "",
    number: int = 1,
    detail: str = "",
    by: Consumer | None = None,
) -> None:
    """Write one line. `box` is a title, `detail` a word of ours and never of the consumer's, `by` an operator.

    Without a request, the portal itself acted, or a command: the line names no device.
    """
    Activity.objects.create(
        event=event,
        consumer=consumer if consumer and consumer.pk else None,
        address=consumer.email if consumer else "",
        by=by.email if by else "",
        box=box,
        number=number,
        detail=detail,
        device=clients.device(request) if request else "",
        network=clients.network(request) if request else None,
        request_id=request_id() if request else "",
    )
