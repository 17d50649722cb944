"""Signing in through the pages, as users do, and what the pages ask for after that."""

import re

from django.core import mail
from django.http import HttpResponse
from django.test import Client

from portal.accounts.allauth_compat import TOTP, generate_totp_secret
from portal.accounts.models import Consumer

PASSWORD = "a-lamp-by-the-window"
SIGN_IN_AGAIN = "/accounts/reauthenticate/sign-in/"
# Pages that want a recent authentication before anything happens, each with a form that would succeed.
REAUTHENTICATED = {
    "/accounts/email/": {"email": "mallory@example.com", "action_add": ""},
    "/accounts/2fa/totp/activate/": {"code": "123456"},
    "/accounts/2fa/webauthn/add/": {"name": "Key", "credential": "{}"},
    "/accounts/close/": {"confirmed": "on"},
}


def sign_in(
    client: Client, password: str = PASSWORD, login: str = "anna@example.com", query: str = "", **extra: str
) -> HttpResponse:
    return client.post(f"/accounts/login/{query}", {"login": login, "password": password}, **extra)


def is_signed_in(client: Client) -> bool:
    """Asks a page that only signed-in people get."""
    return client.get("/accounts/devices/").status_code == 200


def mailed_code(number: int = -1) -> str:
    """The code in the last mail, or in the one with this number."""
    return re.search(r"^\s*(\d{4}-\d{4})\s*$", mail.outbox[number].body, re.M)[1]


def add_totp(consumer: Consumer) -> str:
    """Give the account an authenticator app as its second step. Returns the app's secret, for `totp_code`."""
    secret: str = generate_totp_secret()
    TOTP.activate(consumer, secret)
    return secret
