"""Forms of the admin pages."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.accounts.forms.fields import AddressField, NameField
from portal.accounts.signup import bulk
from portal.accounts.signup.csv_file import Unreadable


class InviteForm(forms.Form):
    """An operator invites one consumer."""

    email = AddressField(error_messages={"required": _("Enter their email address.")})
    first_name = NameField("off", label=_("First name"))
    last_name = NameField("off", label=_("Last name"))


class InvitationFileForm(forms.Form):
    """A CSV file of people to invite. `cleaned_data["file"]` is what was found in it: a `bulk.Review`."""

    file = forms.FileField(
        label=_("File"),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
        error_messages={"required": _("Choose a file.")},
    )

    def __init__(self, *args: Any, max_lines: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.max_lines = max_lines

    def clean_file(self) -> bulk.Review:
        try:
            return bulk.review(self.cleaned_data["file"].read(), self.max_lines)
        except Unreadable as error:
            raise ValidationError(str(error)) from None


class ConsumerForm(forms.ModelForm):  # type: ignore[type-arg]  # Not generic at run time.
    """What an operator may change about a consumer."""

    first_name = NameField("off", label=_("First name"))
    last_name = NameField("off", label=_("Last name"))
