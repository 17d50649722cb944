"""The cookies of a frame on another site: a set of its own for each website, apart from the portal's.

Browsers send a SameSite=None cookie with requests that any website causes. So the portal's session cookie stays
SameSite=Lax, and each website's frame has a session of its own under another cookie name, which opens only the pages
for that frame. `Partitioned` (CHIPS) makes it work where third-party cookies are blocked: the browser then keeps the
cookie for this pair of websites, and sends it nowhere else.
"""

import hashlib
from http.cookies import Morsel
from typing import Any

from django.http import HttpRequest, HttpResponse

from portal.embed.frames import Frame


def support_partitioned() -> None:
    """Let `http.cookies` write the attribute `Partitioned`, which it knows only from Python 3.14 on."""
    cookie: Any = Morsel
    cookie._reserved.setdefault("partitioned", "Partitioned")
    cookie._flags.add("partitioned")


def unscope(request: HttpRequest, frame: Frame) -> None:
    """Leave in the request only the frame's own cookies, under the names that the rest of the portal reads."""
    if not frame.cross_site:
        return
    suffix = _suffix(frame.origin)
    own = {
        name.removesuffix(suffix): value for name, value in request.COOKIES.items() if name.endswith(suffix)
    }
    request.COOKIES.clear()
    request.COOKIES.update(own)


def scope(response: HttpResponse, frame: Frame) -> None:
    """The reverse of `unscope`: cookies that the portal sets or deletes become the frame's own."""
    if not frame.cross_site:
        return
    for cookie in list(response.cookies.values()):
        scoped_name = cookie.key + _suffix(frame.origin)
        del response.cookies[cookie.key]
        response.cookies[scoped_name] = cookie.value
        scoped: Any = response.cookies[
            scoped_name
        ]  # Its values are strings and flags; its types say otherwise.
        scoped.update({key: value for key, value in cookie.items() if value != ""})
        scoped.update({"samesite": "None", "secure": True, "partitioned": True})


def _suffix(origin: str) -> str:
    """What the names of this website's cookies end with."""
    return f"-{hashlib.sha256(origin.encode()).hexdigest()[:8]}"
