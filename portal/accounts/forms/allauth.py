"""django-allauth's forms with the portal's texts: what ACCOUNT_FORMS and MFA_FORMS name.

They do what django-allauth's do, with these additions: codes and old passwords are counted by
`portal.accounts.login`, which may also ask for a code in place of a password; new passwords are typed once; and
malformed passkey data is refused like a wrong passkey instead of raising an exception.
"""

import struct
from collections.abc import Mapping
from typing import Any, ClassVar, cast
from urllib.parse import urlencode

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import InvalidSignature
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from portal.accounts.allauth_compat import LoginCodeVerificationProcess
from portal.accounts.forms.field_text import (
    ANY_CODE,
    APP_CODE,
    NEW_ADDRESS,
    PASSKEY_ALONE,
    PASSKEY_NAME,
    USUAL,
    FieldText,
)
from portal.accounts.login import mailed_codes, once, rate_limits
from portal.accounts.models import Consumer

# Exceptions that django-allauth and fido2 let through for a passkey with a wrong signature, or for other data.
_MALFORMED_PASSKEY = (
    AttributeError,
    InvalidSignature,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)


class _FieldTextMixin(Form):
    field_texts: ClassVar[Mapping[str, FieldText]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A new password is typed once: "Show password" reveals a typo, and a mailed code can replace the password.
        self.fields.pop("password2", None)
        for name, text in self.field_texts.items():
            if name in self.fields:
                text.apply_to(self.fields[name])


class _RateLimitedCodeRequestMixin(_FieldTextMixin):
    """A form that mails a code to the address typed into it."""

    def clean_email(self) -> str:
        address = str(super().clean_email())  # type: ignore[misc]  # Of django-allauth's form, the next base class.
        if not rate_limits.may_request_code(context.request, address):
            raise get_adapter().validation_error("too_many_tries")
        mailed_codes.count_request(context.request, address)
        return address


class _RateLimitedCodeMixin(_FieldTextMixin):
    """A form in which a mailed code is typed."""

    def clean_code(self) -> str:
        expected = str(self.expected_code or "")  # type: ignore[attr-defined]  # As above.
        is_long = mailed_codes.is_long(expected)
        if not is_long and not rate_limits.may_try_code(context.request, expected):
            raise get_adapter().validation_error("incorrect_code")
        account.BaseConfirmCodeForm.clean_code(self)
        if is_long and not mailed_codes.use_up(expected):
            raise get_adapter().validation_error("incorrect_code")
        if not once.use_mailed_code(context.request, expected, in_any_browser=is_long):
            raise ImmediateHttpResponse(_used_before())
        self.on_right_code()
        return str(super().clean_code())  # type: ignore[misc]  # As above.

    def on_right_code(self) -> None:
        """Called for the right code, before django-allauth makes sure that it can take effect."""


class _CodeInsteadOfPasswordMixin(_FieldTextMixin):
    """The sign-in form: where many wrong passwords were typed for the account, it mails a code instead of looking at
    the password. Whether it is right must not show, or strangers could go on guessing.
    """

    _code_request: Form | None = None

    def clean(self) -> dict[str, Any] | None:
        address = str(self.cleaned_data.get("login", "")).lower()
        if self.errors or not rate_limits.asks_for_code(context.request, address):
            return super().clean()
        self._code_request = RequestLoginCodeForm({"email": address})
        for error in self._code_request.errors.get("email", []):
            self.add_error(None, error)
        return self.cleaned_data

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        if self._code_request is None:
            response: HttpResponse = super().login(request, redirect_url)  # type: ignore[misc]  # As above.
            return response
        LoginCodeVerificationProcess.initiate(
            request=request,
            user=self._code_request._user,  # type: ignore[attr-defined]  # As django-allauth's view does.
            email=self._code_request.cleaned_data["email"],
        )
        messages.warning(
            request,
            gettext(
                "There were too many wrong passwords for this account, so a password isn’t enough for now."
                " Enter the code from our email instead."
            ),
        )
        query = f"?{urlencode({REDIRECT_FIELD_NAME: redirect_url})}" if redirect_url else ""
        return redirect(reverse("account_confirm_login_code") + query)


class _RateLimitedPasswordMixin(_FieldTextMixin):
    """Changing a password asks for the old one; a wrong one counts like a failed sign-in."""

    def clean_oldpassword(self) -> str:
        typed: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, typed):  # type: ignore[attr-defined]  # As above.
            raise get_adapter().validation_error("enter_current_password")
        return typed


