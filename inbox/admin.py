"""Secureboxes and outgoing messages in the admin, and the page there that checks the connection to the API."""

from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from inbox.diagnosis import MAX_CALLS, Report, diagnose, find_box
from inbox.extra_fields import MAX_FIELDS, ExtraField
from inbox.models import Holiday, OutgoingMessage, Securebox
from inbox.outgoing.queries import number_not_let_in
from portal.accounts.admin.base import GuardedAdmin
from portal.accounts.audit import activity
from portal.accounts.models import Consumer, ConsumerRequest
from portal.accounts.rate_limits import refusal

_PAGE_SECONDS: Final = 15.0  # After these no further call is begun, so that the page answers.


class CheckForm(forms.Form):
    address = forms.EmailField(
        label=_("Email address"),
        help_text=_("Of a customer who has received and sent messages in this securebox."),
        widget=forms.EmailInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )
    securebox = forms.CharField(
        label=_("Securebox"),
        required=False,
        max_length=60,
        help_text=_("The API’s name of it, or name@connection. Without one, the API’s default box."),
        widget=forms.TextInput(
            attrs={
                "class": "vTextField",
                "autocapitalize": "none",
                "autocomplete": "off",
                "spellcheck": "false",
            }
        ),
    )


class ExtraFieldInline(admin.TabularInline):  # type: ignore[type-arg]  # Not generic at run time.
    """What people fill in beside their message, on the securebox's own page."""

    model = ExtraField
    extra = 0
    max_num = MAX_FIELDS
    fields = ("position", "label", "help_text", "key", "required", "pattern", "pattern_hint")

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return _may_change_boxes(request)

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return _may_change_boxes(request)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return _may_change_boxes(request)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return _may_change_boxes(request)


def _may_change_boxes(request: HttpRequest) -> bool:
    """The fields of a securebox belong to it: no right of their own."""
    return request.user.has_perm("inbox.change_securebox") or request.user.has_perm("inbox.add_securebox")


@admin.register(Securebox)
class SecureboxAdmin(GuardedAdmin):
    list_display = ("title", "slug", "name", "connection", "position", "accepts_messages", "open_to_all")
    list_editable = ("position",)
    search_fields = ("title", "slug", "name")
    autocomplete_fields = ("consumers",)
    prepopulated_fields = {"slug": ("title",)}
    inlines = (ExtraFieldInline,)
    fieldsets = (
        (None, {"fields": ("title", "slug", "name", "connection", "aliases", "description", "position")}),
        (_("Writing"), {"fields": ("accepts_messages", "preset_subjects", "disclaimer")}),
        (_("Usual reply time"), {"fields": ("reply_hours", "reply_working_days", "reply_time")}),
        (_("Who may use it"), {"fields": ("open_to_all", "consumers")}),
        (_("What people may do"), {"fields": ("allows_delete", "allows_purge", "allows_withdraw")}),
        (_("Details"), {"fields": ("shown_details", "attachment_hint", "operation_key")}),
    )

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        what = super().construct_change_message(request, form, formsets, add)
        has_changed = any(formset.has_changed() for formset in formsets or ())
        return what if add or not has_changed else ", ".join(filter(None, (what, "extra_fields")))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.check_connection)
        return [path("check/", view, name="inbox_securebox_check"), *super().get_urls()]

    def check_connection(self, request: ConsumerRequest) -> HttpResponse:
        """For operators who may change secureboxes: the report tells how many messages any address has."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = CheckForm(request.POST or None)
        is_asked = form.is_valid()
        if is_asked and (refused := refusal(request, "securemail_check")):
            return refused
        context = {
            **self.admin_site.each_context(request),
            "title": _("Check the connection to the API"),
            "opts": self.opts,
            "form": form,
            "calls": MAX_CALLS,
            "report": _diagnose(request, form) if is_asked else None,
        }
        return TemplateResponse(request, "admin/inbox/check.html", context)


@admin.register(Holiday)
class HolidayAdmin(GuardedAdmin):
    list_display = ("date", "name", "is_yearly")
    list_editable = ("name", "is_yearly")
    search_fields = ("name",)


class StateFilter(admin.SimpleListFilter):
    """All states but that of drafts, of which operators see none."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, Any]]:
        return [
            choice for choice in OutgoingMessage.State.choices if choice[0] != OutgoingMessage.State.DRAFT
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = [value for value, _label in self.lookup_choices if value == self.value()]
        return queryset.filter(state=chosen[0]) if chosen else queryset


@admin.register(OutgoingMessage)
class OutgoingMessageAdmin(GuardedAdmin):
    """The states of outgoing messages, for operators: without content and drafts, and read-only."""

    allowed_lookups = frozenset({"state", "securebox__id__exact"})
    list_display = ("nonce", "securebox", "state", "reason", "attempts", "queued_at", "due_at", "settled_at")
    list_filter = (StateFilter, "securebox")
    sortable_by = ()  # Only the default order, the last saved first, has an index.
    fields = (*list_display, "unconfirmed_attempts", "lookup_count", "secure_mail_id")
    list_select_related = ("securebox",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutgoingMessage]:
        return (
            super()
            .get_queryset(request)
            .exclude(state=OutgoingMessage.State.DRAFT)
            .defer("encrypted_content")
        )

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if number := number_not_let_in():
            waiting = ngettext(
                "%(number)s message waits because the Secure Email API refuses the portal. The log names the refusal;"
                " the message is sent once you have mended that.",
                "%(number)s messages wait because the Secure Email API refuses the portal. The log names the refusal;"
                " the messages are sent once you have mended that.",
                number,
            )
            messages.error(request, waiting % {"number": number})
        return super().changelist_view(request, extra_context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Only together with the consumer who wrote them, when no one has to learn of their outcome any longer."""
        # On a consumer's page, Django asks this permission for all that is deleted along with them.
        match = request.resolver_match
        return match is not None and not str(match.url_name).startswith("inbox_outgoingmessage_")


def _diagnose(request: ConsumerRequest, form: CheckForm) -> Report | None:
    """None if the API cannot be asked; then the form says why."""
    address, box = form.cleaned_data["address"], find_box(form.cleaned_data["securebox"])
    consumer = Consumer.objects.filter(email=address.lower()).first()
    activity.record(
        activity.Event.SECUREMAIL_CHECKED, consumer, request, box=box.title, by=request.user.email
    )
    try:
        return diagnose(address, box, _PAGE_SECONDS)
    except ValueError as error:
        form.add_error(None, str(error))
        return None
