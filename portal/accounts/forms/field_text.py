"""The texts of the fields of django-allauth's forms, and the attributes that help browsers and password managers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import MinimumLengthValidator, get_default_password_validators
from django.core.validators import MaxLengthValidator
from django.forms import Field
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

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
    words = gettext(
        "%(number)d characters or more. Several words that do not belong together are easy to keep in mind"
        " and hard to guess."
    )
    return words % {"number": max(lengths, default=1)}


_AS_TYPED = {"autocapitalize": "none", "spellcheck": "false"}
# The labels of the button that the script puts next to a password.
_SHOW_BUTTON = {"data-show": _("Show password"), "data-hide": _("Hide password")}
_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
_TYPE_ADDRESS = _("Type your e-mail address.")

NEW_PASSWORD = FieldText(
    _("New password"), _("Choose a password."), lazy(_password_help, str)(), _SHOW_BUTTON
)
USUAL = {
    "login": FieldText(_("E-mail address"), _TYPE_ADDRESS, attrs={"autocomplete": "username", **_AS_TYPED}),
    "email": FieldText(_("E-mail address"), _TYPE_ADDRESS, attrs={"autocomplete": "email", **_AS_TYPED}),
    "password": FieldText(_("Password"), _("Type your password."), attrs=_SHOW_BUTTON),
    "oldpassword": FieldText(_("Current password"), _("Type your current password."), attrs=_SHOW_BUTTON),
    "password1": NEW_PASSWORD,
    "code": FieldText(_("Code from the mail"), _("Type the code from the mail."), attrs=_CODE),
}
APP_CODE = FieldText(_("Code from your app"), _("Type the code that your app shows."), attrs=_CODE)
ANY_CODE = FieldText(
    _("Code from your app, or a recovery code"),
    _("Type the code that your app shows, or a recovery code."),
    attrs=_CODE,
)
NEW_ADDRESS = FieldText(
    _("New e-mail address"), _("Type your new e-mail address."), attrs=USUAL["email"].attrs
)
PASSKEY_NAME = FieldText(
    _("Name"), _("Give it a name."), _("So that you know it again in your list of passkeys."), max_length=60
)
PASSKEY_ALONE = FieldText(
    _("Sign in with this passkey alone, without the password"),
    help_text=_(
        "It then always asks for your finger, your face or a PIN. A simple security key may not be able to."
    ),
    initially_checked=True,
)
