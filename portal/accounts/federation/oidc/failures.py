"""What can go wrong on the way through the company's provider alone, and the page for all that can."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from portal.accounts.federation.errors import SignInFailed, Way, record

log = logging.getLogger(__name__)


class Expired(SignInFailed):
    """What came back belongs to no sign-in that this browser has under way: too old, used, or never begun."""

    heading = _("This sign-in is over")
    words = _("It took too long, or was used already. Nothing is wrong: please start again.")


def answer(request: HttpRequest, failure: SignInFailed) -> HttpResponse:
    """The page for it. The operator's log says why, the activity log that it happened."""
    log.warning("Company sign-in failed: %s: %s", type(failure).__name__, failure)
    record(request, Way.SINGLE_SIGN_ON, failure.consumer)
    return render(
        request, "socialaccount/authentication_error.html", {"failure": failure}, status=failure.status
    )
