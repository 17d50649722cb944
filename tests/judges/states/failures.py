"""Errors and refusals, and the pages in a website's frame."""

import re
from collections.abc import Iterator
from unittest.mock import patch

from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client

from tests.embed.framing import IN_FRAME
from tests.inbox.helpers import LETTER
from tests.judges.states.browsing import State, browser_of
from tests.judges.states.inbox import COMPOSE
from tests.judges.states.scene import IN_NEIGHBOUR, Scene


def errors(scene: Scene) -> Iterator[State]:
    anna, fay = browser_of(scene.anna), browser_of(scene.fay)
    yield "403", browser_of(scene.uma).get("/")
    yield "404", anna.get("/nowhere/")
    yield "404, signed out", browser_of().get("/nowhere/")
    yield "405", anna.get("/inbox/claims/selected/")
    yield "400", anna.post("/search/", {f"x{number}": "" for number in range(1001)})
    yield "413", anna.post("/search/", {"words": "x" * 3_000_000})
    yield "upstream fails", fay.get("/inbox/storage/")
    yield "upstream is busy", fay.get("/inbox/busy/")
    with patch("inbox.overview.read", side_effect=RuntimeError):
        yield "500", anna.get("/")
    with connection.execute_wrapper(_fails):
        yield "database down", anna.get("/")
        yield "database down while writing", anna.post(COMPOSE, {**LETTER, "form": "x"})
    strict = Client(enforce_csrf_checks=True, **anna.defaults)
    strict.cookies = anna.cookies
    yield "form expired", strict.post(COMPOSE, LETTER)
    yield "other form expired", strict.post("/accounts/name/", {})
    limits = {**settings.ACCOUNT_RATE_LIMITS, "mail_page": "1/m/user", "code_request": "1/m/ip"}
    with patch.object(settings, "ACCOUNT_RATE_LIMITS", limits):
        for _ in range(2):
            pages = anna.get("/")
            requests = browser_of().post("/accounts/password/reset/", {"email": scene.anna.email})
    yield "too many pages", pages
    yield "too many attempts", requests


def _fails(*_arguments: object) -> object:
    raise OperationalError("the connection is lost")


def framed(scene: Scene) -> Iterator[State]:
    anna, stranger = browser_of(scene.anna), browser_of()
    for browser in (anna, stranger):
        browser.defaults |= {
            "HTTP_" + name.upper().replace("-", "_"): value
            for name, value in IN_FRAME.items()
            if name != "Referer"
        }
    list_page = anna.get(f"{IN_NEIGHBOUR}/inbox/claims/").content.decode()
    letter = re.search(r'class="mail-link"\s+href="([^"]+)"', list_page)[1]
    for name, address in {
        "home": "/",
        "list": "/inbox/claims/",
        "compose": COMPOSE,
        "drafts": "/outgoing/",
        "search": "/search/",
        "404": "/nowhere/",
        "dark list": "/inbox/claims/",
    }.items():
        scheme = ",dark" if name.startswith("dark") else ""
        yield f"in a frame: {name}", anna.get(f"{IN_NEIGHBOUR}{scheme}{address}")
    yield "in a frame: conversation", anna.get(letter)
    yield "in a frame: sign-in", stranger.get(f"{IN_NEIGHBOUR}/accounts/login/")
    yield "frame refused", anna.get(f"{IN_NEIGHBOUR}/accounts/")
    yield "frame of another website", stranger.get("/embed/in/https:www.other.example/")
