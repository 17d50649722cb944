from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from inbox.models import Securebox
from portal.characters import one_line, tidied

MAX_SUBJECT = 150
MAX_QUOTE = 6_000


class TextField(forms.CharField):
    """Plain text of several lines. Invisible characters that were pasted with it are tidied instead of refused."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str | None:
        return super().to_python(value and tidied(str(value)))


class LineField(forms.CharField):
    """Plain text of one line. Pasted line breaks become spaces."""

    def to_python(self, value: Any) -> str | None:
        return super().to_python(value and one_line(str(value)))


class ComposeForm(forms.Form):
    """A message to one securebox. If the operator has preset subjects, one of them is chosen, else it is typed."""

    subject = LineField(
        label=_("Subject"),
        max_length=MAX_SUBJECT,
        error_messages={"required": _("Say in a few words what it is about.")},
    )
    text = TextField(label=_("Message"), error_messages={"required": _("Write your message first.")})
    include_quote = forms.BooleanField(label=_("Add the earlier message below mine"), required=False)
    quote = TextField(label=_("Quoted message"), required=False, max_length=MAX_QUOTE, strip=False)

    def __init__(self, *args: Any, securebox: Securebox, reply: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._limit_text(settings.PORTAL_MAX_TEXT)
        self.fields["text"].widget.attrs["rows"] = 10
        self.fields["quote"].widget.attrs["rows"] = 8
        if securebox.subjects and not reply:
            self._offer(securebox.subjects)
        if not reply:
            del self.fields["quote"], self.fields["include_quote"]

    def _limit_text(self, limit: int) -> None:
        text = self.fields["text"]
        # No maxlength attribute: browsers silently cut a pasted text to it.
        text.widget.attrs["data-limit"] = limit
        text.validators.append(TextLimit(limit))

    def _offer(self, subjects: tuple[str, ...]) -> None:
        choices = [("", _("Choose a subject")), *((subject, subject) for subject in subjects)]
        self.fields["subject"] = forms.ChoiceField(
            label=_("Subject"),
            choices=choices,
            error_messages={
                "required": _("Choose a subject."),
                "invalid_choice": _("Choose one of the subjects in the list."),
            },
        )


class TextLimit:
    """Validates that a text has at most `limit` characters, and says by how many it is too long."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, text: str) -> None:
        over = len(text) - self.limit
        if over > 0:
            message = ngettext_lazy(
                "This is %(over)s character too long. A message holds %(most)s at most.",
                "This is %(over)s characters too long. A message holds %(most)s at most.",
                "over",
            )
            raise ValidationError(message, code="max_length", params={"over": over, "most": self.limit})
