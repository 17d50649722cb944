from django.http import HttpRequest


def is_seen_by_a_person(request: HttpRequest) -> bool:
    """A HEAD, or a page that the browser fetched in advance, has been seen by nobody."""
    purposes = (
        request.headers.get(name, "").lower() for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
    )
    return request.method == "GET" and not any("prefetch" in p or "preview" in p for p in purposes)
