"""Built into all templates (`TEMPLATES` in the settings)."""

from django.template import Library

from portal import stencils

register = Library()


@register.simple_tag
def fill(template: str, **values: stencils.Value) -> str:
    """Like `{% include template with ... only %}`, but rendered once for each kind of values: see `portal.stencils`."""
    return stencils.filled(template, **values)


@register.filter
def kind(text: str) -> stencils.Kind:
    """Marks a text that the template of a stencil compares."""
    return stencils.Kind(text)
