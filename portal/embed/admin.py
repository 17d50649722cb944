from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.admin.base import SuperusersAdmin
from portal.embed.doctor_admin import DoctorAdmin
from portal.embed.models import Website


@admin.register(Website)
class WebsiteAdmin(DoctorAdmin, SuperusersAdmin):
    """Whoever lists a website, and says who vouches there, lets it show every customer's mail: superusers alone do."""

    lookups = frozenset({"sign_in__exact"})
    list_display = ("name", "origin", "sign_in", "company")
    list_filter = ("sign_in",)
    search_fields = ("name", "origin")
    filter_horizontal = ("secureboxes",)
    list_select_related = ("company",)
    fieldsets = (
        (None, {"fields": ("name", "origin")}),
        (_("What is shown there"), {"fields": ("shows_all", "secureboxes")}),
        (_("Signing in"), {"fields": ("sign_in", "company")}),
    )

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Who has this right may look at the list, and check a website from there."""
        return request.user.has_perm("embed.view_website")

    def note(self, request: Any, obj: Any, what: str) -> None:
        """The origin comes last: it may be long, and the log keeps the beginning of a line."""
        vouching = f"hand-off by {obj.company}" if obj.company else ""
        super().note(request, obj, ", ".join(filter(None, (what, vouching, obj.origin))))
