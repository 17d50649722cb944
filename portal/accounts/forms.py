"""The forms that make an account, and those of django-allauth that decide about addresses."""

from dataclasses import replace
from typing import Any

from allauth.account import forms as account
from allauth.account.models import EmailAddress
from django import forms
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts import validators, wording
from portal.accounts.audit import activity
from portal.accounts.models import Consumer
from portal.accounts.signup import bulk, self_service
from portal.accounts.validators import MAX_ADDRESS_LENGTH, normalise_address


class AddressField(forms.CharField):
    """An address as it was typed. What only looks like one is refused before anything folds it to plain letters."""

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
    def __init__(self, part: str, **options: Any) -> None:
        """`part` is what browsers call it: "given-name" or "family-name"."""
        super().__init__(max_length=validators.MAX_NAME_LENGTH, **options)
        self.widget.attrs["autocomplete"] = part

    def clean(self, value: Any) -> Any:
        return validators.clean_name(super().clean(value))


class NameForm(forms.Form):
    first_name = NameField(
        "given-name", label=_("First name"), error_messages={"required": _("Type your first name.")}
    )
    last_name = NameField(
        "family-name",
        label=_("Last name"),
        help_text=_("Your messages are signed with your name."),
        error_messages={"required": _("Type your last name.")},
    )


class NewPasswordField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
        replace(wording.NEW_PASSWORD, label=_("Password")).put_on(self)


class InvitationForm(NameForm):
    """What somebody who was invited to `address` adds to open their account."""

    password1 = NewPasswordField()

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address = address

    def clean(self) -> dict[str, Any]:
        _refuse_easy_password(self, self.address)
        return self.cleaned_data


class SignUpForm(NameForm, account.SignupForm):  # type: ignore[misc]  # allauth has no types.
    email = AddressField()
    password1 = NewPasswordField()
    field_order = ("first_name", "last_name", "email", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # django-allauth puts its own in their places.
        self.fields["email"].label = AddressField().label
        self.fields["password1"] = NewPasswordField()

    def validate_unique_email(self, value: str) -> str:
        """An account that nobody has proved to be theirs keeps nobody out."""
        self.account_already_exists = self_service.is_taken(value)
        return value

    def clean(self) -> dict[str, Any]:
        _refuse_easy_password(self, self.cleaned_data.get("email", ""))
        if not self.errors:
            # For taken addresses too: how long it takes must not tell which they are.
            self._hash = make_password(self.cleaned_data["password1"])
        return self.cleaned_data

    def try_save(self, request: HttpRequest) -> Any:
        """Every sign-up begins a session: whether its cookie is set must not tell which addresses are taken."""
        request.session.setdefault(self_service.KEY, None)
        return super().try_save(request)

    def save(self, request: HttpRequest) -> Consumer:
        typed = self.cleaned_data
        return self_service.begin(
            request, typed["email"], self._hash, typed["first_name"], typed["last_name"]
        )


class AddEmailForm(wording.AddEmailForm):  # type: ignore[misc,valid-type]  # Made at run time.
    email = AddressField()

    def save(self, request: HttpRequest) -> EmailAddress:
        asked_for: EmailAddress = super().save(request)
        activity.record(activity.Event.ADDRESS_ASKED_FOR, self.user, request, detail=asked_for.email)
        return asked_for


class ConfirmEmailVerificationCodeForm(
    wording.ConfirmEmailVerificationCodeForm  # type: ignore[misc,valid-type]  # Made at run time.
):
    def clean_code(self) -> str:
        """The right code proves the address: an account that somebody else began with it gives way."""
        account.BaseConfirmCodeForm.clean_code(self)
        if self.user:
            self_service.make_room(self.email, but=self.user)
        return str(super().clean_code())


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


class InviteForm(forms.Form):
    """An operator invites one consumer."""

    email = AddressField(error_messages={"required": _("Type their e-mail address.")})
    first_name = NameField("off", label=_("First name"), required=False)
    last_name = NameField("off", label=_("Last name"), required=False)


class InvitationFileForm(forms.Form):
    """Cleaned, `file` is what was found in it: a `bulk.Review`."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
        error_messages={"required": _("Choose a file.")},
    )

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most

    def clean_file(self) -> bulk.Review:
        try:
            return bulk.review(self.cleaned_data["file"].read(bulk.MOST_BYTES + 1), self.most)
        except bulk.Unreadable as error:
            raise ValidationError(str(error)) from None


class ConsumerForm(forms.ModelForm):  # type: ignore[type-arg]  # Not generic at run time.
    """What an operator may change of a consumer."""

    first_name = NameField("off", label=_("First name"), required=False)
    last_name = NameField("off", label=_("Last name"), required=False)
