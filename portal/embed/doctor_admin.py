"""The embed doctor, for operators: the address of a page in, what works there and what does not out."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from portal.accounts.admin.base import GuardedAdmin
from portal.accounts.audit import activity
from portal.accounts.models import ConsumerRequest
from portal.embed import doctor
from portal.embed.doctor import Report


class ForgetfulTextarea(forms.Textarea):
    """What was pasted into it is never sent back."""

    def format_value(self, value: Any) -> None:
        return None


class DoctorForm(forms.Form):
    url = forms.CharField(
        label=_("Address of the page"),
        max_length=2000,
        widget=forms.TextInput(
            attrs={
                "class": "vLargeTextField",
                "inputmode": "url",
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )
    token = forms.CharField(
        label=_("Sample token"),
        max_length=10_000,
        required=False,
        help_text=_(
            "From the company’s server, if it hands people over. It is looked at, and not used or kept."
        ),
        widget=ForgetfulTextarea(
            attrs={"class": "vLargeTextField", "rows": 4, "autocomplete": "off", "spellcheck": "false"}
        ),
    )


class DoctorAdmin(GuardedAdmin):
    """A list of websites with a page beside it that checks one."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.doctor)
        return [path("check/", view, name="embed_website_check"), *super().get_urls()]

    @method_decorator(sensitive_post_parameters("token"))
    def doctor(self, request: ConsumerRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = DoctorForm(request.POST or None)
        report = _examine(request, form) if form.is_valid() else None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Check a website"),
            "opts": self.opts,
            "form": form,
            "report": report,
        }
        return TemplateResponse(request, "admin/embed/doctor.html", context)


@sensitive_variables("form", "token")
def _examine(request: ConsumerRequest, form: DoctorForm) -> Report:
    """The log tells of whom this server asked something, and of nothing else in the address."""
    url, token = form.cleaned_data["url"], form.cleaned_data["token"]
    activity.record_operator(activity.Event.WEBSITE_CHECKED, None, request, detail=_host(url))
    return doctor.examine(url, token)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "")[:200]
    except ValueError:
        return ""
