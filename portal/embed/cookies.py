"""The cookies of a frame on another site. They are its own: the portal's do not work there, and must not.

Browsers send a SameSite=None cookie with what any website asks for, so the portal's session stays SameSite=Lax, and
each website's frame has a session of its own under another name, which opens the addresses of that frame alone.
`Partitioned` (CHIPS) keeps it where third-party cookies are blocked: a browser then keeps it for this pair of
websites, and sends it nowhere else.
"""

import hashlib
from http.cookies import Morsel
from typing import Any

from django.http import HttpRequest, HttpResponse

from portal.embed.frame import Frame


def teach_partitioned() -> None:
    """Python writes this attribute from 3.14 on."""
    cookie: Any = Morsel
    cookie._reserved.setdefault("partitioned", "Partitioned")
    cookie._flags.add("partitioned")


def take_in(request: HttpRequest, frame: Frame) -> None:
    """Let the rest of the portal see the frame's cookies, by the names that it knows, and no others."""
    if not frame.cross_site:
        return
    mark = _mark(frame.origin)
    own = {name.removesuffix(mark): value for name, value in request.COOKIES.items() if name.endswith(mark)}
    request.COOKIES.clear()
    request.COOKIES.update(own)


def give_out(response: HttpResponse, frame: Frame) -> None:
    """The way back: what the portal sets, or deletes, becomes the frame's own."""
    if not frame.cross_site:
        return
    for cookie in list(response.cookies.values()):
        own = cookie.key + _mark(frame.origin)
        del response.cookies[cookie.key]
        response.cookies[own] = cookie.value
        framed: Any = response.cookies[own]  # Its values are texts and flags, whatever its types say.
        framed.update({key: value for key, value in cookie.items() if value != ""})
        framed.update({"samesite": "None", "secure": True, "partitioned": True})


def _mark(origin: str) -> str:
    """What the names of its cookies end in."""
    return f"-{hashlib.sha256(origin.encode()).hexdigest()[:8]}"
