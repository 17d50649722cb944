"""Groups of operators: who belongs to one has its rights, so superusers alone have to do with them."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import admin as auth
from django.contrib.auth.models import Group
from django.http import HttpRequest

from portal.accounts import rights
from portal.accounts.guarded_admin import GuardedAdmin

admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(GuardedAdmin, auth.GroupAdmin):
    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        rights.record(form.initial, form.cleaned_data, request, group=form.instance.name)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self.has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return bool(getattr(request.user, "is_superuser", False))
