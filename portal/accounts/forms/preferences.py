from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import time_zones
from portal.accounts.models import Consumer

_AS_DEVICE: Final = "device"


class PreferencesForm(forms.Form):
    """How a consumer likes to use the portal."""

    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("For the dates and times on these pages and in our emails."),
        error_messages={"invalid_choice": gettext_lazy("Choose a time zone from the list.")},
    )
    prefers_plain_text = forms.BooleanField(
        label=gettext_lazy("Open messages as plain text"),
        help_text=gettext_lazy("Without colours, headings and tables. You can switch on each message."),
        required=False,
    )
    uses_shortcuts = forms.BooleanField(
        label=gettext_lazy("Use keyboard shortcuts"),
        help_text=gettext_lazy("Press ? in your inbox to see them. They never apply while you’re typing."),
        required=False,
    )

    def __init__(self, data: Any, consumer: Consumer) -> None:
        self._consumer = consumer
        is_known = time_zones.find(consumer.time_zone) is not None
        initial = {
            "time_zone": consumer.time_zone if is_known else _AS_DEVICE,
            "prefers_plain_text": consumer.prefers_plain_text,
            "uses_shortcuts": consumer.uses_shortcuts,
        }
        super().__init__(data, initial=initial)
        field: Any = self.fields["time_zone"]
        field.choices = [(_AS_DEVICE, _as_device(consumer)), *time_zones.by_region()]
        if consumer.time_zone and not is_known:
            field.help_text = _(
                "We no longer know the time zone you chose, %(name)s. Choose another one."
            ) % {"name": consumer.time_zone}

    def save(self) -> None:
        chosen = self.cleaned_data
        self._consumer.time_zone = "" if chosen["time_zone"] == _AS_DEVICE else chosen["time_zone"]
        self._consumer.prefers_plain_text = chosen["prefers_plain_text"]
        self._consumer.uses_shortcuts = chosen["uses_shortcuts"]
        self._consumer.save(update_fields=["time_zone", "prefers_plain_text", "uses_shortcuts"])


def _as_device(consumer: Consumer) -> str:
    if time_zones.find(consumer.device_time_zone) is None:
        return _("Same as my device")
    return _("Same as my device (%(zone)s)") % {"zone": consumer.device_time_zone.replace("_", " ")}
