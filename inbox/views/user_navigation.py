from django.http import HttpRequest

from portal.middleware import is_prefetch


def is_user_navigation(request: HttpRequest) -> bool:
    """Whether a person sees the page: False for a HEAD, and if the browser only prefetches it."""
    return request.method == "GET" and not is_prefetch(request)
