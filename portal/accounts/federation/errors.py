"""Why nobody was signed in on the company's word, named by what comes next, each with the words for who meets it."""

import enum
from typing import Final

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.audit import activity
from portal.accounts.models import Consumer
from portal.accounts.sessions import client_info

_MOST_LINES: Final = 20  # In the activity log, from one network in a minute.


class Way(enum.StrEnum):
    """How they came, in the word that the activity log has for it."""

    SINGLE_SIGN_ON = "company"
    HAND_OFF = "hand_off"


class SignInFailed(Exception):
    """Nobody was signed in. The text is for the operator's log: it never holds a token, a name or an address."""

    status = 403
    is_ours = False  # It says nothing of whom the company vouches for: we could not look.
    heading = _("You are not signed in")
    words = _("Please start again from the sign-in page.")

    def __init__(self, reason: str, consumer: Consumer | None = None) -> None:
        super().__init__(reason)
        self.consumer = consumer


class ProviderUnavailable(SignInFailed):
    """It does not answer, or not in time: try later."""

    status = 503
    is_ours = True
    heading = _("Your company account cannot be reached right now")
    words = _("Its sign-in does not answer. Please try again in a few minutes, or sign in another way.")


class BadAnswer(SignInFailed):
    """It answers what no provider answers, or refuses the portal itself: for the operator to mend."""

    status = 502
    is_ours = True
    heading = _("Your company account cannot be used right now")
    words = _("Its sign-in and this portal do not understand each other. Please tell the company.")


class NotProved(SignInFailed):
    """The token is not one that the provider made for this sign-in."""

    heading = _("We could not make sure that it is you")
    words = _(
        "What your company account told us does not hold. Please try again; if this goes on, tell the company."
    )


class TooManyTries(SignInFailed):
    """Wait a little."""

    status = 429
    is_ours = True


class NoAddress(SignInFailed):
    heading = _("Your company account has no e-mail address for this portal")
    words = _(
        "Messages are shown by e-mail address. Please ask the company to add yours to your account there."
    )


class AddressNotConfirmed(SignInFailed):
    heading = _("Your e-mail address is not confirmed yet")
    words = _(
        "Messages are shown by e-mail address. Please confirm yours in your company account, and come back."
    )


class AddressTaken(SignInFailed):
    heading = _("Another account here has your e-mail address")
    words = _("We cannot tell whose messages are whose. Please ask the company to put this in order.")


class OperatorsStayOut(SignInFailed):
    """A company's server must not open the admin: operators sign in at the portal."""

    words = _("Operators sign in at the portal itself.")


class SwitchedOff(SignInFailed):
    heading = _("This account is switched off")
    words = _("Please ask the company if you think that it should be open.")


def record(request: HttpRequest, way: Way, consumer: Consumer | None = None) -> None:
    """Write a line, but not without end: anybody may ask for the addresses where this is called."""
    key = f"{way}-sign-in-failed-{client_info.network(request)}"
    cache.add(key, 0, 60)
    try:
        lines = cache.incr(key)
    except ValueError:  # The minute is over.
        lines = 1
    if lines <= _MOST_LINES:
        activity.record(activity.Event.SIGN_IN_FAILED, consumer, request, detail=way)
