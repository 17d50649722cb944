"""Signing in as a person does: through the pages."""

import re

from django.core import mail
from django.http import HttpResponse
from django.test import Client

PASSWORD = "a-lamp-by-the-window"


def sign_in(
    client: Client, password: str = PASSWORD, login: str = "anna@example.com", query: str = "", **extra: str
) -> HttpResponse:
    return client.post(f"/accounts/login/{query}", {"login": login, "password": password}, **extra)


def mailed_code(number: int = -1) -> str:
    """The code in the mail that was sent last."""
    return re.search(r"^\s*(\d{4}-\d{4})\s*$", mail.outbox[number].body, re.M)[1]
