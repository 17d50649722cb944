"""The activity log for operators: read and export only."""

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from portal.accounts.admin.base import GuardedAdmin
from portal.accounts.admin.long_lists import MonthFilter
from portal.accounts.audit import activity, descriptions, exports
from portal.accounts.models import Activity, ConsumerRequest
from portal.accounts.rate_limits import refusal


@admin.register(Activity)
class ActivityAdmin(GuardedAdmin):
    allowed_lookups = frozenset({"event__exact", "consumer__id__exact", "when", "at__gte", "at__lt"})
    list_display = ("time", "what", "address", "by", "box", "device", "network")
    list_filter = (MonthFilter, "event")
    search_fields = ("address__startswith", "by__startswith", "^box", "^detail")
    search_help_text = _(
        "How the address of an account or an operator, a department or a detail begins; or the whole id of a request."
    )
    fields = (*list_display, "event_code", "number", "detail", "request_id")
    sortable_by = ()  # Only the default order, newest first, has an index.
    list_per_page = 50

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Activity], search_term: str
    ) -> tuple[QuerySet[Activity], bool]:
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if not search_term:
            return found, may_repeat
        # As it was typed: a proxy's ids may tell upper case from lower.
        return found | queryset.filter(request_id=search_term.strip()), may_repeat

    @admin.display(description=_("time"))
    def time(self, line: Activity) -> str:
        return f"{timezone.localtime(line.at):%Y-%m-%d %H:%M:%S}"

    @admin.display(description=_("what"))
    def what(self, line: Activity) -> str:
        return descriptions.describe(line)

    @admin.display(description=_("event"))
    def event_code(self, line: Activity) -> str:
        """The value that exports and filters use."""
        return line.event

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        export = self.admin_site.admin_view(require_GET(self.export))
        return [path("export/<slug:form>/", export, name="accounts_activity_export"), *super().get_urls()]

    def export(self, request: ConsumerRequest, form: str) -> HttpResponseBase:
        """All pages of the list, with its filters."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if refused := refusal(request, "export"):
            return refused
        try:
            lines: QuerySet[Activity] = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return redirect("admin:accounts_activity_changelist")
        download = exports.download(exports.audit_records(lines), form)
        # Before anything is sent: if this line cannot be written, there is no export.
        activity.record_operator_action(activity.Event.LOG_EXPORTED, None, request, detail=form)
        return download
