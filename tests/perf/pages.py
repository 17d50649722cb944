"""The pages that are measured, by name, and where they are."""

import re

from tests.perf.visitor import Answer

_REFERENCE = re.compile(r'class="mail-link"\s+href="/inbox/[^/"]+/([^/"?]+)/')


def references(page: Answer) -> list[str]:
    """Of the messages that a list leads to, in its order."""
    return _REFERENCE.findall(page.text)
