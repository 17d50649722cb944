from typing import Any

from django.forms import BoundField
from django.forms.renderers import TemplatesSetting


class PortalBoundField(BoundField):
    """After an error, the first field with an error gets the focus when the page loads, unless it says otherwise."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Any = None) -> dict[str, Any]:
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        if self.errors and self.name == self._first_with_errors():
            built["autofocus"] = self.field.widget.attrs.get("autofocus", True)
        return built

    def _first_with_errors(self) -> str | None:
        """None if the form as a whole has an error: the notice above the form then gets the focus."""
        if self.form.non_field_errors():
            return None
        return next((field.name for field in self.form.visible_fields() if field.errors), None)


class FormRenderer(TemplatesSetting):
    """Renders the fields of all forms in the same way, also in the forms of django-allauth."""

    field_template_name = "forms/field.html"
    bound_field_class = PortalBoundField
