"""Built into all templates, those of Django and django-allauth too (`TEMPLATES` in the settings)."""

from django import template
from django.http import HttpRequest
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html

from portal.accounts.sessions import reader

register = template.Library()


@register.simple_tag(takes_context=True)
def csrf_token(context: template.Context) -> str:
    """In place of Django's own tag: also names the reader, whose page the form is on."""
    # The header of a page sets it, for all forms of the page.
    if made := context.get("csrf_field"):
        return str(made)
    token = CsrfTokenNode().render(context)
    # The page has it already, from its context processor.
    if not (named := context.get("reader") or _reader(context.get("request"))):
        return token
    return format_html('{}<input type="hidden" name="{}" value="{}">', token, reader.FIELD, named)


def _reader(request: HttpRequest | None) -> str:
    user = getattr(request, "user", None)
    ids = reader.ids(user) if user else ()
    return ids[0] if ids else ""
