"""Proof that it is still the owner, asked for again before what could lock them out or let somebody in."""

import time

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest


def is_fresh(request: HttpRequest) -> bool:
    """Whether they signed in to this session within ACCOUNT_REAUTHENTICATION_TIMEOUT, in whatever way."""
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT
