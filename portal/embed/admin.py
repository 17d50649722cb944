from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from portal.embed.doctor_admin import DoctorAdmin
from portal.embed.models import Website


@admin.register(Website)
class WebsiteAdmin(DoctorAdmin):
    lookups = frozenset({"sign_in__exact"})
    list_display = ("name", "origin", "sign_in", "company")
    list_filter = ("sign_in",)
    search_fields = ("name", "origin")
    filter_horizontal = ("secureboxes",)
    list_select_related = ("company",)
    fieldsets = (
        (None, {"fields": ("name", "origin")}),
        (_("What is shown there"), {"fields": ("secureboxes",)}),
        (_("Signing in"), {"fields": ("sign_in", "company")}),
    )
