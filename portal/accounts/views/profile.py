from allauth.account.utils import get_next_redirect_url
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.audit import activity
from portal.accounts.forms.profile import NameForm
from portal.accounts.models import ConsumerRequest


@require_http_methods(["GET", "HEAD", "POST"])
def name(request: ConsumerRequest) -> HttpResponse:
    consumer = request.user
    next_url = get_next_redirect_url(request) or reverse("account")
    current = {"first_name": consumer.first_name, "last_name": consumer.last_name}
    form = NameForm(request.POST or None, initial=current)
    if not form.is_valid():
        return render(request, "accounts/name.html", {"form": form, "back": next_url})
    if form.cleaned_data != current:
        consumer.first_name = form.cleaned_data["first_name"]
        consumer.last_name = form.cleaned_data["last_name"]
        consumer.save(update_fields=["first_name", "last_name"])
        activity.record(activity.Event.NAME_CHANGED, consumer, request)
        messages.success(request, _("Your name was changed."))
    # Not `redirect()`, which would take an address without a slash for the name of a view.
    return HttpResponseRedirect(next_url)
