"""How a consumer likes to use the portal, and the time zone that their browser tells."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal import time_zones
from portal.accounts.forms.preferences import PreferencesForm
from portal.accounts.models import Consumer, ConsumerRequest


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: ConsumerRequest) -> HttpResponse:
    form = PreferencesForm(request.POST or None, request.user)
    if not form.is_valid():
        return render(request, "accounts/preferences.html", {"form": form})
    form.save()
    messages.success(request, _("Your preferences are saved."))
    return redirect("account_preferences")


@require_POST
def tell_time_zone(request: ConsumerRequest) -> HttpResponse:
    """For `static/js/account/time-zone.js`. A zone that is not known here changes nothing."""
    name = request.POST.get("zone", "")
    if time_zones.find(name) is None:
        return HttpResponse(status=400)
    Consumer.objects.filter(pk=request.user.pk).exclude(device_time_zone=name).update(device_time_zone=name)
    return HttpResponse(status=204)
