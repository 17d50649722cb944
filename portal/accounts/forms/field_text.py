"""The texts of the fields of django-allauth's forms, and the attributes that help browsers and password managers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import MinimumLengthValidator, get_default_password_validators
from django.core.validators import MaxLengthValidator
from django.forms import Field
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class FieldText:
    """What a field shows and says, and the attributes of its input."""

    label: "StrOrPromise"
    required: "StrOrPromise" = ""  # The error if nothing was typed.
    help_text: "StrOrPromise" = ""
    attrs: Mapping[str, "StrOrPromise"] = field(default_factory=dict)
    initially_checked: bool = False
    max_length: int | None = None  # Characters; for fields that django-allauth leaves unlimited.

    def apply_to(self, field: Field) -> None:
        field.label, field.help_text = self.label, self.help_text
        field.initial = self.initially_checked or field.initial
        if self.required:
            field.error_messages["required"] = self.required
        if self.max_length:
            field.validators.append(MaxLengthValidator(self.max_length))
        field.widget.attrs.pop("placeholder", None)  # It disappears as soon as it would be needed.
        field.widget.attrs.update(self.attrs)


def _password_help() -> str:
    lengths = (
        v.min_length for v in get_default_password_validators() if isinstance(v, MinimumLengthValidator)
    )
    number = max(lengths, default=1)
    words = ngettext(
        "Use %(number)d character or more. Several unrelated words are easy to remember and hard to guess.",
        "Use %(number)d characters or more. Several unrelated words are easy to remember and hard to guess.",
        number,
    )
    return words % {"number": number}


_AS_TYPED = {"autocapitalize": "none", "spellcheck": "false"}
# The labels of the button that the script puts next to a password.
_SHOW_BUTTON = {"data-show": _("Show password"), "data-hide": _("Hide password")}
_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
_TYPE_ADDRESS = _("Enter your email address.")

NEW_PASSWORD = FieldText(
    _("New password"), _("Choose a password."), lazy(_password_help, str)(), _SHOW_BUTTON
)
USUAL = {
    "login": FieldText(_("Email address"), _TYPE_ADDRESS, attrs={"autocomplete": "username", **_AS_TYPED}),
    "email": FieldText(_("Email address"), _TYPE_ADDRESS, attrs={"autocomplete": "email", **_AS_TYPED}),
    "password": FieldText(_("Password"), _("Enter your password."), attrs=_SHOW_BUTTON),
    "oldpassword": FieldText(_("Current password"), _("Enter your current password."), attrs=_SHOW_BUTTON),
    "password1": NEW_PASSWORD,
    "code": FieldText(_("Code from the email"), _("Enter the code from the email."), attrs=_CODE),
}
APP_CODE = FieldText(_("Code from your app"), _("Enter the code from your app."), attrs=_CODE)
ANY_CODE = FieldText(
    _("Code from your app or a recovery code"),
    _("Enter the code from your app or a recovery code."),
    attrs=_CODE,
)
NEW_ADDRESS = FieldText(
    _("New email address"), _("Enter your new email address."), attrs=USUAL["email"].attrs
)
PASSKEY_NAME = FieldText(
    _("Name"), _("Enter a name."), _("This helps you tell your passkeys apart."), max_length=60
)
PASSKEY_ALONE = FieldText(
    _("Sign in with this passkey alone, without a password"),
    help_text=_(
        "It will always ask for your fingerprint, your face or a PIN. Some simple security keys can’t do this."
    ),
    initially_checked=True,
)
