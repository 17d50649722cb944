from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Every form of the portal, allauth's included, shows a field the same way."""

    field_template_name = "forms/field.html"
