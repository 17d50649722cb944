"""Reauthentication before anything that could lock the owner out, or let another person in."""

import time
from typing import Final

from allauth.account import app_settings
from django.http import HttpRequest

from portal.accounts.allauth_compat import get_authentication_records

# Methods in django-allauth's authentication records: a company's hand-off token, and a code from a frame.
HAND_OFF: Final = "hand_off"
WINDOW: Final = "window"


def recently_authenticated(request: HttpRequest) -> bool:
    """Whether the user signed in to this session within ACCOUNT_REAUTHENTICATION_TIMEOUT, other than by HAND_OFF.

    A hand-off rests on the company's word alone. A user who was signed in that way, perhaps with a stolen token, may
    read mail but not change the account: a change could let a thief in for good. WINDOW only repeats what was proved
    in the frame.
    """
    records = get_authentication_records(request, request.user)
    times = [record["at"] for record in records if record["method"] not in (HAND_OFF, WINDOW)]
    return bool(times) and time.time() - times[-1] < app_settings.REAUTHENTICATION_TIMEOUT
