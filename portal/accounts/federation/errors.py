"""Why a federated sign-in failed: one class per reason, named by what has to happen next."""

import enum

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.allauth_compat import consume
from portal.accounts.audit import activity
from portal.accounts.models import Consumer
from portal.cache.unavailable import without_cache
from portal.metrics import sign_in_failed


class LoginSource(enum.StrEnum):
    """How the customer came to the portal. The values are stored as details in the activity log."""

    SINGLE_SIGN_ON = "company"
    HAND_OFF = "hand_off"


class SignInFailed(Exception):
    """The sign-in failed. The exception's text goes to the log: it never holds a token, a name or an address.

    `heading` and `message` are for the customer. `is_inconclusive` is True where the portal could not check the
    token, so the failure says nothing about the customer.
    """

    status = 403
    is_inconclusive = False
    heading = _("You’re not signed in")
    message = _("Please start again from the sign-in page.")

    def __init__(self, reason: str, consumer: Consumer | None = None) -> None:
        super().__init__(reason)
        self.consumer = consumer


class ProviderUnavailable(SignInFailed):
    """The company's server does not answer, or not in time: try again later."""

    status = 503
    is_inconclusive = True
    heading = _("We can’t reach your customer account right now")
    message = _("Please try again in a few minutes, or sign in another way.")


class BadAnswer(SignInFailed):
    """The company's server gives an answer that the protocol does not allow, or refuses the portal itself.

    An operator has to fix it.
    """

    status = 502
    is_inconclusive = True
    heading = _("We can’t use your customer account right now")
    message = _("Something went wrong on our side. Sign in another way, or contact us.")


class IdentityNotProved(SignInFailed):
    """The token does not prove who the customer is: it was not issued for this sign-in, or its subject is unusable."""

    heading = _("We couldn’t confirm it’s you")
    message = _(
        "We couldn’t verify what your customer account told us. Please try again, and contact us if it keeps happening."
    )


class SignInExpired(SignInFailed):
    """The provider's answer belongs to no sign-in that is in progress in this browser: too old, used, or unknown."""

    heading = _("This sign-in has expired")
    message = _("It took too long or was already used. Please start again.")


class TooManyAttempts(SignInFailed):
    """Too many wrong tokens came from this network: wait."""

    status = 429
    is_inconclusive = True


class NotCounted(SignInFailed):
    """The token is wrong, and the cache that counts wrong tokens is lost: try again later."""

    status = 503
    is_inconclusive = True


class TokenExpired(SignInFailed):
    """The hand-off token is too old, or was used: the company's server has to issue a new one for each page."""


class InvalidToken(SignInFailed):
    """A claim of the hand-off token is missing or wrong: the company has to fix the server that issues it."""


class InvalidKey(SignInFailed):
    """The hand-off token is not signed with a known key and that key's algorithm: compare the keys on both sides."""


class NoAddress(SignInFailed):
    """The token has no e-mail address, or one that an account cannot have."""

    heading = _("Your customer account has no email address we can use")
    message = _("We show messages by email address. Contact us to add yours to your customer account.")


class AddressNotConfirmed(SignInFailed):
    """The token does not say that the company has verified the address."""

    heading = _("Your email address isn’t confirmed yet")
    message = _("We show messages by email address. Confirm yours in your customer account, then come back.")


class AddressTaken(SignInFailed):
    """The address in the token belongs to an account that this customer may not use."""

    heading = _("Another account here has your email address")
    message = _("We can’t tell whose messages are whose. Contact us and we’ll sort it out.")


class OperatorNotAllowed(SignInFailed):
    """Operators cannot be handed off: otherwise a company's server could open the admin."""

    message = _("Operators sign in on our own page.")


class AccountDisabled(SignInFailed):
    """The account is not active."""

    heading = _("This account is switched off")
    message = _("Contact us if you think that’s a mistake.")


def record_failure(request: HttpRequest, source: LoginSource, consumer: Consumer | None = None) -> bool:
    """Add a line to the activity log. Returns whether it was added, and the failure is to be logged at all.

    The limit is needed because these URLs are public: without it, a stranger could fill both logs.
    """
    sign_in_failed(source)
    if not _may_record(request):
        return False
    activity.record(activity.Event.SIGN_IN_FAILED, consumer, request, detail=source)
    return True


@without_cache(answer=False)
def _may_record(request: HttpRequest) -> bool:
    return bool(consume(request, app="allauth.account", action="recorded_failure", limit_get=True))
