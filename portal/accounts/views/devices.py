"""The devices on which the consumer is signed in, and signing out one of them or all others."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from portal.accounts.audit import activity
from portal.accounts.models import ConsumerRequest
from portal.accounts.sessions import devices as signed_in
from portal.accounts.sessions.revoke import revoke_all


@require_safe
def devices(request: ConsumerRequest) -> HttpResponse:
    context = {"devices": signed_in.active(request.user, request.session.session_key)}
    return render(request, "accounts/devices.html", context)


@require_POST
def sign_out_device(request: ConsumerRequest, device: int) -> HttpResponse:
    ended = signed_in.sign_out(request.user, device)
    if ended is None:
        raise Http404
    activity.record(activity.Event.DEVICE_SIGNED_OUT, request.user, request, detail=ended.name)
    messages.success(request, _("%(device)s was signed out.") % {"device": ended.name})
    return redirect("account_devices")


@require_POST
def sign_out_others(request: ConsumerRequest) -> HttpResponse:
    number = revoke_all(request.user, except_key=request.session.session_key)
    if number:
        activity.record(activity.Event.DEVICE_SIGNED_OUT, request.user, request, number=number)
    notice = ngettext(
        "%(number)s other device was signed out.", "%(number)s other devices were signed out.", number
    )
    messages.success(request, notice % {"number": number})
    return redirect("account_devices")
