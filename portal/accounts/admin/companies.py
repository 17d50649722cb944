"""Companies that hand customers over, and the keys that their word is checked with.

Whoever enters a key here can make tokens that open any consumer's account: superusers alone have to do with them.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.admin.base import SuperusersAdmin
from portal.accounts.models import Company, CompanyKey


class PemField(forms.CharField):
    def to_python(self, value: Any) -> str:
        """Browsers send other ends of lines than they were given: a key that nobody touched has not changed."""
        return "\n".join((super().to_python(value) or "").splitlines())


class CompanyKeyForm(forms.ModelForm):  # type: ignore[type-arg]  # Not generic at run time.
    class Meta:
        field_classes = {"public_key": PemField}
        widgets = {"public_key": forms.Textarea(attrs={"rows": 5, "cols": 66, "spellcheck": "false"})}

    def _post_clean(self) -> None:
        """A private key that was pasted by mistake is not sent back with the page that says so."""
        super()._post_clean()  # type: ignore[misc]  # Django's own hook for what a model finds.
        if self.has_error("public_key", "private"):
            self.data = dict(self.data.items()) | {self.add_prefix("public_key"): ""}


class CompanyKeyInline(admin.StackedInline):  # type: ignore[type-arg]  # Not generic at run time.
    model = CompanyKey
    form = CompanyKeyForm
    extra = 0


@admin.register(Company)
class CompanyAdmin(SuperusersAdmin):
    list_display = ("name", "issuer", "usable_keys")
    inlines = (CompanyKeyInline,)

    @admin.display(description=_("active keys"))
    def usable_keys(self, company: Company) -> str:
        keys = ", ".join(company.keys.filter(is_active=True).values_list("key_id", flat=True))
        return ", ".join(filter(None, (keys, company.keys_url)))

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """The keys are what counts here: each that came, changed or went is named."""
        words = [super().construct_change_message(request, form, formsets, add)]
        for keys in formsets:
            words += [f"key {key} added" for key in keys.new_objects]
            words += [f"key {key}: {', '.join(fields)}" for key, fields in keys.changed_objects]
            words += [f"key {key} deleted" for key in keys.deleted_objects]
        return ", ".join(filter(None, words))
