from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from inbox.forms import LineField
from inbox.models import Securebox
from inbox.search.query import MAX_LENGTH, Query, parse
from portal.numbers import grouped


class SearchForm(forms.Form):
    """Words, and the department to look for them in; none for all."""

    words = LineField(label=_("Search for"), error_messages={"required": _("Enter a word to search for.")})
    department = forms.ChoiceField(
        label=_("Department"),
        required=False,
        error_messages={"invalid_choice": _("You no longer have access to this department.")},
    )

    def __init__(self, secureboxes: Sequence[Securebox], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Browsers remember what is typed into a field, and some have its spelling checked elsewhere.
        self.fields["words"].widget = forms.TextInput(
            {"type": "search", "autocomplete": "off", "spellcheck": "false", "enterkeyhint": "search"}
        )
        choices = [("", _("All departments")), *((box.slug, box.title) for box in secureboxes)]
        self.fields["department"].choices = choices  # type: ignore[attr-defined]  # It is a ChoiceField.

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        if over := max(len(words) - MAX_LENGTH, 0):
            message = ngettext(
                "This is %(over)s character too long. You can search for up to %(most)s characters.",
                "This is %(over)s characters too long. You can search for up to %(most)s characters.",
                over,
            )
            raise forms.ValidationError(
                message % {"over": grouped(over), "most": grouped(MAX_LENGTH)}, code="max_length"
            )
        if not parse(words).terms:
            raise forms.ValidationError(self.fields["words"].error_messages["required"], code="required")
        return words

    @property
    def query(self) -> Query:
        """What to look for. Only of a valid form."""
        return parse(self.cleaned_data["words"])
