from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from inbox.models import OutgoingMessage, Securebox
from inbox.outgoing.queries import number_not_let_in
from portal.accounts.admin.base import GuardedAdmin


@admin.register(Securebox)
class SecureboxAdmin(GuardedAdmin):
    list_display = ("title", "slug", "name", "position", "accepts_messages", "open_to_all")
    list_editable = ("position",)
    search_fields = ("title", "slug", "name")
    autocomplete_fields = ("consumers",)
    prepopulated_fields = {"slug": ("title",)}
    fieldsets = (
        (None, {"fields": ("title", "slug", "name", "aliases", "description", "position")}),
        (_("Writing"), {"fields": ("accepts_messages", "preset_subjects", "reply_time", "disclaimer")}),
        (_("Who may use it"), {"fields": ("open_to_all", "consumers")}),
        (_("What people may do"), {"fields": ("allows_delete", "allows_purge", "allows_withdraw")}),
        (_("Details"), {"fields": ("shown_details", "attachment_hint", "operation_key")}),
    )


@admin.register(OutgoingMessage)
class OutgoingMessageAdmin(GuardedAdmin):
    """The states of outgoing messages, for operators: without content and drafts, and read-only."""

    allowed_lookups = frozenset({"state__exact", "securebox__id__exact"})
    list_display = ("nonce", "securebox", "state", "reason", "attempts", "queued_at", "due_at", "settled_at")
    list_filter = ("state", "securebox")
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
