"""Groups of operators, for superusers only: a group gives its rights to all of its members."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import admin as auth
from django.contrib.auth.models import Group

from portal.accounts import permissions
from portal.accounts.admin.base import SuperuserAdmin

admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(SuperuserAdmin, auth.GroupAdmin):
    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        permissions.record_changes(form.initial, form.cleaned_data, request, group=form.instance.name)
