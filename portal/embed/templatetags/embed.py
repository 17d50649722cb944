from django import template
from django.http import HttpRequest
from django.urls import reverse

from portal.embed import frame

register = template.Library()


@register.simple_tag(takes_context=True)
def outside(context: template.Context, name: str = "", *arguments: object) -> str:
    """The address, for a window of its own, of the page with this name; without one, of the page that is shown."""
    request: HttpRequest = context["request"]
    here = frame.of(request)
    path = reverse(name, args=arguments) if name else request.get_full_path()
    return here.outside(path) if here else path
