"""Companies that hand customers over, and the public keys that verify their tokens; for superusers only.

An operator who enters a key of their own here can sign tokens that open any consumer's account.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.admin.base import SuperuserAdmin
from portal.accounts.models import Company, CompanyKey


class PemField(forms.CharField):
    def to_python(self, value: Any) -> str:
        """Undo the line endings that browsers send (CRLF): otherwise an untouched key would count as changed."""
        return "\n".join((super().to_python(value) or "").splitlines())


class CompanyKeyForm(forms.ModelForm):  # type: ignore[type-arg]  # Not generic at run time.
    class Meta:
        field_classes = {"public_key": PemField}
        widgets = {"public_key": forms.Textarea(attrs={"rows": 5, "cols": 66, "spellcheck": "false"})}

    def _post_clean(self) -> None:
        """Keep a private key that was pasted by mistake out of the page that shows the error."""
        super()._post_clean()  # type: ignore[misc]  # Django's hook in which the model is validated.
        if self.has_error("public_key", "private"):
            self.data = dict(self.data.items()) | {self.add_prefix("public_key"): ""}


class CompanyKeyInline(admin.StackedInline):  # type: ignore[type-arg]  # Not generic at run time.
    model = CompanyKey
    form = CompanyKeyForm
    extra = 0


@admin.register(Company)
class CompanyAdmin(SuperuserAdmin):
    list_display = ("name", "issuer", "usable_keys")
    inlines = (CompanyKeyInline,)

    @admin.display(description=_("active keys"))
    def usable_keys(self, company: Company) -> str:
        keys = ", ".join(company.keys.filter(is_active=True).values_list("key_id", flat=True))
        return ", ".join(filter(None, (keys, company.keys_url)))

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """Name each key that was added, changed or deleted: keys open accounts."""
        changes = [super().construct_change_message(request, form, formsets, add)]
        for keys in formsets:
            changes += [f"key {key} added" for key in keys.new_objects]
            changes += [f"key {key}: {', '.join(fields)}" for key, fields in keys.changed_objects]
            changes += [f"key {key} deleted" for key in keys.deleted_objects]
        return ", ".join(filter(None, changes))
