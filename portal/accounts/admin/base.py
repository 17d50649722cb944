"""The base classes of the portal's admin pages: no list reveals a secret, and the activity log is their history."""

from collections.abc import Iterable
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portal.accounts.admin.long_lists import LongListPaginator
from portal.accounts.audit import activity
from portal.accounts.rate_limits import refusal


def activity_log_url(**lookups: object) -> str:
    """The admin's page of the activity log, filtered."""
    return f"{reverse('admin:accounts_activity_changelist')}?{urlencode(lookups)}"


class GuardedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Not generic at run time.
    """Writes changes to the activity log instead of Django's admin history.

    The history would keep addresses without a time limit, and lose its entries with the account of the operator.
    """

    # The only lookups by which a list may be filtered. Django allows any field of the model: an operator could then
    # find out a secret, such as a password's hash, letter by letter with `startswith`.
    allowed_lookups: ClassVar[frozenset[str]] = frozenset()
    # A list may be of millions: see `tests/portal/database/test_query_plans.py`.
    paginator = LongListPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Searches are limited: they cost more than other pages."""
        refused = refusal(request, "admin_search") if request.GET.get(SEARCH_VAR) else None
        return refused or super().changelist_view(request, extra_context)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """In lower case, as addresses are stored: an index then finds how one begins. Other fields ignore the case."""
        return super().get_search_results(request, queryset, search_term.lower())

    def lookup_allowed(self, lookup: str, value: object, request: HttpRequest) -> bool:
        return lookup in self.allowed_lookups

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: object, add: bool = False
    ) -> Any:
        """What `record_change` is given."""
        return "added" if add else ", ".join(form.changed_data)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self.record_change(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        if message:
            self.record_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> Any:
        for obj in queryset:
            self.record_change(request, obj, "deleted")

    def record_change(self, request: Any, obj: Model, what: str) -> None:
        """Write a line to the activity log. `what` is as in `activity.record_settings_change`."""
        activity.record_settings_change(obj, what, request)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return redirect(activity_log_url(event__exact=activity.Event.SETTINGS_CHANGED))


class SuperuserAdmin(GuardedAdmin):
    """For objects that could grant any right or open any account: superusers only."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return _is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return _is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return _is_superuser(request)


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))
