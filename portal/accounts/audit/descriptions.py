"""Lines of the activity log in words, for consumers and operators."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext

from portal.accounts.models import Activity

Event = Activity.Event

_SIGN_INS = (
    Event.SIGNED_IN,
    Event.SIGN_IN_FAILED,
    Event.SIGNED_OUT,
    Event.DEVICE_SIGNED_OUT,
    Event.SESSION_MOVED,
)
_MESSAGES = tuple(event for event in Event if event.name.startswith("MESSAGE_"))
_ACCOUNT = tuple(event for event in Event if event not in (*_SIGN_INS, *_MESSAGES))
# The filters of the consumer's page, by their value in the URL.
KINDS = {"sign-ins": _SIGN_INS, "messages": _MESSAGES, "account": _ACCOUNT}

# What a line says when its number is not 1.
_PLURALS = {
    Event.DEVICE_SIGNED_OUT: ngettext_lazy(
        "%(number)s device signed out", "%(number)s devices signed out", "number"
    ),
    Event.MESSAGE_DELETED: ngettext_lazy(
        "%(number)s message deleted", "%(number)s messages deleted", "number"
    ),
}
# What a line says where its detail is the former value.
_MOVES = {
    Event.ADDRESS_CHANGED: gettext_lazy("Email address changed from %(before)s"),
    Event.SESSION_MOVED: gettext_lazy("Session moved from %(before)s to another device"),
}
# The details that `activity.record` is given, in words that stand alone after a colon; one table per kind of event.
_SIGN_IN_METHODS = {
    "password": gettext_lazy("password"),
    "password_reset": gettext_lazy("new password"),
    "code by e-mail": gettext_lazy("code by email"),
    "second step": gettext_lazy("two-step verification"),
    "invitation": gettext_lazy("invitation"),
    "totp": gettext_lazy("authenticator app"),
    "webauthn": gettext_lazy("passkey"),
    "recovery_codes": gettext_lazy("recovery code"),
    "company": gettext_lazy("customer account"),
    "hand_off": gettext_lazy("our website"),
    "window": gettext_lazy("link from our website"),
}
_FAILURES = {
    "password": gettext_lazy("wrong password"),
    "code by e-mail": gettext_lazy("wrong code"),
    "second step": gettext_lazy("two-step verification"),
    "company": gettext_lazy("customer account"),
    "hand_off": gettext_lazy("our website"),
}
# Failures of a consumer who was signed in and had to confirm who they are.
_CONFIRMATION_FAILURES = {
    "password again": gettext_lazy("Confirmation failed: wrong password"),
    "second step again": gettext_lazy("Confirmation failed: two-step verification"),
}
_OTHER_DETAILS = {
    "totp": gettext_lazy("authenticator app"),
    "webauthn": gettext_lazy("passkey"),
    "receipt": gettext_lazy("receipt"),
    "message": gettext_lazy("a message"),
    "conversation": gettext_lazy("a conversation"),
    "department": gettext_lazy("all messages of a department"),
    "not confirmed": gettext_lazy("not confirmed"),
    "activity": gettext_lazy("activity"),
    "person": gettext_lazy("everything stored about the person"),
    "erased": gettext_lazy("everything that named the person was erased"),
    "company": gettext_lazy("customer account"),
    "hand_off": gettext_lazy("our website"),
}


def is_failed_sign_in(line: Activity) -> bool:
    return line.event == Event.SIGN_IN_FAILED and line.detail not in _CONFIRMATION_FAILURES


def describe(line: Activity) -> str:
    """For example "Signed in: password" or "3 messages deleted"."""
    if line.number != 1 and line.event in _PLURALS:
        return str(_PLURALS[Event(line.event)] % {"number": line.number})
    if not line.detail:
        return line.get_event_display()
    if line.detail in _CONFIRMATION_FAILURES:
        return str(_CONFIRMATION_FAILURES[line.detail])
    if line.event in _MOVES:
        return str(_MOVES[Event(line.event)] % {"before": line.detail})
    words = _words_of(line)
    details = (str(words.get(word, word)) for word in line.detail.split(", "))
    listed = pgettext("between the items of a list", ", ").join(details)
    return _("%(what)s: %(details)s") % {"what": line.get_event_display(), "details": listed}


def _words_of(line: Activity) -> Mapping[str, Promise]:
    match line.event:
        case Event.SIGNED_IN:
            return _SIGN_IN_METHODS
        case Event.SIGN_IN_FAILED:
            return _FAILURES
        case _:
            return _OTHER_DETAILS
