"""Prints every distinct Content Security Policy of a portal, as JSON. Runs with the portal's environment."""

import json
from itertools import product

import django

django.setup()

from django.conf import settings  # noqa: E402  After django.setup().
from django.http import HttpResponse  # noqa: E402  After django.setup().
from django.test import Client  # noqa: E402  After django.setup().
from django.urls import get_resolver  # noqa: E402  After django.setup().

from portal.accounts.models import Consumer  # noqa: E402  After django.setup().
from tests.accounts.operators import make_superuser  # noqa: E402  After django.setup().
from tests.conftest import sign_in  # noqa: E402  After django.setup().
from tests.embed.framing import IN_FRAME, PREFIX  # noqa: E402  After django.setup().
from tests.embed.test_frame_policy import path_of  # noqa: E402  After django.setup().
from tests.inbox.helpers import references  # noqa: E402  After django.setup().
from tests.support.url_patterns import url_patterns  # noqa: E402  After django.setup().


def policies() -> set[str]:
    """Of every page, signed out and in, as a page and in a frame; of a letter's body; of what a frame is refused."""
    settings.ALLOWED_HOSTS.append("testserver")
    settings.SECURE_SSL_REDIRECT = False
    alice = sign_in(Consumer.objects.get(email="alice@example.com"))
    letter = f"/inbox/claims/{references(alice)[0]}/"
    paths = [path_of(route) for route, _view in url_patterns(get_resolver())]
    paths += [letter, f"{letter}body/", "/static/nothing", "/embed/v1.js", "/healthz"]
    found = set()
    for browser, path in product((Client(), alice, sign_in(make_superuser("Olga"))), paths):
        for answer in (
            browser.get(path, secure=True),
            browser.get(f"{PREFIX}{path}", secure=True),
            browser.get(path, headers=IN_FRAME, secure=True),
        ):
            found.add(policy_of(answer))
    return found - {""}


def policy_of(answer: HttpResponse) -> str:
    return str(answer.headers.get("Content-Security-Policy", ""))


if __name__ == "__main__":
    print(json.dumps(sorted(policies())))
