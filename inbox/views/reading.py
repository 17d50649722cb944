from django.http import HttpRequest

from portal.middleware import is_fetched_in_advance


def is_seen_by_a_person(request: HttpRequest) -> bool:
    """A HEAD, or a page that the browser fetched in advance, has been seen by nobody."""
    return request.method == "GET" and not is_fetched_in_advance(request)
