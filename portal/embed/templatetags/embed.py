from django import template
from django.http import HttpRequest
from django.urls import reverse

from portal.embed import frames

register = template.Library()


@register.simple_tag(takes_context=True)
def unframed_url(context: template.Context, name: str = "", *arguments: object) -> str:
    """The URL, in a window of its own, of the page with this URL name; without a name, of the current page."""
    request: HttpRequest = context["request"]
    frame = frames.get(request)
    path = reverse(name, args=arguments) if name else request.get_full_path()
    return frame.unframed_url(path) if frame else path
