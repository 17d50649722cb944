"""Proof that it is still the owner, asked for again before what could lock them out or let somebody in."""

import time
from typing import Final

from allauth.account import app_settings
from django.http import HttpRequest

from portal.accounts.allauth_compat import get_authentication_records

# Among django-allauth's records of how somebody proved who they are: the company's word, and a code from a frame.
HAND_OFF: Final = "hand_off"
WINDOW: Final = "window"


def is_fresh(request: HttpRequest) -> bool:
    """Whether they signed in to this session within ACCOUNT_REAUTHENTICATION_TIMEOUT, in whatever way but those two.

    Who is let in by the company's word alone, or by somebody who stole it, reads mail, and no more: what they could
    change would let them in for good.
    """
    records = get_authentication_records(request, request.user)
    proved = [record["at"] for record in records if record["method"] not in (HAND_OFF, WINDOW)]
    return bool(proved) and time.time() - proved[-1] < app_settings.REAUTHENTICATION_TIMEOUT
