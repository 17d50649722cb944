"""Lines of the activity log in words, for consumers and operators."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

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
# In the lines of these events, the detail is the former value.
_MOVES = (Event.ADDRESS_CHANGED, Event.SESSION_MOVED)
# The details that `activity.record` is given, in words; one table per kind of event.
_SIGN_IN_METHODS = {
    "password": gettext_lazy("a password"),
    "password_reset": gettext_lazy("a new password"),
    "code by e-mail": gettext_lazy("a code by e-mail"),
    "second step": gettext_lazy("a second step"),
    "invitation": gettext_lazy("an invitation"),
    "totp": gettext_lazy("a code from an authenticator app"),
    "webauthn": gettext_lazy("a passkey"),
    "recovery_codes": gettext_lazy("a recovery code"),
    "company": gettext_lazy("the company’s own sign-in"),
    "hand_off": gettext_lazy("an account on the company’s website"),
    "window": gettext_lazy("a link from the company’s website"),
}
_FAILURES = {
    "password": gettext_lazy("wrong password"),
    "code by e-mail": gettext_lazy("wrong code"),
    "second step": gettext_lazy("wrong second step"),
    "company": gettext_lazy("by way of the company’s own sign-in"),
    "hand_off": gettext_lazy("by way of the company’s website"),
}
# Failures of a consumer who was signed in and had to confirm who they are.
_CONFIRMATION_FAILURES = {
    "password again": gettext_lazy("Confirmation failed: wrong password"),
    "second step again": gettext_lazy("Confirmation failed: wrong second step"),
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
    "person": gettext_lazy("everything that is stored about the person"),
    "erased": gettext_lazy("everything that named the person was erased"),
    "company": gettext_lazy("by way of the company’s own sign-in"),
    "hand_off": gettext_lazy("by way of the company’s website"),
}


def is_failed_sign_in(line: Activity) -> bool:
    return line.event == Event.SIGN_IN_FAILED and line.detail not in _CONFIRMATION_FAILURES


def describe(line: Activity) -> str:
    """For example "Signed in with a password" or "3 messages deleted"."""
    if line.number != 1 and line.event in _PLURALS:
        return str(_PLURALS[Event(line.event)] % {"number": line.number})
    label, details = line.get_event_display(), line.detail.split(", ") if line.detail else []
    if not details:
        return label
    if line.event == Event.SIGNED_IN:
        how = _(" and ").join(str(_SIGN_IN_METHODS.get(word, word)) for word in details)
        return _("Signed in with %(how)s") % {"how": how}
    if line.detail in _CONFIRMATION_FAILURES:
        return str(_CONFIRMATION_FAILURES[line.detail])
    if line.event in _MOVES:
        return _("%(what)s, from %(before)s") % {"what": label, "before": line.detail}
    words = _FAILURES if line.event == Event.SIGN_IN_FAILED else _OTHER_DETAILS
    return f"{label}: {', '.join(str(words.get(word, word)) for word in details)}"
