"""django-allauth's forms in the portal's words, and with what browsers are told of their fields.

What they do stays theirs, with three additions: codes and old passwords count towards
`portal.accounts.login.rate_limits`, new passwords are typed once, and malformed passkey data is refused like a wrong
passkey.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, cast

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base import forms as second_step
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import InvalidSignature
from django.contrib.auth.password_validation import MinimumLengthValidator, get_default_password_validators
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.forms import Field, Form
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.login import rate_limits

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ACCOUNT_ERRORS = {
    "account_inactive": _("This account is switched off. Please ask the company."),
    "duplicate_email": _("This is your address already."),
    "email_password_mismatch": _("The e-mail address or the password is not correct."),
    "email_taken": _("This address cannot be used here."),
    "enter_current_password": _("This is not your current password."),
    "incorrect_code": _("This code is not correct. Only the one in the latest mail works."),
    "incorrect_password": _("This password is not correct."),
    "rate_limited": _("That was quick. Please wait a moment, then try again."),
    "same_as_current": _("This is your address already."),
    # django-allauth says it of a mailed code that was mistyped too often; what else it says it of, see the adapter.
    "too_many_login_attempts": _("That was one wrong code too many: this code is used up. Ask for another."),
    "too_many_tries": _("Too many attempts. Please wait a few minutes, then try again."),
    "too_many_codes": _(
        "No more codes are sent to this address for now. Try again in an hour, or sign in another way."
    ),
    "too_many_passwords": _(
        "Too many wrong passwords. Wait a few minutes and try again, or sign in with a code by e-mail."
    ),
}
SECOND_STEP_ERRORS = {
    "cannot_delete_authenticator": _(
        "You need a second step here. Add another one before you remove this one."
    ),
    "cannot_generate_recovery_codes": _("Recovery codes stand in for a second step: set one up first."),
    "incorrect_code": _("This code is not correct. Your app shows a new one every 30 seconds."),
    "unverified_email": _("Please confirm your e-mail address first."),
}


@dataclass(frozen=True)
class Words:
    """What a field is called and tells, and attributes that help browsers, keyboards and password managers."""

    label: "StrOrPromise"
    missing: "StrOrPromise" = ""
    help: "StrOrPromise" = ""
    hints: Mapping[str, "StrOrPromise"] = field(default_factory=dict)
    ticked: bool = False
    longest: int | None = None  # Characters, where django-allauth takes any number.

    def put_on(self, field: Field) -> None:
        field.label, field.help_text = self.label, self.help
        field.initial = self.ticked or field.initial
        if self.missing:
            field.error_messages["required"] = self.missing
        if self.longest:
            field.validators.append(MaxLengthValidator(self.longest))
        field.widget.attrs.pop("placeholder", None)  # It goes away just when it is needed.
        field.widget.attrs.update(self.hints)


def _shortest_password() -> str:
    lengths = (
        v.min_length for v in get_default_password_validators() if isinstance(v, MinimumLengthValidator)
    )
    words = gettext(
        "%(number)d characters or more. Several words that do not belong together are easy to keep in mind"
        " and hard to guess."
    )
    return words % {"number": max(lengths, default=1)}


_AS_TYPED = {"autocapitalize": "none", "spellcheck": "false"}
# The script offers to show what was typed, in these words.
_HIDDEN = {"data-show": _("Show password"), "data-hide": _("Hide password")}
_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}
_TYPE_ADDRESS = _("Type your e-mail address.")

NEW_PASSWORD = Words(_("New password"), _("Choose a password."), lazy(_shortest_password, str)(), _HIDDEN)
_USUAL = {
    "login": Words(_("E-mail address"), _TYPE_ADDRESS, hints={"autocomplete": "username", **_AS_TYPED}),
    "email": Words(_("E-mail address"), _TYPE_ADDRESS, hints={"autocomplete": "email", **_AS_TYPED}),
    "password": Words(_("Password"), _("Type your password."), hints=_HIDDEN),
    "oldpassword": Words(_("Current password"), _("Type your current password."), hints=_HIDDEN),
    "password1": NEW_PASSWORD,
    "code": Words(_("Code from the mail"), _("Type the code from the mail."), hints=_CODE),
}
_APP_CODE = Words(_("Code from your app"), _("Type the code that your app shows."), hints=_CODE)
_ANY_CODE = Words(
    _("Code from your app, or a recovery code"),
    _("Type the code that your app shows, or a recovery code."),
    hints=_CODE,
)
_NEW_ADDRESS = Words(_("New e-mail address"), _("Type your new e-mail address."), hints=_USUAL["email"].hints)
_NAME = Words(
    _("Name"), _("Give it a name."), _("So that you know it again in your list of passkeys."), longest=60
)
_ALONE = Words(
    _("Sign in with this passkey alone, without the password"),
    help=_(
        "It then always asks for your finger, your face or a PIN. A simple security key may not be able to."
    ),
    ticked=True,
)


# What django-allauth and fido2 let through where a passkey is not signed right, or is no passkey at all.
_ODD_PASSKEY = (
    AttributeError,
    InvalidSignature,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)


class _Worded(Form):
    words: ClassVar[Mapping[str, Words]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Who mistypes a new password sees it by "Show password", or sets another with a code.
        self.fields.pop("password2", None)
        for name, words in self.words.items():
            if name in self.fields:
                words.put_on(self.fields[name])


class _AsksForCode(_Worded):
    """A form that has a code mailed to the address in it."""

    def clean_email(self) -> str:
        address = str(super().clean_email())  # type: ignore[misc]  # The form's that stands behind this one.
        if not rate_limits.may_mail_code(context.request, address):
            raise get_adapter().validation_error("too_many_codes")
        return address


class _TakesCode(_Worded):
    """A form that takes a mailed code."""

    def clean_code(self) -> str:
        if not rate_limits.may_try_code(context.request, self.expected_code):  # type: ignore[attr-defined]  # As above.
            raise get_adapter().validation_error("incorrect_code")
        return str(super().clean_code())  # type: ignore[misc]  # As above.


class _TakesPassword(_Worded):
    """Changing a password takes the old one, which counts as signing in does."""

    def clean_oldpassword(self) -> str:
        typed: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, typed):  # type: ignore[attr-defined]  # As above.
            raise get_adapter().validation_error("enter_current_password")
        return typed


class _OfPasskey(_Worded):
    def full_clean(self) -> None:
        try:
            super().full_clean()
        except _ODD_PASSKEY:
            self.add_error("credential", ValidationError("", code="invalid"))

    def add_error(self, field: str | None, error: Any) -> None:
        """Passkeys are no codes: that one is incorrect would be no help."""
        if getattr(error, "code", "") in ("incorrect_code", "invalid", "required"):
            error = ValidationError(
                gettext("This passkey was not accepted. Try again, or choose another way.")
            )
        super().add_error(field, error)


def worded(form: Any, base: type[_Worded] = _Worded, **words: Words) -> type[Form]:
    """That form of django-allauth, in these words and in the usual ones."""
    return cast("type[Form]", type(form.__name__, (base, form), {"words": _USUAL | words}))


LoginForm = worded(account.LoginForm)
RequestLoginCodeForm = worded(account.RequestLoginCodeForm, _AsksForCode)
ConfirmLoginCodeForm = worded(account.ConfirmLoginCodeForm, _TakesCode)
ConfirmEmailVerificationCodeForm = worded(account.ConfirmEmailVerificationCodeForm, _TakesCode)
ConfirmPasswordResetCodeForm = worded(account.ConfirmPasswordResetCodeForm, _TakesCode)
ResetPasswordForm = worded(account.ResetPasswordForm, _AsksForCode)
ResetPasswordKeyForm = worded(account.ResetPasswordKeyForm)
ChangePasswordForm = worded(account.ChangePasswordForm, _TakesPassword)
SetPasswordForm = worded(account.SetPasswordForm)
AddEmailForm = worded(account.AddEmailForm, email=_NEW_ADDRESS)
ReauthenticateForm = worded(account.ReauthenticateForm)

AuthenticateForm = worded(second_step.AuthenticateForm, code=_ANY_CODE)
ReauthenticateCodeForm = worded(second_step.ReauthenticateForm, code=_ANY_CODE)
ActivateTOTPForm = worded(totp.ActivateTOTPForm, code=_APP_CODE)
AddWebAuthnForm = worded(webauthn.AddWebAuthnForm, _OfPasskey, name=_NAME, passwordless=_ALONE)
EditWebAuthnForm = worded(webauthn.EditWebAuthnForm, name=_NAME)
AuthenticateWebAuthnForm = worded(webauthn.AuthenticateWebAuthnForm, _OfPasskey)
LoginWebAuthnForm = worded(webauthn.LoginWebAuthnForm, _OfPasskey)
ReauthenticateWebAuthnForm = worded(webauthn.ReauthenticateWebAuthnForm, _OfPasskey)
