from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from inbox import patterns
from inbox.extra_fields import ExtraField
from portal.characters import one_line, tidied
from portal.numbers import grouped

MAX_SUBJECT = 150
MAX_QUOTE = 6_000
EXTRA = "extra-"  # Begins the name of an extra field in the form, before its key.


class TextField(forms.CharField):
    """Plain text of several lines. Invisible characters that were pasted with it are tidied instead of refused."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str | None:
        return super().to_python(value and tidied(str(value)))


class LineField(forms.CharField):
    """Plain text of one line. Pasted line breaks become spaces."""

    def to_python(self, value: Any) -> str | None:
        return super().to_python(value and one_line(str(value)))


class ExtraInput(LineField):
    """What a securebox asks for beside the text. Empty if it is not required."""

    def __init__(self, asked: ExtraField) -> None:
        required = _("Fill in “%(label)s”.") % {"label": asked.label}
        super().__init__(
            label=asked.label,
            help_text=asked.help_text,
            required=asked.required,
            max_length=patterns.MAX_LENGTH,
            error_messages={"required": required},
        )
        # Browsers silently cut a pasted text to it.
        del self.widget.attrs["maxlength"]
        self.key = asked.key
        self._asked = asked

    def run_validators(self, value: Any) -> None:
        super().run_validators(value)
        pattern = self._asked.pattern
        if value and pattern and not patterns.matches(pattern, value):
            hint = self._asked.pattern_hint or _("It doesn’t have the right format.")
            message = _("Check “%(label)s”. %(hint)s")
            params = {"label": self._asked.label, "hint": hint}
            raise ValidationError(message, code="pattern", params=params)


class ComposeForm(forms.Form):
    """A message to one securebox, of at most `max_text` characters.

    If the operator has preset `subjects`, one of them is chosen, else it is typed. `extra_fields` are what the
    securebox asks for beside the text.
    """

    subject = LineField(
        label=_("Subject"), max_length=MAX_SUBJECT, error_messages={"required": _("Enter a subject.")}
    )
    text = TextField(label=_("Message"), error_messages={"required": _("Enter your message.")})
    include_quote = forms.BooleanField(label=_("Include the earlier message"), required=False)
    quote = TextField(label=_("Earlier message"), required=False, max_length=MAX_QUOTE, strip=False)

    def __init__(
        self,
        *args: Any,
        max_text: int,
        reply: bool,
        subjects: Sequence[str] = (),
        extra_fields: Sequence[ExtraField] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._limit_text(max_text)
        self.fields["text"].widget.attrs["rows"] = 10
        self.fields["quote"].widget.attrs["rows"] = 8
        if subjects:
            self._offer(subjects)
        if not reply:
            del self.fields["quote"], self.fields["include_quote"]
        self.fields |= {f"{EXTRA}{asked.key}": ExtraInput(asked) for asked in extra_fields}
        self.order_fields(["subject", *(f"{EXTRA}{asked.key}" for asked in extra_fields)])

    @property
    def extra(self) -> "list[forms.BoundField]":
        """The extra fields. The field of each has its `key`."""
        return [self[name] for name in self.fields if name.startswith(EXTRA)]

    def describe(self, name: str, element_id: str) -> None:
        """Let the element of this id describe the field of this name, too."""
        field = self[name]
        field.field.widget.attrs["aria-describedby"] = f"{element_id} {field.aria_describedby or ''}".strip()

    def _limit_text(self, limit: int) -> None:
        text = self.fields["text"]
        most = ngettext("Up to %(most)s character.", "Up to %(most)s characters.", limit)
        text.help_text = most % {"most": grouped(limit)}
        # No maxlength attribute: browsers silently cut a pasted text to it.
        text.widget.attrs["data-limit"] = limit
        counted = ngettext("NUMBER of %(most)s character", "NUMBER of %(most)s characters", limit)
        text.widget.attrs["data-count"] = counted % {"most": grouped(limit)}
        text.validators.append(TextLimit(limit))

    def _offer(self, subjects: Sequence[str]) -> None:
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
            message = ngettext(
                "Your message is %(over)s character too long. It can have up to %(most)s.",
                "Your message is %(over)s characters too long. It can have up to %(most)s.",
                over,
            )
            params = {"over": grouped(over), "most": grouped(self.limit)}
            raise ValidationError(message, code="max_length", params=params)
