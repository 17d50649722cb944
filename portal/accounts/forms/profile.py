"""Forms with which consumers change their own account."""

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.audit import activity
from portal.accounts.forms import allauth
from portal.accounts.forms.fields import AddressField, NameField


class NameForm(forms.Form):
    """A first name, a last name, or both."""

    first_name = NameField("given-name", label=_("First name"), is_one_of_two=True)
    last_name = NameField(
        "family-name",
        label=_("Last name"),
        help_text=_(
            "We show your name on your messages. If you have only one name, leave the other field empty."
        ),
        is_one_of_two=True,
    )

    def clean(self) -> dict[str, Any]:
        if {"first_name", "last_name"} <= self.cleaned_data.keys() and not self._has_name():
            self.add_error("first_name", ValidationError(_("Enter your name."), code="required"))
        return self.cleaned_data

    def _has_name(self) -> bool:
        return bool(self.cleaned_data["first_name"] or self.cleaned_data["last_name"])


class AddEmailForm(allauth.AddEmailForm):  # type: ignore[misc,valid-type]  # Made at run time.
    email = AddressField()

    def save(self, request: HttpRequest) -> EmailAddress:
        asked_for: EmailAddress = super().save(request)
        activity.record(activity.Event.ADDRESS_ASKED_FOR, self.user, request, detail=asked_for.email)
        return asked_for
