from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts import validators
from portal.accounts.forms.field_text import NEW_PASSWORD
from portal.accounts.validators import MAX_ADDRESS_LENGTH, normalise_address


class AddressField(forms.CharField):
    """An e-mail address as typed: a look-alike is refused here, before anything folds it to plain ASCII letters."""

    widget = forms.EmailInput(
        attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}
    )

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("E-mail address"))
        options.setdefault("error_messages", {"required": _("Type your e-mail address.")})
        super().__init__(max_length=MAX_ADDRESS_LENGTH, strip=False, **options)

    def clean(self, value: Any) -> Any:
        return normalise_address(super().clean(value))


class NameField(forms.CharField):
    def __init__(self, autocomplete: str, **options: Any) -> None:
        """`autocomplete` tells browsers what to offer: "given-name", "family-name" or "off"."""
        super().__init__(max_length=validators.MAX_NAME_LENGTH, **options)
        self.widget.attrs["autocomplete"] = autocomplete

    def clean(self, value: Any) -> Any:
        return validators.clean_name(super().clean(value))


class NewPasswordField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
        replace(NEW_PASSWORD, label=_("Password")).apply_to(self)