class _AppCodeMixin(_FieldTextMixin):
    """A form that takes a code of an app, or a recovery code."""

    user: Consumer
    authenticator: Authenticator

    def clean_code(self) -> str:
        code = str(super().clean_code())  # type: ignore[misc]  # As above.
        is_of_app = self.authenticator.type == Authenticator.Type.TOTP
        if is_of_app and not once.use_app_code(self.user, code):
            raise get_mfa_adapter().validation_error("incorrect_code")
        return code


class _PasskeyMixin(_FieldTextMixin):
    def full_clean(self) -> None:
        challenge = once.passkey_challenge(context.request)  # django-allauth removes it from the session.
        try:
            super().full_clean()
        except _MALFORMED_PASSKEY:
            self.add_error("credential", ValidationError("", code="invalid"))
        if self.is_bound and not self.errors and not once.use_passkey(challenge):
            self.add_error("credential", ValidationError("", code="invalid"))
        # Not shown in the form again: it is of no more use, and Django fails on JSON that is nested too deeply.
        self.data = {name: value for name, value in self.data.items() if name != "credential"}

    def add_error(self, field: str | None, error: Any) -> None:
        """Replace errors about a code: with a passkey, there is no code."""
        if getattr(error, "code", "") in ("incorrect_code", "invalid", "required"):
            error = ValidationError(
                gettext("This passkey wasn’t accepted. Try again, or choose another way.")
            )
        super().add_error(field, error)


class _PasskeySignInMixin(_PasskeyMixin):
    def clean_credential(self) -> Any:
        if not rate_limits.may_try_passkey(context.request):
            raise get_adapter().validation_error("too_many_tries")
        return super().clean_credential()  # type: ignore[misc]  # As above.


def _used_before() -> HttpResponse:
    """For the right code. django-allauth would count a wrong try instead, in a session that is over."""
    messages.warning(
        context.request, gettext("This code has already been used. If you need another one, ask for it here.")
    )
    return redirect("account_login")


def _customise(form: Any, mixin: type[_FieldTextMixin] = _FieldTextMixin, **texts: FieldText) -> type[Form]:
    """A subclass of django-allauth's form with the mixin's behaviour, and with these texts over the usual ones."""
    return cast("type[Form]", type(form.__name__, (mixin, form), {"field_texts": USUAL | texts}))


LoginForm = _customise(account.LoginForm, _CodeInsteadOfPasswordMixin)
RequestLoginCodeForm = _customise(account.RequestLoginCodeForm, _RateLimitedCodeRequestMixin)
ConfirmLoginCodeForm = _customise(account.ConfirmLoginCodeForm, _RateLimitedCodeMixin)
ConfirmEmailVerificationCodeForm = _customise(account.ConfirmEmailVerificationCodeForm, _RateLimitedCodeMixin)
ConfirmPasswordResetCodeForm = _customise(account.ConfirmPasswordResetCodeForm, _RateLimitedCodeMixin)
ResetPasswordForm = _customise(account.ResetPasswordForm, _RateLimitedCodeRequestMixin)
ResetPasswordKeyForm = _customise(account.ResetPasswordKeyForm)
ChangePasswordForm = _customise(account.ChangePasswordForm, _RateLimitedPasswordMixin)
SetPasswordForm = _customise(account.SetPasswordForm)
AddEmailForm = _customise(account.AddEmailForm, email=NEW_ADDRESS)
ReauthenticateForm = _customise(account.ReauthenticateForm)

AuthenticateForm = _customise(mfa.AuthenticateForm, _AppCodeMixin, code=ANY_CODE)
ReauthenticateCodeForm = _customise(mfa.ReauthenticateForm, _AppCodeMixin, code=ANY_CODE)
ActivateTOTPForm = _customise(totp.ActivateTOTPForm, code=APP_CODE)
AddWebAuthnForm = _customise(
    webauthn.AddWebAuthnForm, _PasskeyMixin, name=PASSKEY_NAME, passwordless=PASSKEY_ALONE
)
EditWebAuthnForm = _customise(webauthn.EditWebAuthnForm, name=PASSKEY_NAME)
AuthenticateWebAuthnForm = _customise(webauthn.AuthenticateWebAuthnForm, _PasskeyMixin)
LoginWebAuthnForm = _customise(webauthn.LoginWebAuthnForm, _PasskeySignInMixin)
ReauthenticateWebAuthnForm = _customise(webauthn.ReauthenticateWebAuthnForm, _PasskeyMixin)
