"""What the tests of one message share: finding its reference as a browser does, from the list."""

import re

from django.test import Client


def references(browser: Client, slug: str = "claims") -> list[str]:
    """The references on the first page of a list, newest message first."""
    html = browser.get(f"/inbox/{slug}/").content.decode()
    return re.findall(r'name="reference"\s+value="([^"]+)"', html)


def only_reference(browser: Client, slug: str = "claims") -> str:
    (reference,) = references(browser, slug)
    return reference
