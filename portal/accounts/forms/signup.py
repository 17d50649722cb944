"""Forms that open an account."""

from typing import Any

from allauth.account import forms as base
from django import forms
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from portal.accounts.forms import allauth
from portal.accounts.forms.fields import AddressField, NewPasswordField
from portal.accounts.forms.profile import NameForm
from portal.accounts.login import mailed_codes
from portal.accounts.models import Consumer
from portal.accounts.signup import self_service


class InvitationForm(NameForm):
    """What a user who was invited under `address` adds to open their account."""

    password1 = NewPasswordField()

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address = address

    def clean(self) -> dict[str, Any]:
        super().clean()
        _refuse_easy_password(self, self.address)
        return self.cleaned_data


class SignUpForm(NameForm, base.SignupForm):  # type: ignore[misc]  # allauth has no types.
    email = AddressField()
    password1 = NewPasswordField()
    field_order = ("first_name", "last_name", "email", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # django-allauth replaces the declared fields with its own.
        self.fields["email"].label = AddressField().label
        self.fields["password1"] = NewPasswordField()

    def validate_unique_email(self, value: str) -> str:
        """An unverified account does not block a new sign-up."""
        self.account_already_exists = self_service.is_taken(value)
        return value

    def clean(self) -> dict[str, Any]:
        NameForm.clean(self)
        _refuse_easy_password(self, self.cleaned_data.get("email", ""))
        if not self.errors:
            # Hash for taken addresses too: the time it takes must not tell which addresses are taken.
            self._password_hash = make_password(self.cleaned_data["password1"])
        return self.cleaned_data

    def try_save(self, request: HttpRequest) -> Any:
        """Start a session for every sign-up: a missing cookie would tell which addresses are taken."""
        request.session.setdefault(self_service.SESSION_KEY, None)
        mailed_codes.count_request(request, self.cleaned_data["email"])
        return super().try_save(request)

    def save(self, request: HttpRequest) -> Consumer:
        typed = self.cleaned_data
        return self_service.start(
            request, typed["email"], self._password_hash, typed["first_name"], typed["last_name"]
        )


class ConfirmEmailVerificationCodeForm(
    allauth.ConfirmEmailVerificationCodeForm  # type: ignore[misc,valid-type]  # Made at run time.
):
    def on_right_code(self) -> None:
        """It proves the address: delete an unverified account that another user started with it."""
        if self.user:
            self_service.release_unverified(self.email, owner=self.user)


def _refuse_easy_password(form: forms.Form, address: str) -> None:
    typed = form.cleaned_data
    if "password1" not in typed:
        return
    consumer = Consumer(
        email=address, first_name=typed.get("first_name", ""), last_name=typed.get("last_name", "")
    )
    try:
        validate_password(typed["password1"], consumer)
    except ValidationError as error:
        form.add_error("password1", error)
