"""Forms with which consumers change their own account."""

from allauth.account.models import EmailAddress
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.audit import activity
from portal.accounts.forms import allauth
from portal.accounts.forms.fields import AddressField, NameField


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


class AddEmailForm(allauth.AddEmailForm):  # type: ignore[misc,valid-type]  # Made at run time.
    email = AddressField()

    def save(self, request: HttpRequest) -> EmailAddress:
        asked_for: EmailAddress = super().save(request)
        activity.record(activity.Event.ADDRESS_ASKED_FOR, self.user, request, detail=asked_for.email)
        return asked_for
