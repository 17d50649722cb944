"""Built into all templates, those of Django and django-allauth too (`TEMPLATES` in the settings)."""

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

from portal.accounts.sessions import reader

register = template.Library()


@register.simple_tag(takes_context=True)
def csrf_token(context: template.Context) -> str:
    """In place of Django's own tag: also names the reader, whose page the form is on."""
    token = CsrfTokenNode().render(context)
    user = getattr(context.get("request"), "user", None)
    if not (ids := reader.ids(user) if user else ()):
        return token
    return format_html('{}<input type="hidden" name="{}" value="{}">', token, reader.FIELD, ids[0])
