"""Copies as HTML pages that need nothing else: no script, no file, no network. Their own policy forbids all of it."""

import re
from base64 import b64encode
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from inbox.keeping.copies import Copy
from portal import paths

_STYLES_HERE = "STYLES"  # Where the templates want the style sheet: it is not escaped as their content is.
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


def page_of(copies: Sequence[Copy], reader: str) -> bytes:
    """A message or a conversation on one page, which prints well. `reader` is whose copy it is."""
    first = copies[0]
    return page(
        "inbox/saved/page.html",
        {"copies": copies, "subject": first.subject, "department": first.department, "reader": reader},
    )


def page(template: str, context: dict[str, Any]) -> bytes:
    """Rendered without a request: neither a user nor a session is in it."""
    styles = _styles()
    policy = policy_for(styles)
    known = {"portal_name": settings.PORTAL_NAME, "policy": policy, "saved_at": timezone.now()}
    html = render_to_string(template, known | context)
    # The first: what follows in the page is a stranger's.
    return html.replace(_STYLES_HERE, styles, 1).encode()


def policy() -> str:
    """The Content Security Policy of every page, in the page and with its download."""
    return policy_for(_styles())


def policy_for(styles: str) -> str:
    hashed = b64encode(sha256(styles.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{hashed}'; base-uri 'none'; form-action 'none'"


@lru_cache(maxsize=1)
def _styles() -> str:
    folder = paths.FILES / "static/css"
    sheets = [(folder / name).read_text(encoding="utf-8") for name in ("saved.css", "letter.css")]
    return _COMMENT.sub("", "\n".join(sheets))
