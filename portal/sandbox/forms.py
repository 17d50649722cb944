"""The forms at the agents' desk."""

from django import forms
from django.core.exceptions import ValidationError

from portal.sandbox import parameters

MAX_LENGTH = 100_000  # Characters of a message.


class AnswerForm(forms.Form):
    """An agent's answer to a message."""

    body = forms.CharField(label="Message", max_length=MAX_LENGTH, widget=forms.Textarea(attrs={"rows": 9}))
    format = forms.ChoiceField(
        label="Written as",
        choices=[("text", "Text"), ("html", "HTML")],
        initial="text",
        widget=forms.RadioSelect,
    )
    from_name = forms.CharField(
        label="Your name",
        max_length=80,
        initial="Robin Ellis",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def content(self) -> dict[str, str]:
        """The arguments for `store.answer` and `store.write`."""
        field = "html" if self.cleaned_data["format"] == "html" else "text"
        return {field: self.cleaned_data["body"], "from_name": self.cleaned_data["from_name"]}


class NewMessageForm(AnswerForm):
    """An agent's message that answers no other."""

    address = forms.CharField(
        label="To", max_length=254, help_text="The consumer’s email address.", widget=forms.EmailInput
    )
    securebox = forms.CharField(
        label="Securebox",
        required=False,
        max_length=16,
        help_text="3 to 16 letters and digits; leave it empty for the default one.",
    )
    subject = forms.CharField(label="Subject", max_length=500)

    field_order = ("address", "securebox", "subject", "body", "format", "from_name")

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"]
        if not parameters.ADDRESS.fullmatch(address):
            raise ValidationError("Enter an email address, for example name@example.com.")
        return address

    def clean_securebox(self) -> str:
        securebox: str = self.cleaned_data["securebox"]
        if securebox and not parameters.SECUREBOX.fullmatch(securebox):
            raise ValidationError("Use 3 to 16 letters and digits, or leave it empty.")
        return securebox
