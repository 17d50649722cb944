from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts import validators
from portal.accounts.forms.field_text import NEW_PASSWORD
from portal.accounts.validators import MAX_ADDRESS_LENGTH, normalise_address
from portal.characters import one_line


class AddressField(forms.CharField):
    """An e-mail address as typed: a look-alike is refused here, before anything folds it to plain ASCII letters."""

    widget = forms.EmailInput(
        attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}
    )

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Email address"))
        options.setdefault("error_messages", {"required": _("Enter your email address.")})
        super().__init__(max_length=MAX_ADDRESS_LENGTH, strip=False, **options)

    def clean(self, value: Any) -> Any:
        return normalise_address(super().clean(value))


class NameField(forms.CharField):
    def __init__(self, autocomplete: str, *, is_one_of_two: bool = False, **options: Any) -> None:
        """`autocomplete` tells browsers what to offer: "given-name", "family-name" or "off".

        `is_one_of_two`: the form requires this name or the other; many people have one name only.
        """
        super().__init__(max_length=validators.MAX_NAME_LENGTH, required=False, **options)
        self.is_one_of_two = is_one_of_two
        self.widget.attrs["autocomplete"] = autocomplete

    def to_python(self, value: Any) -> Any:
        return super().to_python(value and one_line(str(value)))

    def clean(self, value: Any) -> Any:
        return validators.clean_name(super().clean(value))


class NewPasswordField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
        replace(NEW_PASSWORD, label=_("Password")).apply_to(self)
