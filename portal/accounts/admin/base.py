"""What the portal's admin pages have in common: no list gives a secret away, and the activity log is their history."""

from collections.abc import Iterable
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from portal.accounts.audit import activity


def log_of(**lookups: object) -> str:
    """The address of the activity log in the admin, filtered."""
    return f"{reverse('admin:accounts_activity_changelist')}?{urlencode(lookups)}"


class GuardedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Not generic at run time.
    """Django's own history is not kept: it would hold addresses for good, and go with the operator who made it."""

    # All that its list is filtered by. By any other field, a password's hash among them, it could be read out
    # letter by letter.
    lookups: ClassVar[frozenset[str]] = frozenset()

    def lookup_allowed(self, lookup: str, value: object, request: HttpRequest) -> bool:
        return lookup in self.lookups

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: object, add: bool = False
    ) -> Any:
        """The words for `note`."""
        return "added" if add else ", ".join(form.changed_data)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self.note(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        if message:
            self.note(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> Any:
        for obj in queryset:
            self.note(request, obj, "deleted")

    def note(self, request: Any, obj: Model, what: str) -> None:
        """Write a line on it: see `activity.record_setting`."""
        activity.record_setting(obj, what, request)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return redirect(log_of(event__exact=activity.Event.SETTINGS_CHANGED))


class SuperusersAdmin(GuardedAdmin):
    """For what could give somebody any right, or open any account."""

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
