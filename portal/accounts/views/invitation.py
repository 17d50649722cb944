"""Accepting an invitation. Opening its link changes nothing: mail scanners open links too."""

from allauth.account.utils import perform_login
from allauth.core.ratelimit import respond_429
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from portal.accounts.allauth_compat import record_authentication
from portal.accounts.forms.signup import InvitationForm
from portal.accounts.login import rate_limits
from portal.accounts.signup import invitations


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password1")
@sensitive_variables("token")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    found = invitations.find(token)
    if found is None:
        return _invalid(request)
    invited = found.consumer
    if request.user.is_authenticated:
        return render(
            request, "accounts/invitation_while_signed_in.html", {"address": invited.email}, status=409
        )
    initial = {"first_name": invited.first_name, "last_name": invited.last_name}
    form = InvitationForm(request.POST or None, initial=initial, address=invited.email)
    if not form.is_valid():
        return render(request, "accounts/invitation.html", {"form": form, "address": invited.email})
    return _accept(request, token, form)


def _accept(request: HttpRequest, token: str, form: InvitationForm) -> HttpResponse:
    typed = form.cleaned_data
    consumer = invitations.accept(token, request, typed["password1"], typed["first_name"], typed["last_name"])
    if consumer is None:
        return _invalid(request)
    record_authentication(request, consumer, method="invitation")
    response: HttpResponse = perform_login(request, consumer)
    return response


def _invalid(request: HttpRequest) -> HttpResponse:
    """Only such requests count: the people of a whole office may open their invitations at the same time."""
    if not rate_limits.may_fail_invitation(request):
        too_many: HttpResponse = respond_429(request)
        return too_many
    return render(request, "accounts/invitation_invalid.html", status=404)
