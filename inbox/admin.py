from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from inbox.models import Securebox


@admin.register(Securebox)
class SecureboxAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Not generic at run time.
    list_display = ("title", "slug", "name", "position", "accepts_messages", "open_to_all")
    list_editable = ("position",)
    search_fields = ("title", "slug", "name")
    autocomplete_fields = ("consumers",)
    prepopulated_fields = {"slug": ("title",)}
    fieldsets = (
        (None, {"fields": ("title", "slug", "name", "description", "position")}),
        (_("Writing"), {"fields": ("accepts_messages", "preset_subjects", "reply_time", "disclaimer")}),
        (_("Who may use it"), {"fields": ("open_to_all", "consumers")}),
        (_("What people may do"), {"fields": ("allows_delete", "allows_purge", "allows_withdraw")}),
        (_("Details"), {"fields": ("shown_details",)}),
    )
