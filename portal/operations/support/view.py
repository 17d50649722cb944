from django.contrib import admin
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts import permissions
from portal.accounts.audit import activity
from portal.accounts.audit.activity import Event
from portal.accounts.models import Consumer, ConsumerRequest
from portal.accounts.rate_limits import refusal
from portal.operations.guard import page_for
from portal.operations.support import account, boxes, limits, mails, messages, sign_ins

PERMISSION = "accounts.support_consumer"


@page_for(PERMISSION)
@require_http_methods(["GET", "HEAD", "POST"])
def customer(request: ConsumerRequest, pk: int) -> HttpResponse:
    """One customer, as support needs to see them. Each view of it is a line of the activity log; POST asks the boxes.

    The accounts of operators are for superusers.
    """
    consumer = get_object_or_404(permissions.manageable(request.user, Consumer.objects.all()), pk=pk)
    is_asking = request.method == "POST"
    if refused := refusal(request, "securemail_check" if is_asking else "admin_search"):
        return refused
    # Before anything is shown, so that nothing can be looked at without a trace.
    event = Event.SECUREMAIL_CHECKED if is_asking else Event.SUPPORT_VIEWED
    activity.record_operator_action(event, consumer, request)
    sections = [part.section(consumer) for part in (account, limits, mails, messages, boxes, sign_ins)]
    context = {
        **admin.site.each_context(request),
        "title": _("When this customer calls"),
        "consumer": consumer,
        "answers": boxes.ask(consumer) if is_asking else None,
        "sections": sections,
    }
    return TemplateResponse(request, "admin/operations/customer.html", context)
