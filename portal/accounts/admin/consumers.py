"""Consumers, for operators: their accounts' state, and actions that help them. Never their mail.

Operators cannot see or set a password, change an address, or mark one as proved: each of these would let them read a
consumer's mail.
"""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Q, QuerySet, Subquery, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts import deletion, permissions
from portal.accounts.admin import invitations
from portal.accounts.admin.base import activity_log_url
from portal.accounts.admin.consumer_actions import ConsumerActions
from portal.accounts.audit import activity
from portal.accounts.forms.admin import ConsumerForm, InviteForm
from portal.accounts.models import Consumer, Invitation
from portal.accounts.sessions import devices

# django-allauth's own admin pages would show secrets, or let an operator take over an account.
for model in (EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession):
    admin.site.unregister(model)

_RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")
_STATES = {
    "active": Q(is_active=True, proof__isnull=False),
    # Whoever has signed in had proved the address. To look through all others would take seconds.
    "unverified": Q(is_active=True, proof=None, last_login=None),
    "invited": Q(is_active=False, pending__isnull=False),
    "off": Q(is_active=False, pending=None),
}


class StateFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [
            ("active", _("active")),
            ("unverified", _("unverified")),
            ("invited", _("invited")),
            ("off", _("switched off")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Consumer]) -> QuerySet[Consumer]:
        # Looked up for one account after the other. PostgreSQL would turn EXISTS into a join, and read whole tables.
        proof = _proofs().filter(user=OuterRef("pk")).values("pk")[:1]
        pending = Invitation.objects.filter(consumer=OuterRef("pk"), accepted_at=None)
        found = queryset.alias(proof=Subquery(proof), pending=Subquery(pending.order_by().values("pk")[:1]))
        return found.filter(_STATES.get(str(self.value()), Q()))


class ConsumerList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        """Look up what the columns show, for the accounts on this page alone."""
        super().get_results(request)
        shown: list[Any] = list(self.result_list)
        prefetch_related_objects(shown, "invitation")
        of_shown = [consumer.pk for consumer in shown]
        proved = set(_proofs().filter(user__in=of_shown).values_list("user", flat=True))
        steps = set(_steps().filter(user__in=of_shown).values_list("user", flat=True))
        for consumer in shown:
            consumer.proved, consumer.steps = consumer.pk in proved, consumer.pk in steps


def _proofs() -> Any:
    return EmailAddress.objects.filter(verified=True)


def _steps() -> Any:
    return Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)


@admin.register(Consumer)
class ConsumerAdmin(ConsumerActions):
    form = ConsumerForm
    allowed_lookups = frozenset({"state", "is_staff__exact"})
    list_display = ("email", "name", "state", "second_step", "last_login", "is_staff")
    list_filter = (StateFilter, "is_staff")
    search_fields = ("email__startswith", "^first_name", "^last_name")
    search_help_text = gettext_lazy("How the address or a name begins.")
    ordering = ("email",)
    sortable_by = ("email",)  # Others have no index.
    readonly_fields = ("email", "state", "last_login", "date_joined", "second_steps", "used_devices", "log")
    filter_horizontal = ("groups", "user_permissions")
    fieldsets = (
        (None, {"fields": ("email", "first_name", "last_name")}),
        (
            gettext_lazy("Account"),
            {"fields": ("state", "date_joined", "last_login", "second_steps", "used_devices", "log")},
        ),
        (gettext_lazy("Rights"), {"fields": _RIGHTS}),
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ConsumerList

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        consumer: Any = super().get_object(request, object_id, from_field)
        if consumer is not None:
            consumer.proved = _proofs().filter(user=consumer).exists()
            consumer.steps = _steps().filter(user=consumer).exists()
        return consumer

    # --- Columns and fields ---

    @admin.display(description=gettext_lazy("name"))
    def name(self, consumer: Consumer) -> str:
        return consumer.get_full_name()

    @admin.display(description=gettext_lazy("state"))
    def state(self, consumer: Any) -> str:
        if consumer.is_active:
            return _("active") if consumer.proved else _("unverified")
        invitation = getattr(consumer, "invitation", None)
        if invitation is None or invitation.accepted_at:
            return _("switched off")
        return invitations.describe(invitation)

    @admin.display(description=gettext_lazy("two-step verification"), boolean=True)
    def second_step(self, consumer: Any) -> bool:
        return bool(consumer.steps)

    @admin.display(description=gettext_lazy("ways to verify"))
    def second_steps(self, consumer: Consumer) -> str:
        steps = Authenticator.objects.filter(user=consumer).order_by("created_at")
        return ", ".join(str(step.get_type_display()) for step in steps) or _("none")

    @admin.display(description=gettext_lazy("signed in on"))
    def used_devices(self, consumer: Consumer) -> str:
        lines = (
            (
                device.name,
                device.location or device.ip,
                date_format(localtime(device.last_used), "DATETIME_FORMAT"),
            )
            for device in devices.active(consumer)
        )
        return format_html_join("", "<div>{}, {}, {}</div>", lines) or _("no device")

    @admin.display(description=gettext_lazy("activity"))
    def log(self, consumer: Consumer) -> str:
        page = activity_log_url(consumer__id__exact=consumer.pk)
        return format_html('<a href="{}">{}</a>', page, _("Lines of this account"))

    # --- Permissions ---

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and _can_manage(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and _can_manage(request, obj)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> tuple[str, ...]:
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, *_RIGHTS)

    # --- Adding, changing, deleting ---

    def add_view(self, request: Any, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Adding a consumer means inviting them."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = InviteForm(request.POST or None)
        if form.is_valid() and invitations.invite(request, **form.cleaned_data):
            return redirect("admin:accounts_consumer_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "form": form,
            "title": _("Invite"),
        }
        return TemplateResponse(request, "admin/accounts/invite.html", context)

    def save_model(self, request: Any, obj: Consumer, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if {"first_name", "last_name"} & set(form.changed_data):
            activity.record_operator_action(activity.Event.NAME_CHANGED, obj, request)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        permissions.record_changes(form.initial, form.cleaned_data, request, consumer=form.instance)

    def record_change(self, request: Any, obj: Any, what: str) -> None:
        """Nothing here: `save_model`, `save_related` and `delete_model` write lines that say more."""

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return redirect(activity_log_url(consumer__id__exact=object_id))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        consumer = self.get_object(request, object_id)
        lost = deletion.loss_warnings(consumer) if consumer else []
        return super().delete_view(request, object_id, {"lost": lost})

    def delete_model(self, request: Any, obj: Consumer) -> None:
        deletion.close_as_operator(obj, request)


def _can_manage(request: Any, consumer: Consumer | None) -> bool:
    return consumer is None or permissions.can_manage(request.user, consumer)
