"""A form that could not be answered, to be sent once more to where it was sent."""

from typing import Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from portal.accounts.forms.field_text import USUAL, FieldText
from portal.accounts.sessions import reader

_TYPED: Final = {
    "login": USUAL["login"],
    "email": USUAL["email"],
    "first_name": FieldText(_("First name"), attrs={"autocomplete": "given-name"}),
    "last_name": FieldText(_("Last name"), attrs={"autocomplete": "family-name"}),
    "code": FieldText(_("Code"), attrs=USUAL["code"].attrs),
}
# They are not sent back to the browser, so they have to be typed again.
_SECRET: Final = {name: USUAL[name] for name in ("oldpassword", "password", "password1")}
_HIDDEN: Final = ("action", "action_add", "next")
_OF_THE_PAGE: Final = ("csrfmiddlewaretoken", reader.FIELD)  # Each page has its own.


def retry_form(posted: QueryDict) -> forms.Form | None:
    """With what was typed. None where a field is not known: the answer of a passkey, for one, is good only once."""
    form = forms.Form(initial=posted.dict(), use_required_attribute=False)
    for name in posted:
        if name in _TYPED:
            form.fields[name] = forms.CharField()
            _TYPED[name].apply_to(form.fields[name])
        elif name in _SECRET:
            form.fields[name] = forms.CharField(widget=forms.PasswordInput)
            _SECRET[name].apply_to(form.fields[name])
        elif name in _HIDDEN:
            form.fields[name] = forms.CharField(widget=forms.HiddenInput)
        elif name not in _OF_THE_PAGE:
            return None
    return form
