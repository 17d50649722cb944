from typing import Any

from django.forms import BoundField
from django.forms.renderers import TemplatesSetting


class PortalField(BoundField):
    """After an error, the page opens at the first field that is to be mended."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Any = None) -> dict[str, Any]:
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        if self.errors and self.name == self._first_to_mend():
            built["autofocus"] = True
        return built

    def _first_to_mend(self) -> str | None:
        """None where what is wrong is no single field: then the words above the form are the place to begin."""
        if self.form.non_field_errors():
            return None
        return next((field.name for field in self.form.visible_fields() if field.errors), None)


class FormRenderer(TemplatesSetting):
    """Every form of the portal, allauth's included, shows a field the same way."""

    field_template_name = "forms/field.html"
    bound_field_class = PortalField
