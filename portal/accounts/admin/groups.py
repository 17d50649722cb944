"""Groups of operators: who belongs to one has its rights, so superusers alone have to do with them."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import admin as auth
from django.contrib.auth.models import Group

from portal.accounts import permissions
from portal.accounts.admin.base import SuperusersAdmin

admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(SuperusersAdmin, auth.GroupAdmin):
    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        permissions.record(form.initial, form.cleaned_data, request, group=form.instance.name)
