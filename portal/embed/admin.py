"""Websites in the admin, and the page there that checks one with the embed doctor."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from portal.accounts.admin.base import SuperuserAdmin
from portal.accounts.audit import activity
from portal.accounts.models import ConsumerRequest
from portal.embed import doctor, pictures
from portal.embed.brand import COLOURS
from portal.embed.doctor import Report
from portal.embed.models import Website


class WriteOnlyTextarea(forms.Textarea):
    """Renders without its value: a token that was pasted in is not sent back to the browser."""

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
        widget=WriteOnlyTextarea(
            attrs={"class": "vLargeTextField", "rows": 4, "autocomplete": "off", "spellcheck": "false"}
        ),
    )


class WebsiteForm(forms.ModelForm):  # type: ignore[type-arg]  # Not generic at run time.
    """A website's row, with its logo as a file: the row has only the bytes."""

    logo_file = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("A PNG of at most 64 kB, shown 28 pixels high. It takes the place of the present one."),
        widget=forms.FileInput(attrs={"accept": "image/png"}),
    )
    without_logo = forms.BooleanField(label=_("No logo"), required=False)

    def clean_logo_file(self) -> bytes | None:
        file = self.cleaned_data["logo_file"]
        content: bytes | None = file.read(pictures.MAX_BYTES + 1) if file else None
        if content is not None:
            pictures.check_png(content)
        return content

    def save(self, commit: bool = True) -> Any:
        if self.cleaned_data["without_logo"]:
            self.instance.set_logo(None)
        elif png := self.cleaned_data["logo_file"]:
            self.instance.set_logo(png)
        return super().save(commit)


@admin.register(Website)
class WebsiteAdmin(SuperuserAdmin):
    """Only superusers may add or change websites: a listed website, or the company that hands over there, can show
    every customer's mail.
    """

    form = WebsiteForm
    allowed_lookups = frozenset({"sign_in__exact"})
    list_display = ("name", "origin", "sign_in", "company")
    list_filter = ("sign_in",)
    search_fields = ("name", "origin")
    filter_horizontal = ("secureboxes",)
    list_select_related = ("company",)
    fieldsets = (
        (None, {"fields": ("name", "origin")}),
        (_("What is shown there"), {"fields": ("shows_all", "secureboxes")}),
        (_("Signing in"), {"fields": ("sign_in", "company")}),
        (
            _("Look"),
            {
                "description": _("What is empty is the portal’s own."),
                "fields": (
                    "shown_name",
                    *((name, f"dark_{name}") for name in COLOURS),
                    "corners",
                    "font",
                    "logo_file",
                    "without_logo",
                ),
            },
        ),
    )

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Operators with Django's own permission may see the list, and check a website from there."""
        return request.user.has_perm("embed.view_website")

    def record_change(self, request: Any, obj: Any, what: str) -> None:
        """The origin is last, because it may be long and the log cuts a line at its end."""
        hand_off = f"hand-off by {obj.company}" if obj.company else ""
        super().record_change(request, obj, ", ".join(filter(None, (what, hand_off, obj.origin))))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.doctor)
        return [path("check/", view, name="embed_website_check"), *super().get_urls()]

    @method_decorator(sensitive_post_parameters("token"))
    def doctor(self, request: ConsumerRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = DoctorForm(request.POST or None)
        report = _diagnose(request, form) if form.is_valid() else None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Check a website"),
            "opts": self.opts,
            "form": form,
            "report": report,
        }
        return TemplateResponse(request, "admin/embed/doctor.html", context)


@sensitive_variables("form", "token")
def _diagnose(request: ConsumerRequest, form: DoctorForm) -> Report:
    """The activity log gets only the host that this server asked: paths and queries may hold personal data."""
    url, token = form.cleaned_data["url"], form.cleaned_data["token"]
    activity.record_operator_action(activity.Event.WEBSITE_CHECKED, None, request, detail=_host(url))
    return doctor.diagnose(url, token)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "")[:200]
    except ValueError:
        return ""
